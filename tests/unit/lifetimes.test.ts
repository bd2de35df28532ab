import { deepEqual, equal, match, ok } from "node:assert/strict";
import { lifetimeVerdict } from "../../checks/common/lifetimes";
import { checkLines } from "../../checks/run/lines";
import { type Lifetime, nextRenewal, renewedEarly } from "../../components/trust/lifetimes";
import { type Run, resolved, runProgram } from "../support/mocks";

const selfSigned = "tls:index/selfSignedCert:SelfSignedCert";
const signed = "tls:index/locallySignedCert:LocallySignedCert";

const root: Lifetime = { name: "trust-root", ends: "2036-11-24T00:00:00Z", renewedFrom: "2033-07-26T00:00:00Z" };
const own: Lifetime = {
  name: "trust-cluster-cluster1",
  cluster: "cluster1",
  ends: "2028-11-26T00:00:00Z",
  renewedFrom: "2028-03-28T00:00:00Z",
};
const on = (day: string) => lifetimeVerdict([root, own], new Date(day));

describe("lifetimes of certificates", () => {
  it("leave a third for the renewal, and never make a certificate that is due when it is new", () => {
    deepEqual(renewedEarly(730), { validityPeriodHours: 17520, earlyRenewalHours: 5840 });
    for (const days of [1, 2, 30, 7300]) {
      const { validityPeriodHours, earlyRenewalHours } = renewedEarly(days);
      ok(earlyRenewalHours > 0 && earlyRenewalHours < validityPeriodHours);
    }
  });

  it("end with a check's failure, after a warning that names the day and what to do", () => {
    equal(on("2026-11-27").status, "pass");
    match(on("2026-11-27").detail, /next to end is trust-cluster-cluster1, on 2028-11-26/);
    equal(on("2028-11-25").status, "warning");
    match(on("2028-11-25").detail, /ends on 2028-11-26, in 1 days: run pulumi up, which renews it/);
    equal(on("2028-11-26").status, "fail");
    match(on("2028-11-26").detail, /trust-cluster-cluster1 ended on 2028-11-26: run pulumi up/);
    equal(lifetimeVerdict([], new Date()).status, "fail");
    match(
      checkLines([
        {
          expected: "",
          seconds: 0,
          id: "certificates-last",
          cluster: "cluster1",
          evidence: "configuration",
          ...on("2028-11-25"),
        },
      ])[0] ?? "",
      /WARN/,
    );
  });

  it("are named in one line by what is renewed first", () => {
    equal(nextRenewal([root, own]), "trust-cluster-cluster1 ends 2028-11-26; pulumi up renews it from 2028-03-28 on");
  });

  for (const backend of ["cilium", "loadbalancer"] as const) {
    it(`are those of the root, of intermediates and of every leaf of ${backend}, in the outputs too`, async function () {
      this.timeout(60_000);
      const run: Run = await runProgram({ backend, demo: "{}" });
      const made = [...run.all(selfSigned), ...run.all(signed)];
      ok(made.length > 3);
      for (const { name, inputs } of made) {
        equal(inputs.earlyRenewalHours, inputs.validityPeriodHours / 3, name);
      }
      const { certificates } = run.lab;
      deepEqual(certificates.map(({ name }) => name).toSorted(), made.map(({ name }) => name).toSorted());
      match(await resolved(run.outputs.nextRenewal), /ends 2028-11-26; pulumi up renews it from \d{4}-\d\d-\d\d on/);
    });
  }

  it("start istiod anew with another root, since it takes none while it runs", async function () {
    this.timeout(60_000);
    const run = await runProgram();
    const { values } = run.one("kubernetes:helm.sh/v3:Release", "cluster1-istio-istiod").inputs;
    equal(values.podAnnotations["multicluster-lab/root"], await resolved(run.outputs.rootFingerprint));
  });
});

/** Rehearsals on clusters that are there before the lab, and stay when it goes. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describeRehearsals, wentWell } from "../support/rehearsal";
import { thorough } from "../support/thorough";

describeRehearsals("npm start, on clusters that are there already", (world) => {
  it("joins one that has load balancers with one that the lab makes on AWS", async () => {
    const clusters = [
      { name: "near", region: "eu-central-1", vpcCidr: "10.1.0.0/16", serviceCidr: "10.101.0.0/16" },
      {
        ...{ name: "there", context: "elsewhere", gateways: "load-balancer-name", endpoint: "https://there.test" },
        ...{ podCidr: "10.242.0.0/16", serviceCidr: "10.92.0.0/16", egressCidr: "203.0.113.7/32" },
      },
    ];
    const settings = [
      `clusters=${JSON.stringify(clusters)}`,
      "exposure=public",
      'adminCidrs=["198.51.100.0/24"]',
    ].flatMap((each) => ["--config", each]);
    const ended = await world().start("--stack", "local", ...settings).done;
    wentWell(ended, "istio");
    const addresses = ended.result?.checks.filter(({ id }) => id === "istio-gateway-address") ?? [];
    match(addresses.find(({ cluster }) => cluster === "near")?.detail ?? "", /\.elb\.eu-central-1\.amazonaws\.com$/);
    match(addresses.find(({ cluster }) => cluster === "there")?.detail ?? "", /\.elb\.amazonaws\.com$/);
    ok(ended.result?.created.some((each) => each.startsWith("aws:eks/cluster:Cluster")));
  });

  thorough("goes up with no AWS for the engine, is checked, stays, and goes without a trace", async () => {
    const up = await world().start("--stack", "local", "--keep").done;
    equal(up.code, 0, up.output);
    const { plugins, created, checks } = up.result ?? {};
    deepEqual(Object.keys(plugins ?? {}), ["kubernetes", "tls"]);
    deepEqual(
      created?.filter((each) => /^(aws|eks):/.test(each)),
      [],
    );
    const passed = checks?.flatMap(({ id, status }) => (status === "pass" ? [id] : [])) ?? [];
    for (const id of ["istio-gateway-address", "istio-remote-secret", "demo-replica"]) ok(passed.includes(id), id);
    const nodes = await world().kube("existing-one").list("v1", "Node");
    equal(nodes.length, 2);
    const kubeconfig = statSync(join(world().scratch, "existing", "kubeconfig-0"));
    equal(kubeconfig.mode & 0o777, 0o600, "others may read an administrator's credentials");
    const down = await world().start("--down").done;
    equal(down.code, 0, down.output);
    deepEqual(down.result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
  });

  it("refuses in one sentence what its ground cannot have", async () => {
    const two = {
      ...{ name: "two", context: "kind-two", gateways: "load-balancer" },
      ...{ podCidr: "10.242.0.0/16", serviceCidr: "10.92.0.0/16", egressCidr: "172.18.0.0/16" },
    };
    const { code, output } = await world().start("--stack", "local", "--config", `clusters[1]=${JSON.stringify(two)}`)
      .done;
    equal(code, 1);
    match(output, /two is not on that of one/);
    ok(!output.includes("    at "), output);
  });
});

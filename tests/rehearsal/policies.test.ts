import { deepEqual, equal, ok } from "node:assert/strict";
import { describeRehearsals } from "../support/rehearsal";

describeRehearsals("npm start with a lab that breaks a policy", (world) => {
  it("refuses it in the preview, says which policy, and has made nothing", async () => {
    const { code, output, result } = await world().start("--config", "adminCidrs[0]=0.0.0.0/0").done;
    equal(code, 1, output);
    const { errors = [] } = result?.up ?? {};
    for (const policy of [
      "no-open-ingress: aws:vpc/securityGroupIngressRule",
      "api-server-names-callers: eks:index:Cluster",
    ]) {
      ok(
        errors.some((error) => error.startsWith(`preview: policy ${policy}`)),
        errors.join("\n"),
      );
    }
    deepEqual(result?.created, []);
    deepEqual(result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
  });
});

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { World } from "../support/rehearse";
import { needTools } from "../support/tools";

/** Every datapath, and every encryption. */
const labs = [
  ["vxlan, as it comes", [], "path 8500, pods 8450 bytes, VXLAN", "skipped"],
  [
    "chaining with WireGuard",
    ["cilium.datapath=chaining", "cilium.encryption=wireguard"],
    "path 8500, pods 8405 bytes, WireGuard",
    "skipped",
  ],
  [
    "eni with IPsec, Hubble and no kube-proxy",
    ["cilium.datapath=eni", "cilium.encryption=ipsec", "cilium.kubeProxyReplacement=true", "cilium.hubble=true"],
    "path 8500, pods 8423 bytes, IPsec",
    "pass",
  ],
] as const;

describe("npm start with Cilium", function () {
  this.timeout(15 * 60_000);
  let world: World;
  before(function () {
    needTools(this);
  });
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => {
    deepEqual(world.scratches(), [], "a scratch folder is left");
    deepEqual(world.processes(), [], "a process is left");
    world.close();
  });

  for (const [what, settings, mtu, ipsec] of labs) {
    it(`brings ${what} up and takes it down without a trace`, async () => {
      const ended = await world.start("--stack", "cilium", ...settings.flatMap((setting) => ["--config", setting]))
        .done;
      equal(ended.code, 0, ended.output);
      const { result } = ended;
      ok(result);
      equal(result.backend, "cilium");
      equal(result.secondUp?.changes, 0);
      deepEqual(result.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });

      const checks = backendFindings(ended);
      const asked = checks.map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`);
      const each = ["mtu", "cilium-running", "cilium-identity", "cilium-mesh-address", "cilium-certificates"];
      const both = ["cilium-identities-differ", "cilium-ipsec-key", "cilium-mesh-peer"];
      deepEqual(
        asked.sort(),
        [
          ...each.flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
          ...both.flatMap((id) => [`${id} cluster1 cluster2`, `${id} cluster2 cluster1`]),
        ].sort(),
      );
      for (const { id, status, detail } of checks) {
        equal(status, id === "cilium-ipsec-key" ? ipsec : "pass", `${id}: ${detail}`);
        if (id === "mtu") equal(detail, mtu);
      }
      deepEqual(demoFindings(ended), demoInOrder(false));
    });
  }

  it("refuses the internet between nodes, with the reason, and starts nothing", async () => {
    const { code, output, result } = await world.start("--stack", "cilium", "--config", "interconnect=internet").done;
    equal(code, 1);
    equal(result, undefined);
    match(output, / {2}interconnect: .*no route through NAT gateways/s);
  });
});

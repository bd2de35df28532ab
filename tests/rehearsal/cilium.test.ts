import { deepEqual, equal, match, ok } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { World } from "../support/rehearse";
import { needTools } from "../support/tools";

/** Checks that apply only with some settings. */
const optional = ["cilium-ipsec-key", "cilium-cluster-set"];

/** Every datapath, every encryption and both ways to share Services: settings, what `mtu` says, which optional checks apply. */
const labs: readonly (readonly [string, readonly string[], string, readonly string[]])[] = [
  ["vxlan, as it comes", [], "path 8500, pods 8450 bytes, VXLAN", []],
  [
    "chaining with WireGuard",
    ["cilium.datapath=chaining", "cilium.encryption=wireguard"],
    "path 8500, pods 8405 bytes, WireGuard",
    [],
  ],
  [
    "eni with IPsec, Hubble, ServiceExports and no kube-proxy",
    [
      "cilium.datapath=eni",
      "cilium.encryption=ipsec",
      "cilium.kubeProxyReplacement=true",
      "cilium.hubble=true",
      "cilium.sharing=mcs",
    ],
    "path 8500, pods 8423 bytes, IPsec",
    optional,
  ],
];

describe("npm start with Cilium", function () {
  this.timeout(15 * 60_000);
  let world: World;
  before(async function () {
    await needTools(this);
  });
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => {
    deepEqual(world.scratches(), [], "a scratch folder is left");
    deepEqual(world.processes(), [], "a process is left");
    world.close();
  });

  for (const [what, settings, mtu, applying] of labs) {
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
      const each = ["mtu", "running", "identity", "mesh-address", "certificates", "cluster-set"].map((id) =>
        id === "mtu" ? id : `cilium-${id}`,
      );
      const both = ["cilium-identities-differ", "cilium-ipsec-key", "cilium-mesh-peer"];
      deepEqual(
        checks.map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`).sort(),
        [
          ...each.flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
          ...both.flatMap((id) => [`${id} cluster1 cluster2`, `${id} cluster2 cluster1`]),
        ].sort(),
      );
      for (const { id, status, detail } of checks) {
        const applies = !optional.includes(id) || applying.includes(id);
        equal(status, applies ? "pass" : "skipped", `${id}: ${detail}`);
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

import { deepEqual, equal, match } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { allPassed, describeRehearsals, wentWell } from "../support/rehearsal";
import { thorough } from "../support/thorough";

/** Checks that apply only with some settings. */
const optional = ["cilium-ipsec-key", "cilium-cluster-set"];

/** Every datapath, every encryption and both ways to export Services: settings, what `mtu` says, which optional checks apply. */
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

const checks = {
  each: [
    "mtu",
    "cilium-running",
    "cilium-identity",
    "cilium-mesh-address",
    "cilium-certificates",
    "cilium-cluster-set",
  ],
  both: ["cilium-identities-differ", "cilium-ipsec-key", "cilium-mesh-peer", "cilium-agent-peers"],
};

describeRehearsals("npm start with Cilium", (world) => {
  for (const [what, settings, mtu, applying] of labs) {
    // Chaining has the encryption and the checks of the others.
    const test = what.startsWith("chaining") ? thorough : it;
    test(`brings ${what} up and takes it down without a trace`, async () => {
      const config = settings.flatMap((setting) => ["--config", setting]);
      const ended = await world().start("--stack", "cilium", ...config).done;
      wentWell(ended, "cilium");
      allPassed(ended, checks, ({ id }) => optional.includes(id) && !applying.includes(id));
      for (const { id, detail } of backendFindings(ended)) if (id === "mtu") equal(detail, mtu);
      deepEqual(demoFindings(ended), demoInOrder);
    });
  }

  it("refuses the internet between nodes, with the reason, and starts nothing", async () => {
    const { code, output, result } = await world().start("--stack", "cilium", "--config", "interconnect=internet").done;
    equal(code, 1);
    equal(result, undefined);
    match(output, / {2}interconnect: .*no route through NAT gateways/s);
  });
});

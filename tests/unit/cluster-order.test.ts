/** In which order clusters are listed means nothing, and a cluster that comes or goes touches what is about it. */
import { deepEqual, ok } from "node:assert/strict";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import { withDemo } from "../support/config";
import { clusters, lab, plain, urn } from "../support/identity";
import { runProgram } from "../support/mocks";

/** Numbers of the clusters' networks: a cluster keeps its own, whoever comes. */
const numbers = new Map([
  ["m1", 1],
  ["m2", 2],
  ["a-first", 3],
  ["z", 4],
]);

/** What the program asks for, by URN: inputs, provider and parent. */
async function asked(backend: BackendName, names: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const settings = lab(backend, clusters(names, numbers), ["m1", "m2"]);
  const { resources } = await runProgram(settings);
  return new Map(resources.map((each) => [urn(each), plain([each.inputs, each.provider, each.parent])]));
}

/** What says in its inputs which peers there are: types, and where. It is updated in place. */
const namesPeers: readonly [type: RegExp, path: string][] = [
  [/eks:index:Cluster::/, "publicAccessCidrs"],
  [/Addon::.*-vpc-cni$/, "configurationValues"],
  [/BalancerService\$kubernetes:core\/v1:Service::/, "spec.loadBalancerSourceRanges"],
  [/Release::.*-linkerd-multicluster$/, "values.controllers"],
  [/Release::.*-calico$/, "values.installation.calicoNetwork.ipPools"],
  [/ConfigMap::.*-cilium-remote-users$/, "data"],
  [/Secret::.*-cilium-(agent|mesh)-peers$/, "stringData"],
  [/(Network|CiliumNetwork)Policy::/, "spec.ingress"],
];

/** The same without what names the peers. */
function withoutPeers(id: string, [inputs, ...rest]: readonly unknown[]): unknown {
  const copy = structuredClone(inputs);
  for (const [, path] of namesPeers.filter(([type]) => type.test(id))) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], copy);
    if (parent) delete (parent as Record<string, unknown>)[last];
  }
  return [copy, ...rest];
}

describe("the order of clusters", function () {
  this.timeout(60_000);
  for (const backend of backendNames) {
    it(`changes nothing with ${backend}`, async () => {
      const one = await asked(backend, ["m1", "m2", "z"]);
      const other = await asked(backend, ["z", "m2", "m1"]);
      deepEqual([...other.keys()].toSorted(), [...one.keys()].toSorted());
      for (const [id, inputs] of one) deepEqual(other.get(id), inputs, id);
    });

    it(`lets a cluster come and go with ${backend}, and touches nothing that is not about it`, async () => {
      const before = await asked(backend, ["m1", "m2"]);
      const after = await asked(backend, ["m2", "a-first", "m1"]);
      deepEqual(
        [...before.keys()].filter((id) => !after.has(id)),
        [],
      );
      const come = [...after.keys()].filter((id) => !before.has(id));
      deepEqual(
        come.filter((id) => !/::.*(a--first|from-10-3-0-0-16)/.test(id)),
        [],
      );
      for (const [id, inputs] of before) {
        deepEqual(withoutPeers(id, after.get(id) as unknown[]), withoutPeers(id, inputs as unknown[]), id);
      }
    });
  }

  it("changes nothing of a default lab, whose clusters have no roles by name", async () => {
    const reversed = JSON.stringify(JSON.parse(clusters(["m1", "m2"], numbers)).toReversed());
    const [one, other] = [
      await runProgram({ ...withDemo, clusters: clusters(["m1", "m2"], numbers) }),
      await runProgram({ ...withDemo, clusters: reversed }),
    ];
    const inputs = (run: typeof one) =>
      Object.fromEntries(run.resources.map((each) => [urn(each), plain(each.inputs)]));
    deepEqual(inputs(other), inputs(one));
    ok(one.resources.some(({ name }) => name === "m1-demo-frontend"));
  });
});

/** What a resource is called, and what it is, follows from names: never from an order, and never from what else there is. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { backendNames } from "../../components/backends/profiles";
import { namePart } from "../../components/base/names";
import { isEks } from "../../components/config/cluster";
import { isAccepted, planOf } from "../support/config";
import { clusters, lab, urn } from "../support/identity";
import { type Recorded, runProgram } from "../support/mocks";

/** Words of which the program's own names are made. */
const words = [
  "a",
  "root",
  "shared",
  "redis",
  "demo",
  "external",
  "entry",
  "replica",
  "nodes",
  "remote",
  "istio",
  "dev",
  "eu",
];
const clusterName = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("-"))
  .filter((name) => name.length <= 32);

/** What an object is told by in Kubernetes, for objects of Kubernetes. */
function objectId({ type, inputs, provider, name }: Recorded): string | undefined {
  if (!type.startsWith("kubernetes:") || type.startsWith("kubernetes:helm")) return undefined;
  const { namespace = "", name: called = `generated for ${name}` } = inputs.metadata ?? {};
  const patch = type.endsWith("Patch") ? " patch" : "";
  return [provider, inputs.kind ?? type, namespace, called].join(" ") + patch;
}

function twice(items: readonly string[]): string[] {
  return items.filter((item, index) => items.indexOf(item) < index);
}

describe("names of resources", () => {
  it("tell apart what they are made of, wherever its hyphens are", () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
    const names = fc.array(name, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const joined = (parts: string[]) => parts.map(namePart).join("-");
        equal(joined(one) === joined(other), JSON.stringify(one) === JSON.stringify(other));
      }),
    );
    equal(["dev-eu", "west"].map(namePart).join("-"), "dev--eu-west");
    equal(["dev", "eu-west"].map(namePart).join("-"), "dev-eu--west");
  });

  it("keep labs apart whose names and clusters' names meet", () => {
    const eksNames = (labName: string, list: string[]) =>
      planOf({ labName, clusters: clusters(list) })
        .clusters.filter(isEks)
        .map(({ eksName }) => eksName);
    deepEqual(eksNames("dev", ["eu-west", "b"]), ["dev-b", "dev-eu--west"]);
    deepEqual(eksNames("dev-eu", ["west", "b"]), ["dev-eu-b", "dev-eu-west"]);
    throws(() => eksNames("dev-", ["west", "b"]), /labName: not a valid name of a lab/);
    throws(() => eksNames("a".repeat(41), ["west", "b"]), /labName/);
  });

  for (const backend of backendNames) {
    it(`never meet with ${backend}, whatever the clusters are called`, async function () {
      this.timeout(120_000);
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(clusterName, { minLength: 4, maxLength: 4 }), async (names) => {
          const settings = lab(backend, clusters(names), names);
          fc.pre(isAccepted(settings));
          const { resources } = await runProgram(settings);
          deepEqual(twice(resources.map(urn)), []);
          deepEqual(twice(resources.flatMap((each) => objectId(each) ?? [])), []);
        }),
        {
          numRuns: 4,
          examples: [[["root", "shared-redis", "cluster-root", "lab"]], [["dev-eu", "west", "dev", "eu-west"]]],
        },
      );
    });
  }

  for (const [what, backend, names, halves, message] of [
    [
      "the shop",
      "loadbalancer",
      ["external", "b"],
      { front: "external" },
      /frontend of external would be called like the demo's frontend-external/,
    ],
    [
      "a Service",
      "loadbalancer",
      ["entry", "b"],
      { front: "b" },
      /https of entry would be called like the HTTPS entry/,
    ],
    [
      "the shop's mirror",
      "linkerd",
      ["external", "b"],
      { front: "external", placement: { loadgenerator: "b" } },
      /clusters\[0\]\.name: the mirror of its frontend would be called like the demo's frontend-external/,
    ],
    ["a mirror", "linkerd", ["b", "federated"], {}, /clusters\[1\]\.name: its mirrors/],
  ] as const) {
    it(`are refused where ${backend} would give ${what} that of something else`, () => {
      const settings = lab(backend, clusters(names), names);
      throws(() => planOf({ ...settings, demo: JSON.stringify(halves) }), message);
    });
  }
});

describe("what a cluster does in a lab", () => {
  const three = clusters(["b", "a", "c"]);

  it("is said where there are more than two, so that another cluster moves nothing", () => {
    throws(
      () => planOf({ clusters: three, demo: "{}" }),
      /demo\.front: is missing.*\n.*Clusters here: b, a, c\.\n.*demo\.back/,
    );
    throws(() => planOf({ clusters: three, demo: '{"front":"a","back":"x"}' }), /demo\.back: there is no such cluster/);
    throws(() => planOf({ clusters: three, backend: "submariner" }), /submariner\.broker: is missing/);
    const submariner = (settings: object) =>
      planOf({ clusters: three, backend: "submariner", submariner: JSON.stringify(settings) });
    throws(() => submariner({ broker: "x" }), /submariner\.broker: there is no such cluster/);
    const { flows } = submariner({ broker: "c" });
    deepEqual([...new Set(flows.flatMap(({ to }) => (to.kind === "apiServer" ? [to.cluster] : [])))], ["c"]);
  });

  it("follows from the names where there are two", () => {
    const { demo } = planOf({ clusters: clusters(["b", "a"]), demo: "{}" });
    equal(demo?.instances.find(({ service }) => service.name === "frontend")?.cluster, "a");
    const other = planOf({ clusters: clusters(["b", "a"]), demo: '{"back":"a"}' }).demo;
    equal(other?.instances.find(({ service }) => service.name === "frontend")?.cluster, "b");
  });

  it("gives global addresses by the name alone, and refuses two of a number with both names", () => {
    const submariner = (globalNumbers: object) => ({
      clusters: clusters(["a", "b"]),
      backend: "submariner",
      submariner: JSON.stringify({ globalnet: true, globalNumbers }),
    });
    throws(() => planOf(submariner({ a: 7, b: 7 })), /b and a would both have the global addresses 242\.7\.0\.0\/16/);
    throws(() => planOf(submariner({ x: 7 })), /submariner\.globalNumbers\.x: there is no cluster of this name/);
    ok(isAccepted(submariner({ a: 7 })));
  });
});

describe("zones of subnets", () => {
  const subnet = "aws:ec2/subnet:Subnet";

  it("stay what they are when AWS lists others", async () => {
    const { inputs, ignoreChanges } = (await runProgram()).one(subnet, "cluster1-private-1");
    equal(inputs.availabilityZone, "zone-b");
    deepEqual(ignoreChanges, ["availabilityZone"]);
  });

  it("are those of the configuration where it names them", async () => {
    const [first, second] = JSON.parse(clusters(["a", "b"]));
    const zones = ["us-east-1c", "us-east-1f"];
    const run = await runProgram({ clusters: JSON.stringify([{ ...first, zones }, second]) });
    const { inputs, ignoreChanges } = run.one(subnet, "a-private-1");
    equal(inputs.availabilityZone, "us-east-1f");
    deepEqual(ignoreChanges, []);
    const wrong = (given: string[]) => planOf({ clusters: JSON.stringify([{ ...first, zones: given }, second]) });
    throws(
      () => wrong(["us-east-1c", "us-west-2a"]),
      /clusters\[0\]\.zones\[1\]: is no availability zone of us-east-1/,
    );
    throws(() => wrong(["us-east-1c", "us-east-1c"]), /the same zone twice/);
    throws(() => wrong(["us-east-1c"]), /not two zones/);
  });
});

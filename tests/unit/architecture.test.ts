import { deepEqual, ok } from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { layers } from "../../.dependency-cruiser.mjs";
import { violations } from "../../scripts/architecture/violations";

/** A tree that keeps every rule: files by path, each with what it imports. */
const sound: Readonly<Record<string, string>> = {
  "index.ts": 'import { lab } from "./components/lab/lab"; export default lab;',
  "components/base/cidr.ts": "export const cidr = 1;",
  "components/config/schema.ts": 'export { cidr } from "../base/cidr";',
  "components/plan/flows.ts": 'export { cidr } from "../config/schema";',
  "components/cluster/cluster.ts": 'import * as pulumi from "@pulumi/pulumi"; export const cluster = pulumi;',
  "components/backends/istio/profile.ts": 'export { cidr } from "../../plan/flows";',
  "components/backends/istio/backend.ts": 'export { cluster } from "../../cluster/cluster";',
  "components/backends/linkerd/profile.ts": 'export { cidr } from "../../plan/flows";',
  "components/backends/profiles.ts":
    'import * as istio from "./istio/profile"; import * as linkerd from "./linkerd/profile"; export { istio, linkerd };',
  "components/demo/plan.ts": 'export { cidr } from "../plan/flows";',
  "components/lab/plan.ts": 'export { istio } from "../backends/profiles"; export { cidr } from "../demo/plan";',
  "components/lab/lab.ts": 'export * as lab from "./plan"; export { cluster } from "../backends/istio/backend";',
  "checks/common/client.ts": "export const client = 1;",
  "rehearsal/aws/account.ts": 'export { client } from "../../checks/common/client";',
  "rehearsal/operators/calico.ts": 'export { client } from "../aws/account";',
};

describe("the architecture's layers", () => {
  for (const [name] of layers) {
    it(`are there: ${name}`, () => ok(existsSync(join(__dirname, "../..", name.replace(/\/\*.*/, "")))));
  }
});

describe("the architecture's rules", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "architecture-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function violationsWith(planted: Readonly<Record<string, string>>): Promise<string[]> {
    for (const [path, text] of Object.entries({ ...sound, ...planted })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return violations(folder);
  }

  it("are kept by a tree in which arrows go one way", async () => {
    deepEqual(await violationsWith({}), []);
  });

  const broken: Readonly<Record<string, { planted: Readonly<Record<string, string>>; message: RegExp }>> = {
    "a circle of files": {
      planted: {
        "components/plan/mtu.ts": 'import type { Price } from "./price"; export type Mtu = Price;',
        "components/plan/price.ts": 'import type { Mtu } from "./mtu"; export type Price = Mtu;',
      },
      message:
        /^no circle of files: components\/plan\/mtu\.ts -> components\/plan\/price\.ts -> components\/plan\/mtu\.ts$/,
    },
    "a circle of a folder's own files with a folder below it": {
      planted: {
        "rehearsal/aws/account.ts": 'import type { Vpc } from "./ec2/vpc"; export type Account = Vpc;',
        "rehearsal/aws/ec2/vpc.ts": 'import { clock } from "../clock"; export type Vpc = typeof clock;',
        "rehearsal/aws/clock.ts": "export const clock = 1;",
      },
      message:
        /^a circle of folders in rehearsal\/aws:\n.*account\.ts imports .*vpc\.ts\n.*vpc\.ts imports .*clock\.ts$/,
    },
    "a circle of folders at a depth of its own": {
      planted: {
        "tests/support/kube/api/server.ts": 'export { server } from "../../aws/shapes/server";',
        "tests/support/aws/shapes/server.ts": "export const server = 1;",
        "tests/support/aws/shapes/deeper/account.ts": 'export { objects } from "../../../kube/objects/objects";',
        "tests/support/kube/objects/objects.ts": "export const objects = 1;",
      },
      message: /^a circle of folders in tests\/support:/,
    },
    "an import from a higher layer": {
      planted: { "components/plan/addresses.ts": 'export { cluster } from "../cluster/cluster";' },
      message: /^components\/plan imports nothing from above: components\/plan\/addresses\.ts -> components\/cluster/,
    },
    "an import of a type from a higher layer": {
      planted: {
        "components/base/pairs.ts": 'import type { cidr } from "../config/schema"; export type Pair = typeof cidr;',
      },
      message: /^components\/base imports nothing from above/,
    },
    "a type of Pulumi's in the plan": {
      planted: {
        "components/plan/tags.ts": 'import type { Input } from "@pulumi/pulumi"; export type Tags = Input<string>;',
      },
      message: /^plain data knows no Pulumi: components\/plan\/tags\.ts -> @pulumi\/pulumi$/,
    },
    "a type of Pulumi's in a file that a profile uses": {
      planted: {
        "components/backends/istio/profile.ts": 'export { values } from "./values";',
        "components/backends/istio/values.ts":
          'import type { Input } from "@pulumi/pulumi"; export const values: Input<1> = 1;',
      },
      message:
        /^plain data knows no Pulumi: components\/backends\/profiles\.ts -> .*profile\.ts -> .*values\.ts -> @pulumi/,
    },
    "a backend that imports another one": {
      planted: { "components/backends/linkerd/backend.ts": 'export { cluster } from "../istio/backend";' },
      message:
        /^folders of components\/backends\/\* import nothing of each other: components\/backends\/linkerd\/backend\.ts/,
    },
    "a backend that imports the demo": {
      planted: { "components/backends/linkerd/backend.ts": 'export { cidr } from "../../demo/plan";' },
      message: /^components\/backends\/\* imports nothing from above/,
    },
    "a demo that imports a backend": {
      planted: { "components/demo/demo.ts": 'export { cidr } from "../backends/istio/profile";' },
      message: /^the demo knows no backend/,
    },
    "an emulated AWS that judges with the program's code": {
      planted: {
        "rehearsal/aws/subnets.ts": 'export { mask } from "../../checks/common/mask";',
        "checks/common/mask.ts": 'export { cidr as mask } from "../../components/base/cidr";',
      },
      message:
        /^the emulated AWS judges with code of its own: rehearsal\/aws\/subnets\.ts -> .*mask\.ts -> .*cidr\.ts$/,
    },
    "an emulated AWS that starts operators": {
      planted: { "rehearsal/aws/eks.ts": 'export { client } from "../operators/calico";' },
      message: /^rehearsal\/aws imports nothing from above/,
    },
    "a policy that judges with the program's code": {
      planted: { "policies/rules.ts": 'export { cidr } from "../components/base/cidr";' },
      message: /^policies judge with code of their own: policies\/rules\.ts -> components\/base\/cidr\.ts$/,
    },
    "a file in no layer": {
      planted: { "components/helpers/cidr.ts": 'export { cidr } from "../base/cidr";' },
      message: /^every file is in a layer: components\/helpers\/cidr\.ts/,
    },
  };
  for (const [what, { planted, message }] of Object.entries(broken)) {
    it(`are broken by ${what}`, async () => {
      const found = await violationsWith(planted);
      ok(
        found.some((each) => message.test(each)),
        found.join("\n"),
      );
    });
  }
});

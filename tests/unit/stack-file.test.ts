import { deepEqual, equal, throws } from "node:assert/strict";
import { dirname } from "node:path";
import { validateLab } from "../../components/lab/config";
import { UserError } from "../../rehearsal/base/user-error";
import { parseOptions } from "../../rehearsal/cli/options";
import { rawConfig, readStackFile, stackNames } from "../../rehearsal/engine/stack-file";

const root = dirname(dirname(__dirname));
const raw = (...overrides: string[]) => rawConfig(readStackFile(root, "dev", overrides));

describe("stack file", () => {
  it("is valid for every stack there is", () => {
    // A mirror is the user's to have; one stack does not go without.
    const overrides = ["charts.mirror=MIRROR"];
    for (const stack of stackNames(root))
      validateLab(rawConfig(readStackFile(root, stack, overrides)), `stack ${stack}`);
  });

  it("takes words, lists, maps and paths from the command line", () => {
    const settings = raw(
      "backend=isto",
      'clusters=[{"name":"A"}]',
      "nodes.desired=3",
      "nodes.capacity=spot",
      "kubernetesVersion=1.30",
    );
    equal(settings.backend, "isto");
    equal(settings.clusters, '[{"name":"A"}]');
    deepEqual(JSON.parse(settings.nodes ?? ""), { desired: 3, capacity: "spot" });
    equal(settings.kubernetesVersion, "1.30");
  });

  it("lays over one entry of a list, as `pulumi config set --path` does", () => {
    const list = 'clusters=[{"name":"a","podCidr":"10.101.0.0/16"},{"name":"b"}]';
    const settings = raw(
      list,
      "clusters[0].podCidr=10.9.0.0/16",
      "clusters[1].region=eu-west-1",
      "adminCidrs[0]=8.8.8.0/24",
    );
    deepEqual(JSON.parse(settings.clusters ?? ""), [
      { name: "a", podCidr: "10.9.0.0/16" },
      { name: "b", region: "eu-west-1" },
    ]);
    equal(settings.adminCidrs, '["8.8.8.0/24"]');
  });

  it("brings an administrator's network of its own only when there is none", () => {
    equal(raw().adminCidrs, '["198.51.100.0/24"]');
    equal(raw("adminCidrs=[]").adminCidrs, "[]");
  });

  const wrong: [string, () => unknown, RegExp][] = [
    [
      "a stack that does not exist",
      () => readStackFile(root, "nope", []),
      /There is no stack nope: stacks\/ has .*dev, istio/,
    ],
    ["an override without a value", () => raw("backend"), /write a setting as KEY=VALUE/],
    ["broken JSON", () => raw("clusters=[{"), /not valid JSON/],
    ["an unknown option", () => parseOptions(["--nope"]), /--nope/],
    ["an unknown package", () => parseOptions(["--plugins", "aws"]), /aws is always emulated/],
    ["an unknown quota", () => parseOptions(["--quota", "vpc=9"]), /vpcs \(5\)/],
    ["a quota without a number", () => parseOptions(["--quota", "vpcs=many"]), /--quota vpcs=many/],
    ["a speed of nothing", () => parseOptions(["--speed", "0"]), /--speed 0/],
  ];
  for (const [what, act, message] of wrong) {
    it(`refuses ${what} in one sentence`, () => {
      throws(act, (error: Error) => error instanceof UserError && message.test(error.message));
    });
  }
});

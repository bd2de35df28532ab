import { deepEqual, equal, match, ok } from "node:assert/strict";
import { expectRejections } from "../support/rejections";
import { changesIn, RunningLab } from "../support/running-lab";
import { needTools } from "../support/tools";

const clusters = [
  { name: "cluster1", region: "us-east-1", vpcCidr: "10.1.0.0/16", serviceCidr: "172.20.0.0/16" },
  { name: "cluster2", region: "us-west-2", vpcCidr: "10.2.0.0/16", serviceCidr: "172.21.0.0/16" },
];
const [first, second] = clusters;
const remoteSecret = { apiVersion: "v1", kind: "Secret", namespace: "istio-system" };

/** Each test goes on with the lab that the one before it left. Every `up` here is previewed and keeps to its preview. */
describe("A lab that runs, and changes of its settings", function () {
  this.timeout(20 * 60_000);
  let lab: RunningLab;

  before(async function () {
    const tools = await needTools(this);
    lab = await RunningLab.open(tools, "istio", [
      "demo.enabled=false",
      `clusters=${JSON.stringify(clusters)}`,
      // New node groups come before the old ones go.
      "quotas.vcpus=16",
    ]);
  });
  after(() => lab?.close());

  it("comes up from nothing as its preview says, and the preview makes nothing", async () => {
    const preview = await lab.engine.preview("up");
    equal(preview.result, "succeeded", preview.errors.join("\n"));
    deepEqual([lab.ground.account.leftovers(), lab.ground.controlPlanes.list()], [[], []]);
    const up = await lab.up();
    equal(up.result, "succeeded", up.errors.join("\n"));
    deepEqual(up.surprises, []);
  });

  it("lets in a user whose address changed, though no API server answers him", async () => {
    lab.ground.machine.address = "203.0.113.9";
    const refresh = await lab.engine.refresh();
    match(refresh.errors.join("\n"), /unreachable.*i\/o timeout/s);
    lab.set('adminCidrs=["203.0.113.0/24"]');
    const up = await lab.up();
    equal(up.result, "succeeded", up.errors.join("\n"));
    deepEqual(up.surprises, []);
    const { update, ...others } = changesIn(up);
    deepEqual(others, { create: [], replace: [], delete: [] });
    ok(update.includes("aws:eks/cluster:Cluster::cluster1-eksCluster"), update.join(", "));
    equal((await lab.engine.refresh()).result, "succeeded");
  });

  it("keeps what was deleted by hand from being forgotten: a refresh finds out, and the next up makes it anew", async () => {
    const kube = await lab.kube("cluster1");
    const [secret] = await kube.list("v1", "Secret", {
      namespace: "istio-system",
      labelSelector: "istio/multiCluster=true",
    });
    ok(secret);
    await kube.delete({ ...remoteSecret, name: secret.metadata.name });
    equal((await lab.up()).changes, 0);
    await lab.engine.refresh();
    const up = await lab.up();
    deepEqual([up.result, up.surprises, changesIn(up).create.length], ["succeeded", [], 1]);
    ok(await kube.get({ ...remoteSecret, name: secret.metadata.name }));

    await kube.delete({ ...remoteSecret, name: secret.metadata.name });
    const both = await lab.engine.refreshAndUp();
    deepEqual([both.result, both.changes > 0], ["succeeded", true], "what a rehearsal takes for the second up sees it");
    ok(await kube.get({ ...remoteSecret, name: secret.metadata.name }));
  });

  const refused: readonly [what: string, settings: string[], said: RegExp][] = [
    [
      "another network of Services",
      [`clusters=${JSON.stringify([first, { ...second, serviceCidr: "172.22.0.0/16" }])}`],
      /clusters\.cluster2\.serviceCidr: cannot change .* it was "172\.21\.0\.0\/16".*another name/s,
    ],
    [
      "a new name for an old network",
      [`clusters=${JSON.stringify([first, { ...second, name: "west" }])}`],
      /clusters\.west\.name: cannot change .* it was "cluster2".*another vpcCidr/s,
    ],
    ["another backend", ["backend=linkerd"], /backend: cannot change .* it was "istio".*pulumi destroy/s],
    ["another way between the clusters", ["interconnect=internet", "exposure=public"], /interconnect: cannot change/],
  ];
  for (const [what, settings, said] of refused) {
    it(`refuses ${what} before anything starts, and says what to do`, async () => {
      lab.set('adminCidrs=["203.0.113.0/24"]', ...settings);
      const done = lab.ground.journal.begin();
      const up = await lab.up();
      equal(up.result, "failed");
      match(up.errors.join("\n"), said);
      await expectRejections(said);
      deepEqual(done, []);
    });
  }

  it("makes load balancers anew when they move to the internet, and node groups for the smaller MTU", async () => {
    lab.set('adminCidrs=["203.0.113.0/24"]', "exposure=public");
    const up = await lab.up();
    equal(up.result, "succeeded", up.errors.join("\n"));
    deepEqual(up.surprises, []);
    deepEqual(
      changesIn(up)
        .replace.filter((each) => /^(kubernetes|aws:eks)/.test(each))
        .sort(),
      ["cluster1", "cluster2"]
        .flatMap((name) => `aws:eks/nodeGroup:NodeGroup::${name}-nodes`)
        .concat(["cluster1", "cluster2"].map((name) => `kubernetes:core/v1:Service::${name}-istio-gateway`)),
    );
    deepEqual(await lab.failing(), []);
  });

  it("goes as its preview says, and leaves nothing", async () => {
    const announced = await lab.engine.preview("destroy");
    const destroyed = await lab.engine.destroy();
    equal(destroyed.result, "succeeded", destroyed.errors.join("\n"));
    deepEqual(
      [...announced.steps].map(([urn, { action }]) => [urn, action]).sort(),
      [...destroyed.steps].map(([urn, { action }]) => [urn, action]).sort(),
    );
    deepEqual(lab.ground.account.leftovers(), []);
  });
});

import { ok, rejects } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KubeClient } from "../../checks/kube/client";
import { instancePod } from "../../components/demo/instance";
import { redisPod } from "../../components/demo/redis";
import { ControlPlanes } from "../../rehearsal/control-planes/control-planes";
import { demoOf, settingsOf } from "../support/demo";
import { needTools } from "../support/tools";

describe("a control plane", function () {
  this.timeout(4 * 60_000);
  let home: string;
  let planes: ControlPlanes;
  before(async function () {
    const tools = await needTools(this);
    home = mkdtempSync(join(tmpdir(), "control-plane-"));
    planes = new ControlPlanes(tools, home);
  });
  after(() => {
    planes?.closeAll();
    if (home) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** A namespace's default account is the controller manager's work. */
  async function makesAccounts(kube: KubeClient, namespace: string): Promise<boolean> {
    await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const account = { apiVersion: "v1", kind: "ServiceAccount", name: "default", namespace };
    for (let attempt = 0; attempt < 600; attempt++) {
      if (await kube.get(account)) return true;
      await pause(100);
    }
    return false;
  }

  it("starts a component again that ended by itself, and none that was stopped", async () => {
    const { kubeconfig } = await planes.create({ name: "one", version: "1.35", serviceCidr: "172.20.0.0/16" });
    const kube = new KubeClient(kubeconfig);
    ok(await makesAccounts(kube, "before"));

    const pid = () => Number(readFileSync(join(home, ".kwok/clusters/one/pids/kube-controller-manager.pid"), "utf8"));
    const first = pid();
    process.kill(first, "SIGKILL");
    ok(await makesAccounts(kube, "after"), "nothing makes accounts any more");
    ok(pid() !== first);

    await planes.stop("one");
    await pause(3_000);
    await kube.list("v1", "Namespace").then(
      () => ok(false, "the API server answers"),
      () => {},
    );

    await planes.start("one");
    ok(await makesAccounts(kube, "again"), "nothing makes accounts any more");
  });

  it("takes the demo's pods into a namespace that enforces what is restricted, and none that is less so", async () => {
    const { kubeconfig } = await planes.create({ name: "pods", version: "1.35", serviceCidr: "172.20.0.0/16" });
    const kube = new KubeClient(kubeconfig);
    const { membership, instances, namespace } = demoOf(settingsOf("loadbalancer"));
    const { labels } = membership.namespace;
    await kube.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { ...labels } } });
    const account = (name: string) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
    const pod = (name: string, spec: object) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec,
    });
    // biome-ignore lint/suspicious/noExplicitAny: inputs of Pulumi's, which are plain here.
    const specOf = (deployment: any) => deployment.template.spec;
    const all = instances.map((each) => [each.service.name, specOf(instancePod(each, membership.pods))] as const);
    const redis = specOf(redisPod(membership.pods, { image: "redis", requests: { cpu: 1, memory: 1 } }));
    for (const [name, spec] of [...all.filter(([each]) => each !== "redis-cart"), ["redis-cart", redis] as const]) {
      if (!(await kube.get({ apiVersion: "v1", kind: "ServiceAccount", name, namespace })))
        await kube.create(account(name));
      if (!(await kube.get({ apiVersion: "v1", kind: "Pod", name, namespace }))) await kube.create(pod(name, spec));
    }
    const { seccompProfile: _without, ...securityContext } = redis.securityContext;
    await rejects(
      kube.create(pod("stranger", { ...redis, securityContext })),
      /violates PodSecurity "restricted:latest": seccompProfile/,
    );
  });
});

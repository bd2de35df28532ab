import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type BackendName, backendNames, profileOf } from "../../components/backends/profiles";
import { redisCart } from "../../components/demo/boutique";
import type { DemoDescription } from "../../components/lab/description";
import { planOf } from "../support/config";
import { amount, demoOf, settingsOf } from "../support/demo";
import { type Recorded, type Run, resolved, rowOf, runProgram } from "../support/mocks";

const service = "kubernetes:core/v1:Service";
const deployment = "kubernetes:apps/v1:Deployment";
const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** Plain values of what may be marked as secret. */
// biome-ignore lint/suspicious/noExplicitAny: inputs of any shape.
const plain = (value: any) => value?.value ?? value;

/** The environment of a Deployment's container. */
function envOf(run: Run, cluster: string, name: string): Record<string, string> {
  const [container] = run.one(deployment, `${cluster}-demo-${name}`).inputs.spec.template.spec.containers;
  return Object.fromEntries(
    container.env.map(({ name: variable, value }: { name: string; value: string }) => [variable, value]),
  );
}

/** Every address that a container on the cluster was given, and that its Redis copies from. */
function addressesIn(run: Run, cluster: string): string[] {
  const { replicas } = run.lab.demo as DemoDescription;
  const given = run
    .all(deployment)
    .filter(({ name }) => name.startsWith(`${cluster}-demo-`))
    .flatMap(({ inputs }) => inputs.spec.template.spec.containers[0].env)
    .flatMap(({ value }: { value?: string }) => value?.split(",")[0] ?? []);
  const copied = replicas.filter((each) => each.cluster === cluster).map((each) => `${each.primaryHost}:6379`);
  return [...given, ...copied];
}

/** How a backend shows the clusters' Services to each other. */
interface Sharing {
  /** Under which name the exported Redis is called. */
  readonly host: string;
  /** Whether what makes it so is there. */
  readonly by: (run: Run) => unknown;
  /** Types of the resources that keep others out. */
  readonly policies: readonly string[];
  /**
   * What the program makes of a Service where it is called and has no pods: nothing, also where the name is a mirror's; the
   * same Service without a selector; or an alias of the owner's load balancer.
   */
  readonly atCallers: "nothing" | "mirror" | "selectorless" | "alias";
}

const sharing: Readonly<Record<BackendName, Sharing>> = {
  istio: {
    host: "redis-cart.boutique.svc.cluster.local",
    by: () => true,
    policies: ["AuthorizationPolicy", "PeerAuthentication"].map((kind) => `kubernetes:security.istio.io/v1:${kind}`),
    atCallers: "selectorless",
  },
  calisti: {
    host: "redis-cart.boutique.svc.cluster.local",
    by: () => true,
    policies: ["AuthorizationPolicy", "PeerAuthentication"].map(
      (kind) => `kubernetes:security.istio.io/v1beta1:${kind}`,
    ),
    atCallers: "selectorless",
  },
  linkerd: {
    host: "redis-cart-cluster1.boutique.svc.cluster.local",
    by: (run) => redisService(run).inputs.metadata.labels["mirror.linkerd.io/exported"] === "true",
    policies: [
      "v1alpha1:AuthorizationPolicy",
      "v1alpha1:MeshTLSAuthentication",
      "v1alpha1:NetworkAuthentication",
      "v1beta3:Server",
      "v1beta3:HTTPRoute",
    ].map((kind) => `kubernetes:policy.linkerd.io/${kind}`),
    atCallers: "mirror",
  },
  cilium: {
    host: "redis-cart.boutique.svc.cluster.local",
    by: (run) => {
      const selectorless = run.one(service, "cluster2-demo-redis-cart").inputs;
      const annotation = "service.cilium.io/global";
      return (
        selectorless.spec.selector === undefined &&
        [selectorless, redisService(run).inputs].every(({ metadata }) => metadata.annotations[annotation] === "true")
      );
    },
    policies: ["kubernetes:cilium.io/v2:CiliumNetworkPolicy", networkPolicy],
    atCallers: "selectorless",
  },
  submariner: {
    host: "redis-cart.boutique.svc.clusterset.local",
    by: (run) =>
      run.one("kubernetes:multicluster.x-k8s.io/v1alpha1:ServiceExport", "cluster1-demo-redis-cart-serviceexport"),
    policies: [networkPolicy],
    atCallers: "nothing",
  },
  loadbalancer: {
    host: "redis-cart-cluster1.boutique.svc.cluster.local",
    by: (run) => run.one(service, "cluster2-loadbalancer-redis-cart-cluster1"),
    policies: [networkPolicy],
    atCallers: "alias",
  },
};

/** What pods of the demo wait for, without the cluster's name: whatever gives them a sidecar, or nodes with a network. */
const takesIn: Record<BackendName, string> = {
  istio: "istio-istiod",
  calisti: "calisti-control-plane",
  linkerd: "linkerd-control-plane",
  cilium: "nodes",
  submariner: "submariner",
  loadbalancer: "nodes",
};

function redisService(run: Run): Recorded {
  return run.one(service, "cluster1-demo-redis-cart");
}

for (const backend of backendNames) {
  describe(`demo on ${backend}`, function () {
    this.timeout(60_000);
    let run: Run;
    before(async () => {
      run = await runProgram(settingsOf(backend));
    });

    it("runs every service where the plan says, under an account of its own", () => {
      const { instances, replicas, namespace } = run.lab.demo as DemoDescription;
      const planned = [
        ...instances.map(({ cluster, service: name }) => `${cluster}-demo-${name}`),
        ...replicas.map(({ cluster }) => `${cluster}-demo-redis-cart`),
      ];
      deepEqual(
        run
          .all(deployment)
          .map(({ name }) => name)
          .filter((name) => name.includes("-demo-"))
          .sort(),
        planned.sort(),
      );
      for (const { inputs } of run.all(deployment).filter(({ name }) => name.includes("-demo-"))) {
        const { spec } = inputs.spec.template;
        equal(inputs.metadata.namespace, namespace);
        equal(spec.serviceAccountName, inputs.metadata.name);
        equal(spec.automountServiceAccountToken, false);
        const [container] = spec.containers;
        equal(container.securityContext.allowPrivilegeEscalation, false);
        match(container.image, /:(v0\.10\.5|8\.2-alpine)$/);
        const { requests, limits } = container.resources;
        ok(amount(requests.cpu) > 0 && amount(limits.memory) > amount(requests.memory), inputs.metadata.name);
      }
    });

    it("has the load balancers of the plan and no others", () => {
      for (const { name, balancers, frontDoor } of planOf(settingsOf(backend)).clusters) {
        const made = run
          .all(service)
          .filter(
            ({ name: resource, inputs }) => resource.startsWith(`${name}-`) && inputs.spec.type === "LoadBalancer",
          )
          .map(({ inputs }) => inputs.metadata.name);
        const planned = (frontDoor ? [frontDoor, ...balancers] : balancers).map((each) => each.name);
        deepEqual(made.sort(), planned.sort(), name);
      }
    });

    it("says where people visit it", async () => {
      match(await resolved(run.outputs.url), /^http:\/\/cluster1-\S+\.elb\.example$/);
    });

    it("has a naming table of what was created: Services, names in use, ports", () => {
      const rows = run.lab.naming;
      ok(rows.length >= 5);
      for (const { service: full, on, calledFrom, address } of rows) {
        const [name = ""] = full.split(".");
        const [, port] = address.split(":");
        for (const cluster of on) {
          const { spec, metadata } = run.one(service, `${cluster}-demo-${name}`).inputs;
          deepEqual([metadata.name, String(spec.ports[0].port), spec.selector.app], [name, port, name]);
        }
        // What has one place is called there by its own name, which may be the same.
        const elsewhere = ["cluster1", "cluster2"].filter((cluster) => on.length > 1 || !on.includes(cluster));
        const callers = elsewhere.filter((cluster) => addressesIn(run, cluster).includes(address));
        deepEqual(calledFrom, callers, `who calls ${name}`);
      }
    });

    it("makes for every name of the table what the table says, and what the name needs where it is called", () => {
      for (const row of run.lab.naming) {
        const [name = "", namespace] = row.service.split(".");
        const [host = ""] = row.address.split(":");
        const [first = ""] = host.split(".");
        const [owner = ""] = row.on;
        for (const cluster of row.on) {
          const { labels, annotations } = run.one(service, `${cluster}-demo-${name}`).inputs.metadata;
          for (const [, kind, key = "", value] of row.configuration.matchAll(
            /(label|annotation) `(\S+): "?([^`"]+)"?`/g,
          ))
            equal((kind === "label" ? labels : annotations)[key], value, `${name} on ${cluster}`);
          const exported = run.resources.some((each) => each.name === `${cluster}-demo-${name}-serviceexport`);
          equal(exported, row.configuration.includes("ServiceExport"), `${name} on ${cluster}`);
          equal(exported, host.endsWith(".clusterset.local"));
        }
        for (const cluster of row.calledFrom.filter((each) => !row.on.includes(each))) {
          const here = run
            .all(service)
            .filter(
              ({ name: resource, inputs }) => resource.startsWith(`${cluster}-`) && inputs.metadata.name === first,
            );
          switch (sharing[backend].atCallers) {
            case "selectorless":
              equal(here[0]?.inputs.spec.selector, undefined, `${name} on ${cluster} would look for pods`);
              ok(here.length === 1, `${cluster} has no selectorless Service ${name}`);
              break;
            case "alias":
              deepEqual(
                here.map(({ inputs: { metadata, spec } }) => [metadata.namespace, spec.type, spec.externalName]),
                [[namespace, "ExternalName", `${owner}-loadbalancer-${name}-${owner}.elb.example`]],
              );
              break;
            case "mirror":
              equal(first, `${name}-${owner}`, "mirrors have the name of their Link's cluster");
              ok(here.length === 0);
              break;
            case "nothing":
              ok(here.length === 0, `${cluster} has a Service ${first} that ${backend} does not need`);
              break;
          }
        }
      }
    });

    it("replicates Redis under the name by which the backend shows it, with a secret password", async () => {
      const { host, by } = sharing[backend];
      ok(by(run));
      equal(rowOf(run, redisCart).address, `${host}:6379`);
      const configurations = ["cluster1", "cluster2"].map((cluster) => {
        const { stringData } = run.one("kubernetes:core/v1:Secret", `${cluster}-demo-redis`).inputs;
        const data = plain(stringData);
        return { password: plain(data.password) as string, text: plain(data["redis.conf"]) as string };
      });
      const [primary, replica] = configurations;
      ok(primary && replica);
      equal(primary.password.length, 64);
      equal(primary.password, replica.password);
      ok(!primary.text.includes("replicaof") && primary.text.includes(`requirepass ${primary.password}`));
      ok(replica.text.includes(`replicaof ${host} 6379`) && replica.text.includes(`masterauth ${primary.password}`));
      for (const { type, inputs, name } of run.resources) {
        if (type === "kubernetes:core/v1:Secret") continue;
        ok(!JSON.stringify(inputs).includes(primary.password), `${name} has the password`);
      }
      match(
        envOf(run, "cluster1", "cartservice").REDIS_ADDR ?? "",
        /^redis-cart\.boutique\.svc\.cluster\.local:6379,password=\$\(REDIS_PASSWORD\)$/,
      );
    });

    it("makes a copy the primary without a new pod, which would begin empty", async () => {
      const moved = await runProgram(settingsOf(backend, { placement: { "redis-cart": "cluster2" } }));
      const configuration = (of: Run, cluster: string): string =>
        plain(plain(of.one("kubernetes:core/v1:Secret", `${cluster}-demo-redis`).inputs.stringData)["redis.conf"]);
      for (const cluster of ["cluster1", "cluster2"]) {
        const name = `${cluster}-demo-redis-cart`;
        deepEqual(moved.one(deployment, name).inputs, run.one(deployment, name).inputs);
        const [before, after] = [run, moved].map((each) => configuration(each, cluster).includes("replicaof"));
        deepEqual([before, after], cluster === "cluster1" ? [false, true] : [true, false]);
        equal(run.one(deployment, name).inputs.spec.strategy.type, "Recreate");
      }
      // A Service that loses its selector keeps its pods.
      deepEqual(moved.one(service, "cluster2-demo-redis-cart").replaceOnChanges, ["spec.selector"]);
    });

    it("has the copy's pod ready only when it follows the primary, and data on disk", () => {
      for (const cluster of ["cluster1", "cluster2"]) {
        const { spec } = run.one(deployment, `${cluster}-demo-redis-cart`).inputs.spec.template;
        const [{ startupProbe, readinessProbe, livenessProbe, command, volumeMounts }] = spec.containers;
        for (const probe of [startupProbe, readinessProbe]) match(probe.exec.command[2], /master_link_status:up/);
        deepEqual(livenessProbe.exec.command, ["redis-cli", "-e", "ping"]);
        match(command[2], /replicaof .* exec redis-server \/etc\/redis\/redis\.conf$/);
        ok(volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === "/data"));
        const { stringData } = run.one("kubernetes:core/v1:Secret", `${cluster}-demo-redis`).inputs;
        match(plain(plain(stringData)["redis.conf"]), /^appendonly yes$/m);
      }
    });

    it("ends endpoints before processes, in the time that the release gives each service", () => {
      const graces = { checkoutservice: 40, emailservice: 15, "redis-cart": undefined };
      for (const [name, seconds] of Object.entries(graces)) {
        const { spec } = run.one(deployment, `cluster2-demo-${name}`).inputs.spec.template;
        equal(spec.terminationGracePeriodSeconds, seconds);
        equal(spec.containers[0].lifecycle?.preStop.sleep.seconds, seconds && 10);
      }
    });

    it("has the shop's pages say where they come from", () => {
      const env = envOf(run, "cluster1", "frontend");
      deepEqual(
        [env.ENV_PLATFORM, env.FRONTEND_MESSAGE],
        ["aws", `From cluster1, joined by ${profileOf(backend).title}`],
      );
    });

    it("makes what refuses strangers on every cluster, unless told otherwise", async () => {
      const { policies } = sharing[backend];
      const made = (of: Run, cluster: string) =>
        policies.map((type) => of.all(type).filter(({ name }) => name.startsWith(`${cluster}-demo-`)).length);
      const { protection } = run.lab.demo as DemoDescription;
      for (const cluster of ["cluster1", "cluster2"]) {
        ok(made(run, cluster).every((count) => count > 0));
        equal(
          made(run, cluster).reduce((sum, count) => sum + count, 0),
          protection.filter((each) => each.cluster === cluster).length,
        );
      }
      const open = await runProgram(settingsOf(backend, { accessControl: false }));
      deepEqual(
        policies.flatMap((type) => open.all(type)).filter(({ name }) => name.includes("-demo-")),
        [],
      );
      const { namespace } = (open.lab.demo as DemoDescription).membership;
      equal(namespace.annotations["config.linkerd.io/default-inbound-policy"], undefined);
    });

    it("has pods that Kubernetes calls restricted, and a namespace that demands it where the mesh allows", () => {
      for (const { name, inputs } of run.all(deployment).filter((each) => each.name.includes("-demo-"))) {
        const { securityContext, containers, volumes = [] } = inputs.spec.template.spec;
        deepEqual([securityContext.runAsNonRoot, securityContext.seccompProfile.type], [true, "RuntimeDefault"], name);
        for (const container of containers) {
          const { allowPrivilegeEscalation, capabilities } = container.securityContext;
          deepEqual([allowPrivilegeEscalation, capabilities.drop], [false, ["ALL"]], name);
        }
        ok(volumes.every((volume: object) => "secret" in volume || "emptyDir" in volume));
      }
      const { labels } = run.one("kubernetes:core/v1:Namespace", "cluster1-demo").inputs.metadata;
      const sidecars = ["istio", "calisti", "linkerd"].includes(backend);
      equal(labels["pod-security.kubernetes.io/enforce"], sidecars ? "privileged" : "restricted");
      equal(labels["pod-security.kubernetes.io/warn"], "restricted");
    });

    it("puts namespace and pods into the mesh after what takes them in", () => {
      const { membership } = run.lab.demo as DemoDescription;
      for (const cluster of ["cluster1", "cluster2"]) {
        const { metadata } = run.one("kubernetes:core/v1:Namespace", `${cluster}-demo`).inputs;
        deepEqual(
          [metadata.labels, metadata.annotations],
          [membership.namespace.labels, { ...membership.namespace.annotations, "multicluster-lab/lab": "test" }],
        );
        const pods = run.all(deployment).filter(({ name }) => name.startsWith(`${cluster}-demo-`));
        ok(pods.length >= 6);
        for (const { name, inputs, dependencies } of pods) {
          const { labels, annotations } = inputs.spec.template.metadata;
          deepEqual({ ...labels, ...membership.pods.labels }, labels, name);
          deepEqual({ ...annotations, ...membership.pods.annotations }, annotations, name);
          const waitsFor = `${cluster}-${takesIn[backend]}`;
          ok(
            dependencies.some((urn) => urn.endsWith(`::${waitsFor}`)),
            `${name} does not wait for ${waitsFor}: ${dependencies.join(", ")}`,
          );
        }
      }
    });

    if (backend === "linkerd") {
      it("takes labels off while there is a Link, which takes the mirrors with it", () => {
        const offered = run
          .all(service)
          .filter(({ inputs: { metadata } }) =>
            Object.keys(metadata.labels ?? {}).some((key) => /^mirror\.linkerd\.io\/(exported|federated)$/.test(key)),
          );
        equal(offered.length, 7, "the global one is on both clusters");
        for (const { name, dependencies } of offered) {
          for (const link of ["cluster1-linkerd-link-cluster2", "cluster2-linkerd-link-cluster1"])
            ok(
              dependencies.some((urn) => urn.endsWith(`:Link::${link}`)),
              `${name} does not wait for ${link}: ${dependencies.join(", ")}`,
            );
        }
      });
    }

    it("plays one use case alone", () => {
      const replication = demoOf(settingsOf(backend, { useCases: ["service-to-service"] }));
      ok(!replication.exports.some(({ global }) => global));
      equal(replication.replicas.length, 1);
      if (profileOf(backend).exporter({}).affinities.length === 0) return;
      const balancing = demoOf(settingsOf(backend, { useCases: ["global-load-balancing"] }));
      deepEqual(
        balancing.exports.filter(({ global }) => global).map(({ name, from }) => [name, from.length]),
        [["productcatalogservice", 2]],
      );
      equal(balancing.replicas.length, 0);
    });
  });
}

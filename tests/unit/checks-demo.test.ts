import { deepEqual, ok } from "node:assert/strict";
import { exportedServices } from "../../checks/demo/exports";
import { frontDoor } from "../../checks/demo/front-door";
import { membership } from "../../checks/demo/membership";
import { protection } from "../../checks/demo/protection";
import { replica } from "../../checks/demo/replica";
import { workloads } from "../../checks/demo/workloads";
import type { KubeObject } from "../../checks/kube/client";
import type { BackendName } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import type { DemoPlan } from "../../components/demo/plan";
import { redisConfiguration } from "../../components/demo/redis";
import type { DemoDescription } from "../../components/lab/description";
import { type ClusterName, describeCheck, type FakeLab, fakeLab, gone } from "../support/checks";
import { planOf, withDemo } from "../support/config";
import { base64, secretObject } from "../support/kube";

const namespace = "boutique";
const password = "ab".repeat(32);
const doorHost = "door.elb.example";
const partOf = { "app.kubernetes.io/part-of": "online-boutique" };

/** What the demo is on a cluster, as its plan says. */
function objectsOf(cluster: string, demo: DemoPlan): KubeObject[] {
  const object = (
    apiVersion: string,
    kind: string,
    name: string,
    more: object = {},
    marks: object = {},
  ): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace, ...marks },
    ...more,
  });
  const deployment = (name: string, addresses: Readonly<Record<string, string>>) => {
    const env = Object.entries(addresses).map(([variable, value]) => ({ name: variable, value }));
    const spec = { template: { spec: { containers: [{ env }] } } };
    return object("apps/v1", "Deployment", name, { spec, status: { availableReplicas: 1 } });
  };
  const here = demo.instances.filter((each) => each.cluster === cluster);
  const copy = demo.replicas.find((each) => each.cluster === cluster);
  return [
    { ...object("v1", "Namespace", namespace), metadata: { name: namespace, ...demo.membership.namespace } },
    ...here.flatMap(({ service, addresses }) => [
      deployment(service.name, addresses),
      object(
        "v1",
        "Pod",
        service.name,
        {},
        { ...demo.membership.pods, labels: { ...partOf, ...demo.membership.pods.labels } },
      ),
    ]),
    ...(copy ? [deployment("redis-cart", {})] : []),
    secretObject(namespace, "redis-cart", { password, "redis.conf": redisConfiguration(password, copy?.primaryHost) }),
    object("v1", "Service", "frontend-external", {
      spec: { loadBalancerSourceRanges: ["198.51.100.0/24"] },
      status: { loadBalancer: { ingress: [{ hostname: doorHost }] } },
    }),
    ...demo.protection
      .filter((each) => each.cluster === cluster)
      .map(({ manifest }) => structuredClone(manifest) as KubeObject),
    ...demo.exports.flatMap(({ name: service, port, portName, from, plan }) => [
      ...(from.includes(cluster) || plan.selectorless.includes(cluster)
        ? [
            object(
              "v1",
              "Service",
              service,
              {
                spec: {
                  ports: [{ name: portName, port }],
                  ...(from.includes(cluster) ? { selector: { app: service } } : {}),
                },
              },
              { labels: plan.labels, annotations: plan.annotations },
            ),
          ]
        : []),
      ...plan.objects.filter((each) => each.cluster === cluster).map(({ manifest }) => manifest as KubeObject),
    ]),
  ];
}

function demoLab(settings: RawConfig & { readonly backend?: BackendName }): FakeLab {
  const { demo } = planOf({ ...withDemo, ...settings });
  if (!demo) throw new Error("the demo is off");
  const live: DemoDescription = {
    ...demo,
    url: `http://${doorHost}`,
    visitors: ["198.51.100.0/24"],
    instances: demo.instances.map(({ cluster, service, addresses }) => ({ cluster, service: service.name, addresses })),
  };
  return fakeLab(
    { backend: settings.backend ?? "cilium", trustAnchor: "", demo: live },
    { cluster1: objectsOf("cluster1", demo), cluster2: objectsOf("cluster2", demo) },
  );
}

const on = (settings: RawConfig) => async () => demoLab(settings);
const cilium = on({ backend: "cilium" });
const withExports = on({ backend: "cilium", cilium: '{"sharing":"mcs"}' });

describe("checks of the demo", () => {
  describeCheck(workloads, cilium, [
    ["a service missing", gone("Deployment", "frontend"), /frontend is not there/],
    [
      "a service of another cluster",
      ({ kube }) => kube.cluster1.add({ ...structuredClone(kube.cluster2.the("Deployment", "emailservice")) }),
      /emailservice is not of this cluster/,
    ],
    [
      "no pod available",
      ({ kube }) => {
        kube.cluster1.the("Deployment", "cartservice").status = {};
      },
      /no pod of cartservice is available/,
    ],
    [
      "another address",
      ({ kube }) => {
        const [container] = kube.cluster1.the("Deployment", "cartservice").spec.template.spec.containers;
        container.env = [{ name: "REDIS_ADDR", value: "elsewhere:6379,password=x" }];
      },
      /cartservice calls elsewhere:6379 by REDIS_ADDR, planned is redis-cart\.boutique/,
    ],
    [
      "an address left out",
      ({ kube }) => {
        kube.cluster1.the("Deployment", "cartservice").spec.template.spec.containers = [{}];
      },
      /cartservice calls nothing by REDIS_ADDR/,
    ],
  ]);

  describeCheck(membership, on({ backend: "istio" }), [
    ["no namespace", gone("Namespace", namespace), /there is no namespace boutique/],
    [
      "a namespace out of the mesh",
      ({ kube }) => {
        kube.cluster1.the("Namespace", namespace).metadata.labels = {};
      },
      /Namespace boutique has not the label /,
    ],
    [
      "a pod out of the mesh",
      ({ kube }) => {
        kube.cluster1.the("Pod", "cartservice").metadata.labels = partOf;
      },
      /Pod cartservice has not the label sidecar\.istio\.io\/inject=true/,
    ],
    [
      "no pods",
      ({ kube }) => {
        for (const { metadata } of kube.cluster1.all("Pod")) kube.cluster1.remove("Pod", metadata.name);
      },
      /there are no pods/,
    ],
  ]);

  describeCheck(exportedServices, cilium, [
    ["an exported Service missing", gone("Service", "redis-cart"), /there is no Service boutique\/redis-cart/],
    [
      "a Service without a selector missing",
      gone("Service", "checkoutservice"),
      /there is no Service boutique\/checkoutservice/,
    ],
    [
      "the annotation missing",
      ({ kube }) => {
        kube.cluster1.the("Service", "redis-cart").metadata.annotations = {};
      },
      /Service redis-cart has not the annotation service\.cilium\.io\/global=true/,
    ],
    [
      "a Service without a selector with pods",
      ({ kube }) => {
        kube.cluster1.the("Service", "checkoutservice").spec.selector = { app: "checkoutservice" };
      },
      /Service checkoutservice selects pods, which are elsewhere/,
    ],
    [
      "a Service without pods",
      ({ kube }) => {
        kube.cluster1.the("Service", "redis-cart").spec.selector = {};
      },
      /Service redis-cart selects no pods/,
    ],
    [
      "another port",
      ({ kube }) => {
        kube.cluster1.the("Service", "redis-cart").spec.ports[0].port = 6380;
      },
      /Service redis-cart has no port 6379 called tcp/,
    ],
  ]);

  describeCheck(protection, cilium, [
    ["no policy", gone("CiliumNetworkPolicy", "redis-cart"), /there is no CiliumNetworkPolicy redis-cart/],
    [
      "a policy that lets in one more",
      ({ kube }) => {
        const [rule] = kube.cluster1.the("CiliumNetworkPolicy", "redis-cart").spec.ingress;
        rule.fromEndpoints.push({ matchLabels: { app: "stranger" } });
      },
      /CiliumNetworkPolicy redis-cart says something else than planned/,
    ],
    [
      "a policy that means other clusters",
      ({ kube }) => {
        const [rule] = kube.cluster1.the("CiliumNetworkPolicy", "redis-cart").spec.ingress;
        rule.fromEndpoints[0].matchExpressions = [];
      },
      /CiliumNetworkPolicy redis-cart says something else than planned/,
    ],
    [
      "an emptied policy",
      ({ kube }) => {
        kube.cluster1.the("CiliumNetworkPolicy", "redis-cart").spec = undefined;
      },
      /CiliumNetworkPolicy redis-cart says something else than planned/,
    ],
    ["nothing that refuses by default", gone("NetworkPolicy", "deny-by-default"), /there is no NetworkPolicy deny/],
    [
      "one more policy, which lets in one more",
      ({ kube }) =>
        kube.cluster1.add({
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: "open", namespace },
          spec: { podSelector: {}, ingress: [{}] },
        }),
      /NetworkPolicy open is not of the demo/,
    ],
  ]);

  describeCheck(protection, on({ backend: "istio" }), [
    [
      "what takes calls in clear",
      ({ kube }) => {
        kube.cluster2.the("PeerAuthentication", "strict").spec.mtls.mode = "PERMISSIVE";
      },
      /PeerAuthentication strict says something else than planned/,
    ],
  ]);

  it("says of a remote of Istio's that its proxies go by the primary's policies", async () => {
    const { lab } = await on({ backend: "istio", istio: '{"model":"primary-remote"}' })();
    const [, remote] = lab.clusters;
    ok(remote);
    const found = await protection.ofCluster({ ...remote, controlledFrom: "cluster1" }, lab);
    deepEqual(found, { status: "skipped", detail: "proxies go by the policies of cluster1" });
  });

  describe("with ServiceExports", () => {
    describeCheck(exportedServices, withExports, [
      ["an export missing", gone("ServiceExport", "redis-cart"), /there is no ServiceExport redis-cart/],
    ]);
  });

  /** Another text in the Secret of a cluster's Redis. */
  const configured = (cluster: ClusterName, key: string, from: RegExp, to: string) => (fake: FakeLab) => {
    const { data } = fake.kube[cluster].the("Secret", "redis-cart");
    data[key] = base64(Buffer.from(data[key], "base64").toString().replace(from, to));
  };
  describeCheck(replica, cilium, [
    ["no Secret", gone("Secret", "redis-cart"), /there is no Secret boutique\/redis-cart/],
    [
      "another primary",
      configured("cluster2", "redis.conf", /replicaof \S+/, "replicaof x"),
      /copies from x, not from/,
    ],
    ["no primary", configured("cluster2", "redis.conf", /^replicaof.*$/m, ""), /it copies from nowhere/],
    ["another port", configured("cluster2", "redis.conf", /^(replicaof \S+) .*$/m, "$1 1"), /it copies from port 1/],
    ["another password", configured("cluster2", "password", /^../, "xx"), /the passwords differ/],
    ["no password shown", configured("cluster2", "redis.conf", /^masterauth.*$/m, ""), /does not show the primary its/],
    [
      "none asked for",
      configured("cluster1", "redis.conf", /^requirepass.*$/m, ""),
      /the primary asks for no password/,
    ],
    [
      "a primary that forgets",
      configured("cluster1", "redis.conf", /^appendonly.*$/m, "appendonly no"),
      /the primary keeps nothing on disk/,
    ],
    ["a primary that copies", configured("cluster1", "redis.conf", /^/, "replicaof x 1\n"), /is a replica itself/],
    ["a short password", configured("cluster1", "password", /.{40}$/, ""), /the primary's password is short/],
  ]);

  describeCheck(frontDoor, cilium, [
    ["no front door", gone("Service", "frontend-external"), /there is no Service frontend-external/],
    [
      "another address",
      ({ kube }) => {
        kube.cluster1.the("Service", "frontend-external").status.loadBalancer.ingress = [{ hostname: "other" }];
      },
      /its load balancer is other, the outputs say http:\/\/door/,
    ],
    [
      "no address",
      ({ kube }) => {
        kube.cluster1.the("Service", "frontend-external").status = {};
      },
      /its load balancer is nowhere/,
    ],
    [
      "a door for everybody",
      ({ kube }) => {
        kube.cluster1.the("Service", "frontend-external").spec.loadBalancerSourceRanges = ["0.0.0.0/0"];
      },
      /0\.0\.0\.0\/0 may come, too; 198\.51\.100\.0\/24 may not come/,
    ],
    [
      "no ranges",
      ({ kube }) => {
        kube.cluster1.the("Service", "frontend-external").spec = {};
      },
      /everybody may come/,
    ],
  ]);
});

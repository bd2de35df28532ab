import { calistiRunning } from "../../checks/calisti/running";
import { ciliumRunning } from "../../checks/cilium/mesh";
import type { ClusterCheck } from "../../checks/common/check";
import { proxiesIn } from "../../checks/common/proxies";
import { istioRunning } from "../../checks/istio/running";
import type { KubeObject } from "../../checks/kube/client";
import { linkerdRunning } from "../../checks/linkerd/running";
import { entryRunning } from "../../checks/loadbalancer/running";
import { submarinerRunning } from "../../checks/submariner/running";
import type { BackendName } from "../../components/backends/profiles";
import type { DemoDescription } from "../../components/lab/description";
import { describeCheck, type FakeLab, fakeLab, gone, outputs } from "../support/checks";
import { namespace, nodes, pod } from "../support/packets-lab";

/** `Kind namespace/name` of what runs with each backend. */
const sound: readonly (readonly [check: ClusterCheck, backend: BackendName, objects: readonly string[]])[] = [
  [istioRunning, "istio", ["Deployment istio-system/istiod", "Deployment istio-system/istio-eastwestgateway"]],
  [
    linkerdRunning,
    "linkerd",
    [
      "Deployment linkerd/linkerd-destination",
      "Deployment linkerd/linkerd-identity",
      "Deployment linkerd/linkerd-proxy-injector",
      "Deployment linkerd-multicluster/linkerd-gateway",
      "Deployment linkerd-multicluster/controller-cluster2",
      "Deployment linkerd-multicluster/controller-cluster1",
    ],
  ],
  [
    submarinerRunning,
    "submariner",
    [
      "Deployment tigera-operator/tigera-operator",
      "DaemonSet calico-system/calico-node",
      "Deployment submariner-operator/submariner-operator",
      "DaemonSet submariner-operator/submariner-gateway",
      "DaemonSet submariner-operator/submariner-routeagent",
      "Deployment submariner-operator/submariner-lighthouse-agent",
      "Deployment submariner-operator/submariner-lighthouse-coredns",
    ],
  ],
  [
    calistiRunning,
    "calisti",
    [
      "Deployment istio-system/istio-operator",
      "Deployment istio-system/istiod-cp-v117x",
      "Deployment istio-system/istio-meshexpansion-cp-v117x",
      "Deployment cluster-registry/cluster-registry-controller",
    ],
  ],
  [
    ciliumRunning,
    "cilium",
    [
      "DaemonSet kube-system/cilium",
      "Deployment kube-system/cilium-operator",
      "Deployment kube-system/clustermesh-apiserver",
    ],
  ],
  [entryRunning, "loadbalancer", ["Deployment https-entry/traefik"]],
];

const entry: KubeObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "https-entry", namespace: "https-entry" },
};

/** A workload whose pods are all there. */
function workload(text: string): KubeObject {
  const [, kind = "", within = "", name = ""] = /^(\w+) (.+)\/(.+)$/.exec(text) ?? [];
  const counts =
    kind === "DaemonSet"
      ? { status: { desiredNumberScheduled: 2, numberAvailable: 2 } }
      : { spec: { replicas: 1 }, status: { availableReplicas: 1 } };
  return { apiVersion: "apps/v1", kind, metadata: { name, namespace: within }, ...counts };
}

describe("what runs of a backend", () => {
  for (const [check, backend, names] of sound) {
    const objects = [entry, ...names.map(workload)];
    const lab = async () =>
      fakeLab({ backend, trustAnchor: "" }, { cluster1: objects, cluster2: objects }, (name) => ({
        gateway: `${name}.elb.example`,
      }));
    const changed = (kind: string, name: string, change: object) => (fake: FakeLab) => {
      Object.assign(fake.kube.cluster1.the(kind, name), change);
    };
    // What the second cluster needs alone is no loss to the first.
    const needed = names.map((text) => text.split(/[ /]/)).filter(([, , name]) => name !== "controller-cluster1");
    describeCheck(check, lab, [
      ...needed.flatMap(([kind = "", within = "", name = ""]) => [
        [`no ${name}`, gone(kind, name), new RegExp(`^there is no ${kind} ${name} in ${within}$`)] as const,
        [
          `${name} scaled to zero`,
          changed(
            kind,
            name,
            kind === "DaemonSet" ? { status: { numberAvailable: 0 } } : { spec: { replicas: 0 }, status: {} },
          ),
          new RegExp(`^${name} has no pod to run$`),
        ] as const,
        [
          `${name} that does not come up`,
          changed(kind, name, { status: { desiredNumberScheduled: 1 } }),
          new RegExp(`^0 of 1 pods of ${name} are available$`),
        ] as const,
      ]),
    ]);
  }

  const extra = workload("StatefulSet istio-system/extra");
  const istio = sound[0]?.[2].map(workload) ?? [];
  describeCheck(
    istioRunning,
    async () => fakeLab({ backend: "istio", trustAnchor: "" }, { cluster1: [...istio, extra], cluster2: istio }),
    [
      [
        "something else in its namespace that lacks a pod",
        ({ kube }) => {
          kube.cluster1.the("StatefulSet", "extra").spec.replicas = 3;
        },
        /^1 of 3 pods of extra are available$/,
      ],
    ],
  );

  describeCheck(linkerdRunning, async () => {
    const objects = (sound[1]?.[2] ?? []).filter((text) => !text.includes("gateway")).map(workload);
    return fakeLab({ backend: "linkerd", trustAnchor: "" }, { cluster1: objects, cluster2: objects });
  }, [
    [
      "no gateway where peers come in by one",
      (fake) => outputs(fake, { gateway: "cluster1.elb.example" }),
      /^there is no Deployment linkerd-gateway in linkerd-multicluster$/,
    ],
  ]);
});

describe("proxies in the demo's pods", () => {
  const demo = { namespace } as DemoDescription;
  const labels = { app: "frontend", "app.kubernetes.io/part-of": "online-boutique" };
  /** As the injector leaves a pod: the proxy among the init containers, or among the others. */
  const meshed = (kind: "containers" | "initContainers", proxy: object = { name: "istio-proxy", ready: true }) => {
    const { metadata, spec } = pod("frontend", namespace);
    const containers = [{ name: "server" }];
    const state = kind === "containers" ? "containerStatuses" : "initContainerStatuses";
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, labels },
      spec: { ...(spec as object), containers, [kind]: [...(kind === "containers" ? containers : []), proxy] },
      status: { [state]: [proxy] },
    } as KubeObject;
  };
  const lab = async () =>
    fakeLab(
      { backend: "istio", trustAnchor: "", demo },
      { cluster1: [...nodes, meshed("initContainers")], cluster2: [...nodes, meshed("containers")] },
    );
  const replaced = (object: KubeObject) => (fake: FakeLab) => {
    fake.kube.cluster1.remove("Pod", "frontend-1");
    fake.kube.cluster1.add(object);
  };
  describeCheck(proxiesIn("istio", "istio-proxy"), lab, [
    [
      "a pod without",
      replaced(meshed("containers", { name: "other" })),
      /^frontend-1 has no istio-proxy: delete the pod/,
    ],
    [
      "a proxy that is not ready",
      replaced(meshed("initContainers", { name: "istio-proxy", ready: false })),
      /^istio-proxy of frontend-1 is not ready$/,
    ],
    ["no pods", gone("Pod", "frontend-1"), /^there are no pods$/],
  ]);
});

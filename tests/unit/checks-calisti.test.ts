import { controlPlaneActive, controlPlanesDiffer, injection } from "../../checks/calisti/control-plane";
import { exposedHosts, gatewayPort } from "../../checks/calisti/gateway";
import { knowsItself, knowsPeer } from "../../checks/calisti/registration";
import { calistiLab, kubeconfigOf } from "../support/calisti-lab";
import { type Breakage, describeCheck, type FakeLab, gone } from "../support/checks";
import { base64 } from "../support/kube";

const sound = () => calistiLab();

describe("checks of Calisti's open core", () => {
  const plane = (change: (plane: ReturnType<FakeLab["kube"]["cluster1"]["the"]>) => void) => (fake: FakeLab) =>
    change(fake.kube.cluster1.the("IstioControlPlane", "cp-v117x"));

  describeCheck(controlPlaneActive, sound, [
    ["no control plane", gone("IstioControlPlane", "cp-v117x"), /there is no IstioControlPlane istio-system\/cp-v117x/],
    ["a passive one", plane(({ spec }) => Object.assign(spec, { mode: "PASSIVE" })), /its mode is PASSIVE/],
    [
      "another cluster's",
      plane(({ spec }) => Object.assign(spec, { clusterID: "x" })),
      /its cluster is x, not cluster1/,
    ],
    [
      "another network",
      plane(({ spec }) => Object.assign(spec, { networkName: "x" })),
      /its network is x, not cluster1-network/,
    ],
    [
      "no gateway for peers",
      plane(({ spec }) => Object.assign(spec.meshExpansion, { enabled: false })),
      /it has no mesh expansion gateway/,
    ],
    [
      "a gateway that lets nobody in",
      plane(({ spec }) => Object.assign(spec.meshExpansion, { clusterServices: {} })),
      /does not let peers to Services/,
    ],
    [
      "DNS capture off",
      plane(({ spec }) => Object.assign(spec, { meshConfig: {} })),
      /sidecars do not answer for Services that only a peer has/,
    ],
    [
      "an operator that does nothing",
      plane((found) => Object.assign(found, { status: {} })),
      /the operator says nothing/,
    ],
    [
      "an operator that failed",
      plane((found) =>
        Object.assign(found, { status: { status: "ReconcileFailed", errorMessage: "no local Cluster" } }),
      ),
      /the operator says ReconcileFailed: no local Cluster/,
    ],
    [
      "a part that is there and a gateway that is not",
      plane((found) => Object.assign(found, { status: { status: "Available" } })),
      /no address of its gateway/,
    ],
  ]);

  describeCheck(controlPlanesDiffer, sound, [
    [
      "one name for both",
      plane(({ spec }) => Object.assign(spec, { clusterID: "cluster2" })),
      /both are called cluster2/,
    ],
    [
      "one network for both",
      plane(({ spec }) => Object.assign(spec, { networkName: "cluster2-network" })),
      /both are on cluster2-network/,
    ],
  ]);

  const balancer = "istio-eastwestgateway";
  describeCheck(gatewayPort, sound, [
    ["no load balancer", gone("Service", balancer), /there is no Service istio-system\/istio-eastwestgateway/],
    [
      "istiod's port",
      ({ kube }) => {
        kube.cluster1.the("Service", balancer).spec.ports = [{ port: 15012 }];
      },
      /it listens on 15012/,
    ],
    [
      "one port more",
      ({ kube }) => {
        kube.cluster1.the("Service", balancer).spec.ports.push({ port: 15017 });
      },
      /it listens on 15443, 15017/,
    ],
  ]);

  const gateway = "istio-cross-network-cp-v117x";
  const server = (change: object) => (fake: FakeLab) => {
    Object.assign(fake.kube.cluster1.the("Gateway", gateway).spec.servers[0], change);
  };
  const unexposed: Breakage[] = [
    ["no Gateway", gone("Gateway", gateway), /the operator wrote no Gateway istio-cross-network-cp-v117x/],
    ["another port", server({ port: { number: 15012 } }), /it listens on 15012, not on 15443/],
    ["a mode that opens what is encrypted", server({ tls: { mode: "SIMPLE" } }), /its TLS mode is SIMPLE/],
    ["no hosts", server({ hosts: [] }), /it exposes nothing/],
    [
      "pods that the load balancer does not lead to",
      ({ kube }) => {
        kube.cluster1.the("Service", balancer).spec.selector = { istio: "eastwestgateway" };
      },
      /the load balancer leads to istio=eastwestgateway/,
    ],
  ];
  describeCheck(exposedHosts, sound, unexposed);
  describe("with named hosts", () => {
    const host = "redis-cart.boutique.svc.cluster.local";
    describeCheck(exposedHosts, () => calistiLab([host]), [
      [
        "a patch that did not reach the Gateway",
        server({ hosts: ["*.local"] }),
        /it exposes \*\.local, the control plane was told redis-cart\.boutique/,
      ],
    ]);
  });

  describeCheck(injection, sound, [
    [
      "nobody who gives sidecars",
      gone("MutatingWebhookConfiguration", "istio-sidecar-injector-cp-v117x.istio-system"),
      /no webhook gives sidecars of cp-v117x\.istio-system/,
    ],
    [
      "a namespace with Istio's older label",
      ({ kube }) => {
        kube.cluster1.the("Namespace", "boutique").metadata.labels["istio-injection"] = "enabled";
      },
      /boutique gets no sidecars: its label istio-injection=enabled is in the way/,
    ],
  ]);
});

describe("checks of the cluster registry", () => {
  const object =
    (name: string, change: (cluster: ReturnType<FakeLab["kube"]["cluster1"]["the"]>) => void) =>
    ({ kube }: FakeLab) =>
      change(kube.cluster1.the("Cluster", name));

  for (const [check, of] of [
    [knowsItself, "cluster1"],
    [knowsPeer, "cluster2"],
  ] as const) {
    const told: Breakage[] = [
      ["no Cluster object", gone("Cluster", of), new RegExp(`cluster1 has no Cluster ${of}`)],
      [
        "another cluster's id",
        object(of, ({ spec }) => Object.assign(spec, { clusterID: "x" })),
        new RegExp(`its clusterID x is not the UID of ${of}'s kube-system`),
      ],
      [
        "another endpoint",
        object(of, ({ spec }) => Object.assign(spec, { kubernetesApiEndpoints: [{ serverAddress: "x.example" }] })),
        new RegExp(`its endpoint is x\\.example, the cluster is ${of}\\.example`),
      ],
      ["no Secret", gone("Secret", of), new RegExp(`there is no Secret cluster-registry/${of}`)],
      [
        "a Secret without a kubeconfig",
        ({ kube }) => {
          kube.cluster1.the("Secret", of).data = {};
        },
        /has no key kubeconfig/,
      ],
      [
        "a Secret that leads nowhere",
        ({ kube }) => {
          kube.cluster1.the("Secret", of).data.kubeconfig = base64(kubeconfigOf("https://nowhere.example"));
        },
        /nobody answers at https:\/\/nowhere\.example/,
      ],
      [
        "a registry that says nothing",
        object(of, (cluster) => Object.assign(cluster, { status: {} })),
        /the registry says nothing; the registry takes it for nothing/,
      ],
      [
        "a registry that cannot read it",
        object(of, ({ status }) => Object.assign(status, { state: "Failed", message: "invalid cluster ID" })),
        /the registry says Failed: invalid cluster ID/,
      ],
      [
        "a registry that takes it for another",
        object(of, ({ status }) => Object.assign(status, { type: of === "cluster1" ? "Peer" : "Local" })),
        /the registry takes it for (Peer|Local)/,
      ],
    ];
    describeCheck(check, sound, told);
  }

  describeCheck(knowsPeer, sound, [
    [
      "a Secret that leads back here",
      ({ kube }) => {
        kube.cluster1.the("Secret", "cluster2").data.kubeconfig = base64(kubeconfigOf("https://cluster1.example"));
      },
      /its Secret leads to https:\/\/cluster1\.example, the cluster is https:\/\/cluster2\.example/,
    ],
    [
      "a peer that does not know itself",
      ({ kube }) => kube.cluster2.remove("Cluster", "cluster2"),
      /its token does not see cluster2's own Cluster/,
    ],
    [
      "registries that know different clusters",
      object("cluster2", ({ status }) => {
        status.conditions[0] = { type: "ClustersSynced", status: "False", message: "cluster 'x' not found" };
      }),
      /the two registries are not in step: cluster 'x' not found/,
    ],
  ]);
});

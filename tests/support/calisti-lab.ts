/** A lab with Calisti's open core in memory: what the program, the operator and the registry make, as far as checks look. */
import type { KubeObject } from "../../checks/kube/client";
import { injectionLabel } from "../../components/backends/calisti/names";
import { controlPlaneSpec } from "../../components/backends/calisti/values";
import { type ClusterName, clusterNames, type FakeLab, fakeLab } from "./checks";
import { type FakeKube, secretObject } from "./kube";

const namespace = "istio-system";
const endpointOf = (name: ClusterName) => `https://${name}.example`;
const uidOf = (name: ClusterName) => `uid-of-${name}`;
const selector = { "gateway-name": "istio-meshexpansion-cp-v117x", "gateway-type": "ingress" };

/** @param exposedHosts what the control planes are told to expose */
export async function calistiLab(exposedHosts: readonly string[] = ["*.local"]): Promise<FakeLab> {
  const lab: FakeLab = fakeLab(
    { backend: "calisti", trustAnchor: "" },
    { cluster1: objectsOf("cluster1", exposedHosts), cluster2: objectsOf("cluster2", exposedHosts) },
    (name) => ({
      endpoint: endpointOf(name),
      gateway: `${name}.elb.example`,
      connect: (kubeconfig) => clusterAt(kubeconfig, lab),
    }),
  );
  return lab;
}

export function kubeconfigOf(server: string): string {
  return JSON.stringify({ clusters: [{ cluster: { server } }] });
}

function clusterAt(kubeconfig: string, lab: FakeLab): FakeKube {
  const { server } = JSON.parse(kubeconfig).clusters[0].cluster;
  const name = clusterNames.find((each) => endpointOf(each) === server);
  if (!name) throw new Error(`nobody answers at ${server}`);
  return lab.kube[name];
}

function objectsOf(name: ClusterName, exposedHosts: readonly string[]): KubeObject[] {
  const revision = Object.values(injectionLabel)[0];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", uid: uidOf(name) } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "boutique", labels: { ...injectionLabel } } },
    {
      apiVersion: "servicemesh.cisco.com/v1alpha1",
      kind: "IstioControlPlane",
      metadata: { name: "cp-v117x", namespace },
      spec: controlPlaneSpec({ mesh: "test", cluster: name, exposedHosts, roots: "" }),
      status: { status: "Available", gatewayAddress: ["10.0.0.1"] },
    },
    {
      apiVersion: "networking.istio.io/v1beta1",
      kind: "Gateway",
      metadata: { name: "istio-cross-network-cp-v117x", namespace },
      spec: {
        selector,
        servers: [{ port: { number: 15443 }, tls: { mode: "AUTO_PASSTHROUGH" }, hosts: exposedHosts }],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "istio-eastwestgateway", namespace },
      spec: { selector, ports: [{ port: 15443 }] },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      metadata: { name: `istio-sidecar-injector-${revision}`, labels: { ...injectionLabel } },
    },
    ...clusterNames.flatMap((each) => registered(each, each === name)),
  ];
}

function registered(name: ClusterName, itself: boolean): KubeObject[] {
  const secret = secretObject("cluster-registry", name, { kubeconfig: kubeconfigOf(endpointOf(name)) });
  return [
    secret,
    {
      apiVersion: "clusterregistry.k8s.cisco.com/v1alpha1",
      kind: "Cluster",
      metadata: { name },
      spec: {
        clusterID: uidOf(name),
        authInfo: { secretRef: { name, namespace: "cluster-registry" } },
        kubernetesApiEndpoints: [{ serverAddress: `${name}.example` }],
      },
      status: itself
        ? { type: "Local", state: "Ready" }
        : { type: "Peer", state: "Ready", conditions: [{ type: "ClustersSynced", status: "True", message: "" }] },
    },
  ];
}

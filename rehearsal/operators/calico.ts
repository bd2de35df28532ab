import { Controller } from "../aws/cluster/controller";
import { field, type Kube, type KubeObject } from "../aws/cluster/kube";
import { put, workload } from "./workloads";

const resource = { apiVersion: "operator.tigera.io/v1", kind: "Installation", name: "default" };

interface Pool {
  readonly name?: string;
  readonly cidr: string;
  readonly natOutgoing?: string;
  readonly encapsulation?: string;
  readonly disableNewAllocations?: boolean;
}

interface InstallationSpec {
  readonly cni?: { readonly type?: string };
  readonly calicoNetwork?: { readonly mtu?: number; readonly bgp?: string; readonly ipPools?: readonly Pool[] };
}

/**
 * Calico's operator: makes of an Installation what networks the nodes. The real one needs a node to run on and comes up on
 * the first, before it is Ready; here nodes come only where there is a CNI, so it acts as soon as its Deployment is there.
 */
export class CalicoOperator extends Controller {
  constructor(private readonly kube: Kube) {
    super({
      kube,
      kinds: [
        ["apps/v1", "Deployment"],
        [resource.apiVersion, resource.kind],
      ],
    });
  }

  protected override async reconcile(): Promise<void> {
    const { kube } = this;
    const namespace = "tigera-operator";
    if (!(await kube.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name: "tigera-operator" }))) return;
    const installation = await kube.get(resource);
    if (!installation || installation.metadata.deletionTimestamp) return;
    if (Object.keys(field<object>(installation, "status")).length > 0) return;
    const spec = field<InstallationSpec>(installation, "spec");
    const refusal = refused(spec);
    if (refusal) await this.report({ conditions: [degraded(refusal)] });
    else await this.install(spec);
  }

  private async install({ calicoNetwork: { ipPools = [], mtu } = {} }: InstallationSpec): Promise<void> {
    const { kube } = this;
    await put(kube, { apiVersion: "v1", kind: "Namespace", metadata: { name: "calico-system" } });
    for (const pool of ipPools) await put(kube, poolObject(pool));
    await put(
      kube,
      workload({
        kind: "DaemonSet",
        namespace: "calico-system",
        name: "calico-node",
        image: "quay.io/calico/node:v3.32.1",
        hostNetwork: true,
      }),
    );
    await this.report({ mtu, variant: "Calico" });
  }

  private async report(status: object): Promise<void> {
    await this.kube.mergePatch(resource, { status }, { subresource: "status" });
  }
}

function poolObject({ name = "default-ipv4-ippool", cidr, ...pool }: Pool): KubeObject {
  return {
    apiVersion: "crd.projectcalico.org/v1",
    kind: "IPPool",
    metadata: { name },
    spec: {
      cidr,
      natOutgoing: pool.natOutgoing !== "Disabled",
      disabled: pool.disableNewAllocations === true,
      vxlanMode: pool.encapsulation === "VXLAN" ? "Always" : "Never",
    },
  };
}

/** Why the operator would install nothing (tigera/operator, pkg/controller/installation/validation.go). */
function refused({ cni, calicoNetwork = {} }: InstallationSpec): string | undefined {
  if (cni?.type !== "Calico") return "on EKS the CNI is AmazonVPC unless spec.cni.type says Calico";
  const needsBgp = (calicoNetwork.ipPools ?? []).find(
    ({ encapsulation = "IPIP" }) => calicoNetwork.bgp === "Disabled" && !encapsulation.startsWith("VXLAN"),
  );
  return needsBgp && `the encapsulation of pool ${needsBgp.cidr} requires that BGP is enabled`;
}

function degraded(message: string) {
  const at = new Date().toISOString();
  return { type: "Degraded", status: "True", reason: "InvalidConfigurationError", message, lastTransitionTime: at };
}

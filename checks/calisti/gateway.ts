import { crossNetworkGateway } from "../../components/backends/calisti/names";
import { crossNetworkPort, gatewayName, istioNamespace } from "../../components/backends/common/istio/names";
import { type ClusterCheck, fail, verdict } from "../common/check";
import { type ControlPlaneSpec, readControlPlane } from "./control-plane";

interface GatewaySpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly servers?: readonly {
    readonly port?: { readonly number?: number };
    readonly tls?: { readonly mode?: string };
    readonly hosts?: readonly string[];
  }[];
}

/** The load balancer leads to the mesh expansion gateway's port for other networks. */
export const gatewayPort: ClusterCheck = {
  id: "calisti-gateway-port",
  expects: "the load balancer leads to the gateway's port for other networks",
  ofCluster: async ({ kube }) => {
    const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace: istioNamespace, name: gatewayName });
    if (!service) return fail(`there is no Service ${istioNamespace}/${gatewayName}`);
    const { ports = [] } = service.spec as { readonly ports?: readonly { readonly port: number }[] };
    const listening = ports.map(({ port }) => port).join(", ");
    return verdict([listening !== String(crossNetworkPort) && `it listens on ${listening}`], listening);
  },
};

/** The Gateway that the operator wrote exposes what the control plane was told to, on the pods behind the load balancer. */
export const exposedHosts: ClusterCheck = {
  id: "calisti-exposed-hosts",
  expects: "the gateway exposes the hosts that the control plane was told to",
  ofCluster: async (cluster) => {
    const [{ spec }, gateway, balancer] = await Promise.all([
      readControlPlane(cluster),
      cluster.kube.get({
        apiVersion: "networking.istio.io/v1beta1",
        kind: "Gateway",
        namespace: istioNamespace,
        name: crossNetworkGateway,
      }),
      cluster.kube.get({ apiVersion: "v1", kind: "Service", namespace: istioNamespace, name: gatewayName }),
    ]);
    if (!gateway) return fail(`the operator wrote no Gateway ${crossNetworkGateway}`);
    const { selector, servers: [server] = [] } = gateway.spec as GatewaySpec;
    const behind = sorted((balancer?.spec as { readonly selector?: Readonly<Record<string, string>> })?.selector);
    const [wanted, exposed] = [hostsOf(spec).join(", "), (server?.hosts ?? []).join(", ")];
    return verdict(
      [
        exposed !== wanted && `it exposes ${exposed || "nothing"}, the control plane was told ${wanted}`,
        server?.port?.number !== crossNetworkPort &&
          `it listens on ${server?.port?.number}, not on ${crossNetworkPort}`,
        server?.tls?.mode !== "AUTO_PASSTHROUGH" && `its TLS mode is ${server?.tls?.mode}`,
        sorted(selector) !== behind && `it is for pods ${sorted(selector)}, the load balancer leads to ${behind}`,
      ],
      `exposes ${exposed}`,
    );
  },
};

/** What the control plane is to expose: all, unless a patch names hosts. */
function hostsOf({ k8sResourceOverlays = [] }: ControlPlaneSpec): readonly string[] {
  const patches = k8sResourceOverlays.flatMap(({ patches: each = [] }) => each);
  const named = patches.find(({ path }) => path?.endsWith("/hosts"))?.value;
  return named ? (JSON.parse(named) as string[]) : ["*.local"];
}

function sorted(labels: Readonly<Record<string, string>> = {}): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(", ");
}

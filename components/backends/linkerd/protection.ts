import type { ExportObject, Manifest } from "../../plan/objects";
import type { Admission, Protection } from "../../plan/protection";
import { isFlat, type LinkerdMode } from "./modes";
import { clusterDomain, controlNamespace, gatewayIdentity } from "./names";

const group = "policy.linkerd.io";
/** Of what authorizes the kubelet, on every cluster. */
const kubelet = "kubelet";
/** What the kubelet calls of a gRPC service (grpc, doc/health-checking.md). */
const healthCheck = "/grpc.health.v1.Health/Check";

/**
 * Nobody but the callers, by the accounts in their certificates, and the kubelet's probes. Linkerd knows HTTP probes by
 * itself and gRPC's not (linkerd2, policy-controller, pod_http_probes): they are a route that everybody may call, beside
 * one for everything else that only the callers may.
 *
 * @param modeOf how peers reach a service, which decides who the proxy sees when they call
 */
export function protectPods(admissions: readonly Admission[], modeOf: (service: string) => LinkerdMode): Protection {
  const places = new Map(admissions.map(({ cluster, namespace }) => [cluster, namespace]));
  return {
    namespace: { labels: {}, annotations: { "config.linkerd.io/default-inbound-policy": "deny" } },
    objects: [
      ...[...places].map(([cluster, namespace]) => ({ cluster, manifest: anyNetwork(namespace) })),
      ...admissions.flatMap((admission) =>
        [server(admission), ...onlyFor(admission, modeOf(admission.name)), ...probes(admission)].map(
          (manifest): ExportObject => ({ cluster: admission.cluster, manifest }),
        ),
      ),
    ],
  };
}

/** What proxies read of a protocol. */
const protocols = { grpc: "HTTP/2", http: "HTTP/1", tcp: "opaque" } as const;

function server({ name, namespace, port, protocol, people }: Admission): Manifest {
  return make("Server", "v1beta3", name, namespace, {
    podSelector: { matchLabels: { app: name } },
    port,
    proxyProtocol: protocols[protocol],
    // People are no part of the mesh.
    ...(people ? { accessPolicy: "all-unauthenticated" } : {}),
  });
}

function onlyFor(admission: Admission, mode: LinkerdMode): Manifest[] {
  const { name, namespace, people } = admission;
  if (people) return [];
  return [
    make("MeshTLSAuthentication", "v1alpha1", name, namespace, { identities: identities(admission, mode) }),
    authorize(name, namespace, { kind: "Server", name }, { kind: "MeshTLSAuthentication", name }),
  ];
}

/**
 * Through a gateway the caller is the gateway, which lets in whoever is in the mesh; pod to pod it is the caller itself, and
 * pod to pod is how instances of a global service are called.
 */
function identities({ namespace, cluster, callers }: Admission, mode: LinkerdMode): string[] {
  const accounts = callers.map(
    ({ account }) => `${account}.${namespace}.serviceaccount.identity.${controlNamespace}.${clusterDomain}`,
  );
  const called = callers.some(({ clusters }) => clusters.some((name) => name !== cluster));
  return called && !isFlat(mode) ? [...accounts, gatewayIdentity] : accounts;
}

function probes({ name, namespace, protocol }: Admission): Manifest[] {
  if (protocol !== "grpc") return [];
  const route = (suffix: string, path: object) =>
    make("HTTPRoute", "v1beta3", `${name}${suffix}`, namespace, {
      parentRefs: [{ group, kind: "Server", name }],
      rules: [{ matches: [{ path }] }],
    });
  const probe = `${name}-probe`;
  return [
    // With one route on a server, requests for which there is none are refused.
    route("", { type: "PathPrefix", value: "/" }),
    route("-probe", { type: "Exact", value: healthCheck }),
    authorize(probe, namespace, { kind: "HTTPRoute", name: probe }, { kind: "NetworkAuthentication", name: kubelet }),
  ];
}

/** The kubelet's address is its node's, and with the VPC CNI nodes and pods share a network. */
function anyNetwork(namespace: string): Manifest {
  return make("NetworkAuthentication", "v1alpha1", kubelet, namespace, { networks: [{ cidr: "0.0.0.0/0" }] });
}

interface Reference {
  readonly kind: string;
  readonly name: string;
}

function authorize(name: string, namespace: string, target: Reference, authentication: Reference): Manifest {
  return make("AuthorizationPolicy", "v1alpha1", name, namespace, {
    targetRef: { group, ...target },
    requiredAuthenticationRefs: [{ group, ...authentication }],
  });
}

function make(
  kind: string,
  version: string,
  name: string,
  namespace: string,
  spec: Readonly<Record<string, unknown>>,
): Manifest {
  return { apiVersion: `${group}/${version}`, kind, metadata: { name, namespace }, spec };
}

import type * as k8s from "@pulumi/kubernetes";
import type { Metadata } from "../plan/objects";
import type { BoutiqueService } from "./boutique";

/** The label by which Services, policies and people find the pods of a service; its value is the service's name. */
export const appLabel = "app";
/** On all that the demo makes. */
export const partOf = { "app.kubernetes.io/part-of": "online-boutique" } as const;

type Container = k8s.types.input.core.v1.Container;
type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;

/**
 * Seconds between a pod's end as an endpoint and the end of its process, so that nobody is sent to what is gone. The slowest
 * to learn of it are callers by DNS in other clusters: Lighthouse tells the peers within a second or two, and its answers
 * are kept for five (lighthouse, coredns/plugin: `ttl`).
 */
const leavingSeconds = 10;

/**
 * How a pod of a service ends: its endpoint before its process. The kubelet takes the time of both from one grace period
 * (Kubernetes documentation, container lifecycle hooks).
 */
export function endingOf({ graceSeconds }: Pick<BoutiqueService, "graceSeconds">) {
  return {
    lifecycle: { preStop: { sleep: { seconds: leavingSeconds } } },
    terminationGracePeriodSeconds: leavingSeconds + graceSeconds,
  };
}

/**
 * One pod of `name`, under the account of that name, without a right in its container or in the cluster: what Kubernetes'
 * Pod Security Standards call restricted.
 */
export function onePod(
  name: string,
  membership: Metadata,
  container: Omit<Container, "name">,
  more: Partial<k8s.types.input.core.v1.PodSpec> = {},
): DeploymentSpec {
  return {
    replicas: 1,
    selector: { matchLabels: { [appLabel]: name } },
    template: {
      metadata: {
        labels: { [appLabel]: name, ...partOf, ...membership.labels },
        annotations: { ...membership.annotations },
      },
      spec: {
        serviceAccountName: name,
        // Nothing in the demo asks the API server.
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          runAsGroup: 1000,
          fsGroup: 1000,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            name: "server",
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
            ...container,
          },
        ],
        ...more,
      },
    },
  };
}

/** What a service asks of its node. Memory is bounded, so that a leak does not take the neighbours along. */
export function resourcesOf({ requests: { cpu, memory } }: Pick<BoutiqueService, "requests">): Container["resources"] {
  return {
    requests: { cpu: `${cpu}m`, memory: `${memory}Mi` },
    limits: { memory: `${memory * 2}Mi` },
  };
}

/** How the kubelet asks whether a service lives, and whether it takes requests. */
export function probesOf({ protocol, port, targetPort = port }: BoutiqueService): Partial<Container> {
  if (targetPort === undefined) return {};
  const probe =
    protocol === "grpc"
      ? { grpc: { port: targetPort } }
      : {
          httpGet: {
            path: "/_healthz",
            port: targetPort,
            httpHeaders: [{ name: "Cookie", value: "shop_session-id=probe" }],
          },
        };
  return { readinessProbe: probe, livenessProbe: { ...probe, initialDelaySeconds: 15 } };
}

import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Metadata } from "../plan/objects";
import { redisCart, redisVariable } from "./boutique";
import type { ServiceInstance } from "./plan";
import { endingOf, onePod, probesOf, resourcesOf } from "./pods";
import { passwordKey } from "./redis";

type EnvVar = k8s.types.input.core.v1.EnvVar;

/** The pod of a service: its image, and the addresses of what it calls as the plan worked them out. */
export function instancePod(
  { service, env, addresses }: ServiceInstance,
  membership: Metadata,
): k8s.types.input.apps.v1.DeploymentSpec {
  const { name, image, port, targetPort = port } = service;
  const { lifecycle, terminationGracePeriodSeconds } = endingOf(service);
  const container = { image, env: [...fixed(env), ...called(addresses)], resources: resourcesOf(service) };
  // Nobody is sent to what only calls.
  if (targetPort === undefined)
    return onePod(name, membership, container, { terminationGracePeriodSeconds: service.graceSeconds });
  return onePod(
    name,
    membership,
    {
      ...container,
      ports: [{ name: service.protocol, containerPort: targetPort }],
      ...probesOf(service),
      lifecycle,
    },
    { terminationGracePeriodSeconds },
  );
}

function fixed(env: Readonly<Record<string, string>>): EnvVar[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

/** Redis' password goes with its address, in the way of the client's connection strings; Kubernetes fills it in. */
function called(addresses: ServiceInstance["addresses"]): EnvVar[] {
  return Object.entries(addresses).flatMap(([name, value]): EnvVar[] => {
    if (name !== redisVariable) return [{ name, value }];
    return [
      { name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: { name: redisCart, key: passwordKey } } },
      { name, value: `${value},password=$(REDIS_PASSWORD)` },
    ];
  });
}

/** Every pod has an account of its own: it is the name by which meshes know it. */
export function account(
  name: string,
  args: { readonly account: string; readonly namespace: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    name,
    { metadata: { name: args.account, namespace: args.namespace }, automountServiceAccountToken: false },
    opts,
  );
}

import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Metadata } from "../plan/exports";
import { type BoutiqueService, redisCart, redisImage, redisPort } from "./boutique";
import { onePod, resourcesOf } from "./pods";

/** Key of the password in the Secret `redis-cart`, which is on every cluster that has a Redis or calls one. */
export const passwordKey = "password";
/** Key of the configuration in the same Secret, and name of the file that Redis reads. */
export const configurationKey = "redis.conf";

/**
 * Redis' configuration. Data live in memory alone: the demo's carts are nobody's loss, and nothing is written where nobody
 * cleans up.
 *
 * @param primary host that is copied; none for the primary itself
 */
export function redisConfiguration(password: string, primary: string | undefined): string {
  return [
    `port ${redisPort}`,
    'save ""',
    "appendonly no",
    "dir /data",
    `requirepass ${password}`,
    // A replica that is promoted takes the others in with the same one.
    `masterauth ${password}`,
    ...(primary ? [`replicaof ${primary} ${redisPort}`, "replica-read-only yes"] : []),
    "",
  ].join("\n");
}

/** The Secret with the password and the configuration of the Redis on the same cluster. */
export function redisSecret(
  name: string,
  args: {
    readonly namespace: pulumi.Input<string>;
    readonly password: pulumi.Output<string>;
    readonly primary: string | undefined;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: { name: redisCart, namespace: args.namespace },
      stringData: {
        [passwordKey]: args.password,
        [configurationKey]: args.password.apply((password) => redisConfiguration(password, args.primary)),
      },
    },
    { ...opts, additionalSecretOutputs: ["data", "stringData"] },
  );
}

/**
 * A Redis, primary or replica as its configuration says. The password is in a file and in the probe's environment, not in
 * the command line, which everybody on the node can read.
 *
 * @param revision changes with the configuration, so that Redis is started anew
 */
export function redisPod(
  name: string,
  membership: Metadata,
  requests: Pick<BoutiqueService, "requests">,
  revision: string,
): k8s.types.input.apps.v1.DeploymentSpec {
  const ping = { exec: { command: ["redis-cli", "ping"] }, periodSeconds: 5 };
  const fromSecret = { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: redisCart, key: passwordKey } } };
  return onePod(
    name,
    { ...membership, annotations: { ...membership.annotations, "multicluster-lab/configuration": revision } },
    {
      image: redisImage,
      command: ["redis-server", `/etc/redis/${configurationKey}`],
      ports: [{ name: "tcp", containerPort: redisPort }],
      env: [fromSecret],
      volumeMounts: [
        { name: "configuration", mountPath: "/etc/redis", readOnly: true },
        { name: "data", mountPath: "/data" },
      ],
      readinessProbe: ping,
      livenessProbe: ping,
      resources: resourcesOf(requests),
    },
    {
      volumes: [
        {
          name: "configuration",
          secret: { secretName: redisCart, items: [{ key: configurationKey, path: configurationKey }] },
        },
        { name: "data", emptyDir: {} },
      ],
    },
  );
}

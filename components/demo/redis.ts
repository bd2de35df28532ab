import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Metadata } from "../plan/objects";
import { type BoutiqueService, redisCart, redisPort } from "./boutique";
import { onePod, resourcesOf } from "./pods";
import { isFollowing, keepFollowing } from "./redis-role";

/** Key of the password in the Secret `redis-cart`, which is on every cluster that has a Redis or calls one. */
export const passwordKey = "password";
/** Key of the configuration in the same Secret, and name of the file that Redis reads. */
export const configurationKey = "redis.conf";

const configurationFolder = "/etc/redis";
const configurationFile = `${configurationFolder}/${configurationKey}`;

/**
 * Redis' configuration. Every change is appended to a file, which outlives the container: a primary that came back empty
 * would have its copies empty themselves too (Redis documentation, replication: "Safety of replication when master has
 * persistence turned off").
 *
 * @param primary host that is copied; none for the primary itself
 */
export function redisConfiguration(password: string, primary: string | undefined): string {
  return [
    `port ${redisPort}`,
    'save ""',
    "appendonly yes",
    // At most the last second's changes are lost with the process.
    "appendfsync everysec",
    "dir /data",
    `requirepass ${password}`,
    // A replica that is promoted takes the others in with the same one.
    `masterauth ${password}`,
    "replica-read-only yes",
    ...(primary ? [`replicaof ${primary} ${redisPort}`] : []),
    "",
  ].join("\n");
}

/** Changes with what Redis reads only when it starts: not with the password, which stays, nor with the primary. */
const revision = createHash("sha256").update(redisConfiguration("", undefined)).digest("hex").slice(0, 16);

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
 * A Redis, the same for the primary and its copies: which one it is stands in its configuration alone, so that a copy
 * becomes the primary without a new pod, which would begin empty. The password is in a file and in the probes' environment,
 * not in the command line, which everybody on the node can read.
 */
export function redisPod(
  membership: Metadata,
  service: Pick<BoutiqueService, "image" | "requests">,
): k8s.types.input.apps.v1.DeploymentSpec {
  // Without -e redis-cli ends well whatever the server answers, also when it asks for a password.
  const answers = { exec: { command: ["redis-cli", "-e", "ping"] }, periodSeconds: 5, timeoutSeconds: 5 };
  const follows = {
    exec: { command: ["sh", "-c", isFollowing(configurationFile)] },
    periodSeconds: 10,
    timeoutSeconds: 5,
  };
  const fromSecret = { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: redisCart, key: passwordKey } } };
  const spec = onePod(
    redisCart,
    { ...membership, annotations: { ...membership.annotations, "multicluster-lab/configuration": revision } },
    {
      image: service.image,
      command: ["sh", "-c", `${keepFollowing(configurationFile)} & exec redis-server ${configurationFile}`],
      ports: [{ name: "tcp", containerPort: redisPort }],
      env: [fromSecret],
      volumeMounts: [
        { name: "configuration", mountPath: configurationFolder, readOnly: true },
        { name: "data", mountPath: "/data" },
      ],
      // Ten minutes, since a copy has to wait for its primary and for all that joins the clusters.
      startupProbe: { ...follows, failureThreshold: 60 },
      readinessProbe: follows,
      livenessProbe: answers,
      resources: resourcesOf(service),
    },
    {
      volumes: [
        {
          name: "configuration",
          secret: { secretName: redisCart, items: [{ key: configurationKey, path: configurationKey }] },
        },
        // It lasts as long as the pod, through restarts of its container.
        { name: "data", emptyDir: {} },
      ],
    },
  );
  // Two of them at a time would be two primaries.
  return { ...spec, strategy: { type: "Recreate" } };
}

/** What is looked at when a check has failed: all objects of a cluster, events, logs, and what the backend says of itself. */
import type { KubeClient, KubeObject } from "../../kube/client";
import { masked, secretsOf } from "./masked";
import type { OwnWord } from "./own-words";
import type { Redaction } from "./redaction";

/** A file to be. */
export interface BundleFile {
  /** Path in the archive. */
  readonly name: string;
  readonly text: string;
}

/** What a cluster is asked with. */
export type BundleReader = Pick<KubeClient, "kinds" | "list" | "logs" | "exec">;

/** Of each container's log. */
const lines = 500;

interface PodFields {
  readonly containers: readonly { readonly name: string }[];
  readonly initContainers?: readonly { readonly name: string }[];
}

/**
 * The files of a cluster. What is secret in its objects is masked, and learnt, so that it can be taken out of logs too. What
 * cannot be had is a file that says why.
 */
export async function filesOf(
  cluster: string,
  kube: BundleReader,
  words: readonly OwnWord[],
  redaction: Redaction,
): Promise<BundleFile[]> {
  const kinds = await kube.kinds();
  const objects = await Promise.all(
    kinds.map(async ({ apiVersion, kind, resource }) => {
      const found = await kube.list(apiVersion, kind).catch(() => []);
      redaction.learn(found.flatMap(secretsOf));
      const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
      return found.length === 0 ? [] : [jsonFile(`${cluster}/objects/${resource}${group}.json`, found.map(masked))];
    }),
  );
  const pods = await kube.list("v1", "Pod");
  return [
    ...objects.flat(),
    ...(await Promise.all(pods.map((pod) => logsOf(cluster, kube, pod)))).flat(),
    ...(await Promise.all(words.map((word) => saidBy(cluster, kube, pods, word)))),
  ];
}

/** A file of JSON. */
export function jsonFile(name: string, value: unknown): BundleFile {
  return { name, text: `${JSON.stringify(value, undefined, 2)}\n` };
}

async function logsOf(cluster: string, kube: BundleReader, { metadata, spec }: KubeObject): Promise<BundleFile[]> {
  const { containers, initContainers = [] } = spec as PodFields;
  const pod = { namespace: metadata.namespace ?? "default", name: metadata.name };
  return Promise.all(
    [...initContainers, ...containers].map(async ({ name }) => ({
      name: `${cluster}/logs/${pod.namespace}/${pod.name}/${name}.log`,
      text: await kube.logs(pod, name, { tailLines: lines }).catch(reason),
    })),
  );
}

async function saidBy(
  cluster: string,
  kube: BundleReader,
  pods: readonly KubeObject[],
  { namespace, labelSelector, container, command }: OwnWord,
): Promise<BundleFile> {
  const [key = "", value] = labelSelector.split("=");
  const pod = pods.find(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[key] === value);
  const name = `${cluster}/status/${command.join("-").replaceAll("/", "-")}.txt`;
  if (!pod) return { name, text: `there is no pod of ${labelSelector}\n` };
  const said = await kube
    .exec({ namespace, name: pod.metadata.name }, container, command)
    .then(({ stdout, stderr }) => `${stdout}${stderr}`)
    .catch(reason);
  return { name, text: said };
}

function reason(error: unknown): string {
  return `${error instanceof Error ? error.message : error}\n`;
}

/** What a failed rehearsal leaves to look at: logs, copied before its scratch folder goes. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KubeClient, type KubeObject } from "../../checks/kube/client";
import { Redaction } from "../../checks/run/bundle/redaction";
import { logsFolder } from "../base/log-file";
import type { ControlPlane } from "../control-planes/control-plane";
import type { Rehearsal } from "./rehearsal";
import type { Result } from "./result";

/** A file to be. */
interface Log {
  /** Path in the folder. */
  readonly name: string;
  readonly text: string;
}

/**
 * Copies logs of the engine, the providers' journal, what controllers and operators did, and for each control plane the logs
 * of its components and the events in it. Secrets are taken out: those of the engine's state, those in the clusters' Secrets,
 * and whatever looks like a key or a token.
 */
export class FailureLogs {
  private readonly redaction = new Redaction();
  private isSaved = false;

  /**
   * @param scratch folder of the rehearsal
   * @param folder where they go; made when there is something to save
   */
  constructor(
    private readonly rehearsal: Pick<Rehearsal, "engine" | "ground">,
    private readonly scratch: string,
    readonly folder: string,
  ) {}

  /** Whether there are any. */
  get saved(): boolean {
    return this.isSaved;
  }

  /** Learns what is secret now. To be called before clusters go: what is in the logs stays, and could not be told later. */
  async learnSecrets(): Promise<void> {
    const { engine, ground } = this.rehearsal;
    this.redaction.learn(engine.secrets);
    const planes = ground.controlPlanes.list();
    this.redaction.learn(planes.map(({ token }) => token));
    for (const values of await Promise.all(planes.map(secretValues))) this.redaction.learn(values);
  }

  /** Copies what there is; once more after a later step, it adds to what is there. */
  async save(result?: Result): Promise<void> {
    await this.learnSecrets();
    const { account, controlPlanes } = this.rehearsal.ground;
    const planes = controlPlanes.list();
    const logs: Log[] = [
      ...filesOf(logsFolder(this.scratch), ""),
      ...controlPlanes.logFolders().flatMap(({ name, folder }) => filesOf(folder, name)),
      ...(await Promise.all(planes.map(eventLog))).flat(),
      { name: "account.json", text: JSON.stringify(account.snapshot(), undefined, 2) },
      ...(result ? [{ name: "result.json", text: JSON.stringify(result, undefined, 2) }] : []),
    ];
    for (const { name, text } of logs) {
      const file = join(this.folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, this.redaction.apply(text));
    }
    this.isSaved = true;
  }
}

function filesOf(folder: string, below: string): Log[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({
    name: join(below, name),
    text: readFileSync(join(folder, name), "utf8"),
  }));
}

/** What the cluster's Secrets hold; nothing when its API server does not answer. */
async function secretValues({ kubeconfig }: ControlPlane): Promise<string[]> {
  const secrets = await listed(kubeconfig, "Secret");
  return secrets.flatMap(({ data }) =>
    Object.entries((data ?? {}) as Record<string, string>)
      // Kubernetes writes beside a token the name of its namespace.
      .filter(([key]) => key !== "namespace")
      // As it is kept too: what it means may be no text.
      .flatMap(([, base64]) => [base64, Buffer.from(base64, "base64").toString()]),
  );
}

/** The events in a cluster, by time; nothing when its API server does not answer. */
async function eventLog({ name, kubeconfig }: ControlPlane): Promise<Log[]> {
  const events = await listed(kubeconfig, "Event");
  if (events.length === 0) return [];
  return [{ name: join(name, "events.log"), text: `${events.map(eventText).sort().join("\n")}\n` }];
}

function eventText(event: KubeObject): string {
  const { lastTimestamp, eventTime, type, reason, message, involvedObject } = event as {
    readonly lastTimestamp?: string;
    readonly eventTime?: string;
    readonly type?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
  };
  const { kind = "", namespace = "", name = "" } = involvedObject ?? {};
  const time = lastTimestamp ?? eventTime ?? event.metadata.creationTimestamp ?? "";
  return `${time} ${type} ${reason} ${kind} ${namespace}/${name}: ${message}`;
}

async function listed(kubeconfig: string, kind: string): Promise<KubeObject[]> {
  try {
    return await new KubeClient(kubeconfig).list("v1", kind);
  } catch {
    return [];
  }
}

/**
 * Real Kubernetes control planes as plain processes, made by kwokctl: etcd, API server, controller manager, scheduler,
 * and kwok in the place of kubelets. Pods are simulated: they become Running, and nothing in them runs.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { KubeClient } from "../../checks/kube/client";
import { endProcessesBelow } from "../base/processes";
import { UserError } from "../base/user-error";
import type { Tools } from "../tools/tools";
import { lastWords } from "./components";
import { freePorts } from "./ports";
import { Supervisor } from "./supervisor";

const run = promisify(execFile);

/** What a control plane takes, measured: API server 270 MB, controller manager 117, scheduler 69, kwok 67, etcd 44. */
const memoryEach = 600 * 1024 * 1024;

export interface ControlPlaneSpec {
  /** Name of the EKS cluster. */
  readonly name: string;
  /** Kubernetes version that EKS was asked for; the control plane is of the version that the tools have. */
  readonly version: string;
  readonly serviceCidr: string;
}

export interface ControlPlane extends ControlPlaneSpec {
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Of the API server's certificate: PEM in base64, as EKS gives it. */
  readonly certificateAuthority: string;
  /** For the administrator, complete in itself. */
  readonly kubeconfig: string;
  /** A bearer token for the administrator: what `aws eks get-token` hands out. */
  readonly token: string;
}

/** The control planes of one rehearsal, all below one folder. */
export class ControlPlanes {
  private readonly planes = new Map<string, ControlPlane>();
  private readonly supervisor = new Supervisor(
    (name) => this.folder(name),
    // What could not be started now is looked at again.
    (name) => this.kwokctl(name, ["start", "cluster"]).catch(() => {}),
  );

  /**
   * @param home folder for all of their state; those that an earlier process left there are taken over
   * @param announce is told of each that was made
   */
  constructor(
    private readonly tools: Tools,
    private readonly home: string,
    private readonly announce: (plane: ControlPlane) => void = () => {},
  ) {
    const kept = join(home, "control-planes.json");
    if (!existsSync(kept)) return;
    for (const plane of JSON.parse(readFileSync(kept, "utf8")) as ControlPlane[]) {
      this.planes.set(plane.name, plane);
      this.supervisor.watch(plane.name);
    }
  }

  get(name: string): ControlPlane | undefined {
    return this.planes.get(name);
  }

  list(): ControlPlane[] {
    return [...this.planes.values()];
  }

  /** @throws UserError when memory is short or the control plane does not start */
  async create(spec: ControlPlaneSpec): Promise<ControlPlane> {
    demandMemory(memoryEach);
    mkdirSync(this.home, { recursive: true });
    try {
      await this.launch(spec);
    } catch {
      // Somebody else may have taken a port between the choice and the start: once more, with others.
      this.discard(spec.name);
      await this.launch(spec);
    }
    const plane = await this.describe(spec);
    this.planes.set(spec.name, plane);
    this.remember();
    this.announce(plane);
    return plane;
  }

  private async launch(spec: ControlPlaneSpec): Promise<void> {
    const configuration = join(this.home, `${spec.name}.kwokctl.yaml`);
    writeFileSync(configuration, stringify(await this.configuration(spec)));
    this.supervisor.watch(spec.name);
    await this.kwokctl(spec.name, ["create", "cluster", "--config", configuration, "--wait", "120s"]);
  }

  /** Ends the API server and all the rest, but keeps its data: `start` brings it back. */
  async stop(name: string): Promise<void> {
    this.supervisor.leave(name);
    await this.kwokctl(name, ["stop", "cluster"]);
  }

  async start(name: string): Promise<void> {
    await this.kwokctl(name, ["start", "cluster", "--wait", "120s"]);
    this.supervisor.watch(name);
  }

  async delete(name: string): Promise<void> {
    if (!this.planes.delete(name)) return;
    this.discard(name);
    this.remember();
  }

  private discard(name: string): void {
    this.supervisor.leave(name);
    endProcessesBelow(this.folder(name));
    rmSync(this.folder(name), { recursive: true, force: true, maxRetries: 5 });
  }

  /**
   * Ends every process of every control plane at once, those under construction too. Synchronous, so that it can run when
   * the process exits.
   */
  closeAll(): void {
    this.supervisor.leaveAll();
    endProcessesBelow(this.home);
    this.planes.clear();
  }

  /** By file and not by flags: some ports have no flag, and kwokctl would choose the same for two clusters at once. */
  private async configuration({ serviceCidr }: ControlPlaneSpec): Promise<object> {
    const [apiserver, etcd, etcdPeer, manager, scheduler, kwok] = await freePorts(6);
    return {
      apiVersion: "config.kwok.x-k8s.io/v1alpha1",
      kind: "KwokctlConfiguration",
      options: {
        runtime: "binary",
        bindAddress: "127.0.0.1",
        kubeApiserverBinary: this.tools["kube-apiserver"],
        kubeApiserverPort: apiserver,
        etcdBinary: this.tools.etcd,
        etcdPort: etcd,
        etcdPeerPort: etcdPeer,
        kubeControllerManagerBinary: this.tools["kube-controller-manager"],
        kubeControllerManagerPort: manager,
        kubeSchedulerBinary: this.tools["kube-scheduler"],
        kubeSchedulerPort: scheduler,
        kwokControllerBinary: this.tools.kwok,
        kwokControllerPort: kwok,
        // Times kwokctl's heartbeat factor of five. A kwok that is started again does nothing before the lease of the one
        // before it has run out, which with kwokctl's own 40 takes more than three minutes.
        nodeLeaseDurationSeconds: 4,
      },
      componentsPatches: [
        // What it holds need not outlive this machine, and a busy disk makes fsync slow.
        { name: "etcd", extraArgs: [{ key: "unsafe-no-fsync", value: "true" }] },
        {
          name: "kube-apiserver",
          extraArgs: [
            { key: "service-cluster-ip-range", value: serviceCidr },
            { key: "egress-selector-config-file", value: this.egress() },
          ],
        },
        // One of each: an election decides nothing, and on a busy machine a lease is lost and its holder ends.
        ...["kube-controller-manager", "kube-scheduler"].map((name) => ({
          name,
          extraArgs: [{ key: "leader-elect", value: "false" }],
        })),
      ],
    };
  }

  /**
   * Calls of API servers to Services and pods (webhooks, aggregated APIs) go to a socket that nobody opens. Addresses of
   * simulated pods mean nothing here and may be somebody's out there: such a call fails at once and never leaves.
   */
  private egress(): string {
    const file = join(this.home, "egress.yaml");
    const connection = {
      proxyProtocol: "HTTPConnect",
      transport: { uds: { udsName: join(this.home, "nobody.sock") } },
    };
    const egressSelections = [{ name: "cluster", connection }];
    writeFileSync(
      file,
      stringify({ apiVersion: "apiserver.k8s.io/v1beta1", kind: "EgressSelectorConfiguration", egressSelections }),
    );
    return file;
  }

  private folder(name: string): string {
    return join(this.home, ".kwok", "clusters", name);
  }

  private remember(): void {
    // It holds administrators' credentials.
    writeFileSync(join(this.home, "control-planes.json"), JSON.stringify(this.list()), { mode: 0o600 });
  }

  private async kwokctl(name: string, args: readonly string[]): Promise<void> {
    try {
      await run(this.tools.kwokctl, [...args, "--name", name], {
        cwd: this.home,
        // kwokctl keeps everything below HOME, and writes the cluster into the kubeconfig there.
        env: { ...process.env, HOME: this.home, KUBECONFIG: join(this.home, "kubeconfig") },
        timeout: 180_000,
      });
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? String(error);
      throw new UserError(
        `The control plane ${name} did not start: ${said} ${lastWords(this.folder(name), "kube-apiserver")}`,
      );
    }
  }

  private async describe(spec: ControlPlaneSpec): Promise<ControlPlane> {
    const folder = this.folder(spec.name);
    const made = parse(await readFile(join(folder, "kubeconfig.yaml"), "utf8"));
    const { server } = made.clusters[0].cluster;
    const read = async (file: string) => (await readFile(join(folder, "pki", file))).toString("base64");
    const certificateAuthority = await read("ca.crt");
    const config = (user: object) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: spec.name, cluster: { server, "certificate-authority-data": certificateAuthority } }],
        users: [{ name: spec.name, user }],
        contexts: [{ name: spec.name, context: { cluster: spec.name, user: spec.name } }],
        "current-context": spec.name,
      });
    const kubeconfig = config({
      "client-certificate-data": await read("admin.crt"),
      "client-key-data": await read("admin.key"),
    });
    const token = await administratorToken(new KubeClient(kubeconfig));
    if (!token) {
      const said = lastWords(folder, "kube-controller-manager");
      throw new UserError(`The control plane ${spec.name} hands out no tokens. ${said}${this.supervisor.history}`);
    }
    return { ...spec, endpoint: server, certificateAuthority, kubeconfig, token };
  }
}

/**
 * A lasting token with every right, held by an account that EKS does not have; there an IAM identity has them.
 * Undefined when the controller manager does not make one within two minutes.
 */
async function administratorToken(kube: KubeClient): Promise<string | undefined> {
  const name = "rehearsal-administrator";
  const namespace = "kube-system";
  await kube.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  await kube.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
  await kube.create({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, annotations: { "kubernetes.io/service-account.name": name } },
    type: "kubernetes.io/service-account-token",
  });
  for (let attempt = 0; attempt < 1200; attempt++) {
    const secret = await kube.get({ apiVersion: "v1", kind: "Secret", name, namespace });
    const token = (secret?.data as { token?: string } | undefined)?.token;
    if (token) return Buffer.from(token, "base64").toString();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

/** @throws UserError when this machine has less memory left */
function demandMemory(bytes: number): void {
  const available = /MemAvailable:\s+(\d+) kB/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  if (available === undefined || Number(available) * 1024 >= bytes) return;
  const megabytes = (value: number) => Math.round(value / 1024 / 1024);
  throw new UserError(
    `A control plane needs ${megabytes(bytes)} MB of memory and ${megabytes(Number(available) * 1024)} MB are free: ` +
      "close something, or rehearse fewer clusters.",
  );
}

/** kwokctl: makes, starts and stops the processes of a control plane. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Netmask } from "netmask";
import { stringify } from "yaml";
import { UserError } from "../base/user-error";
import type { Tools } from "../tools/tools";
import { lastWords } from "./components";
import { type ControlPlaneSpec, hostsOf, type Site } from "./control-plane";
import { freePorts } from "./ports";

const run = promisify(execFile);

/** How long a control plane gets until it answers. */
const wait = ["--wait", "120s"];

/** The command, and the folder in which it keeps its clusters. */
export class Kwokctl {
  private readonly clusters: string;
  private readonly ports = new Map<string, number>();

  /**
   * @param home folder in which it keeps everything
   * @param site where control planes run when nodes are real; undefined: on this machine's loopback
   */
  constructor(
    private readonly tools: Tools,
    private readonly home: string,
    private readonly site: () => Site | undefined,
  ) {
    this.clusters = join(home, ".kwok", "clusters");
  }

  /** Those that it keeps something of. */
  names(): string[] {
    return existsSync(this.clusters) ? readdirSync(this.clusters) : [];
  }

  /** Where it keeps a control plane: certificates, pids and logs of its components. */
  folder(name: string): string {
    return join(this.clusters, name);
  }

  /** Chosen for the API server of a control plane that is being made, or was by this process. */
  port(name: string): number | undefined {
    return this.ports.get(name);
  }

  /** @throws UserError, as do the others, when it does not come to that */
  async create(spec: ControlPlaneSpec): Promise<void> {
    mkdirSync(this.home, { recursive: true });
    const file = join(this.home, `${spec.name}.kwokctl.yaml`);
    writeFileSync(file, stringify(await this.configuration(spec)));
    await this.run(spec.name, ["create", "cluster", "--config", file, ...wait]);
  }

  /** Returns when it answers. */
  start(name: string): Promise<void> {
    return this.run(name, ["start", "cluster", ...wait]);
  }

  /** Starts those of its components that do not run, and does not wait for them. */
  restart(name: string): Promise<void> {
    return this.run(name, ["start", "cluster"]);
  }

  /** Ends its components; their data stay. */
  stop(name: string): Promise<void> {
    return this.run(name, ["stop", "cluster"]);
  }

  private async run(name: string, args: readonly string[]): Promise<void> {
    const site = this.site();
    const [command, ...before] = site
      ? ["nsenter", `--net=${site.netns}`, "--", this.tools.kwokctl]
      : [this.tools.kwokctl];
    try {
      await run(command ?? "", [...before, ...args, "--name", name], {
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

  /** By file and not by flags: some ports have no flag, and kwokctl would choose the same for two clusters at once. */
  private async configuration(spec: ControlPlaneSpec): Promise<object> {
    const [apiserver, etcd, etcdPeer, manager, scheduler, kwok] = await freePorts(6);
    this.ports.set(spec.name, apiserver ?? 0);
    const { arguments: ofNodes, certificateNames } = this.site()
      ? realNodes(spec, this.folder(spec.name))
      : this.noNodes(spec);
    return {
      apiVersion: "config.kwok.x-k8s.io/v1alpha1",
      kind: "KwokctlConfiguration",
      options: {
        runtime: "binary",
        bindAddress: "127.0.0.1",
        ...(certificateNames.length > 0 ? { kubeApiserverCertSANs: certificateNames } : {}),
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
            { key: "service-cluster-ip-range", value: spec.serviceCidr },
            ...Object.entries(ofNodes).map(([key, value]) => ({ key, value })),
          ],
        },
        // Where nodes are real there are others beside them, and it says of every node that it is Ready.
        { name: "kwok-controller", extraArgs: simulatedOnly },
        // One of each: an election decides nothing, and on a busy machine a lease is lost and its holder ends.
        ...["kube-controller-manager", "kube-scheduler"].map((name) => ({
          name,
          extraArgs: [{ key: "leader-elect", value: "false" }],
        })),
      ],
    };
  }

  /** What an API server is told whose nodes are simulated. */
  private noNodes(spec: ControlPlaneSpec): ForNodes {
    return { arguments: { "egress-selector-config-file": this.egress() }, certificateNames: hostsOf(spec) };
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
}

/** What an API server is told because of its nodes. */
interface ForNodes {
  readonly arguments: Readonly<Record<string, string>>;
  /** Names and addresses by which it is called, besides those of loopback. */
  readonly certificateNames: readonly string[];
}

/** kwok manages the nodes that say that they are its own, and no other. */
const simulatedOnly = [
  { key: "manage-all-nodes", value: "false" },
  { key: "manage-nodes-with-annotation-selector", value: "kwok.x-k8s.io/node=fake" },
];

/**
 * What an API server is told whose nodes are real. The Endpoints of the Service `kubernetes` are made by whoever knows the
 * interfaces: EKS's are on port 443, and this one listens on another.
 *
 * @param folder where kwokctl keeps the control plane
 */
function realNodes(spec: ControlPlaneSpec, folder: string): ForNodes {
  const { privateAddresses = [], serviceCidr } = spec;
  const pki = (file: string) => join(folder, "pki", file);
  return {
    arguments: {
      // kwokctl's own is the loopback interface, for all components; this one is called from outside of the namespace.
      "bind-address": "0.0.0.0",
      "endpoint-reconciler-type": "none",
      // Without a default route it finds none by itself.
      ...(privateAddresses[0] ? { "advertise-address": privateAddresses[0] } : {}),
      // Pods and not ClusterIPs are called, since no kube-proxy runs here.
      "enable-aggregator-routing": "true",
      "kubelet-client-certificate": pki("admin.crt"),
      "kubelet-client-key": pki("admin.key"),
      "kubelet-preferred-address-types": "InternalIP",
    },
    certificateNames: [...hostsOf(spec), firstOf(serviceCidr)],
  };
}

/** Kubernetes gives its own Service the first address. */
function firstOf(cidr: string): string {
  return new Netmask(cidr).first;
}

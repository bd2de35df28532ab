/** Clusters that are there already: API servers with real TLS that answer what the program asks, and a kubeconfig for them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawConfig } from "../../components/config/validate";
import { type ApiAnswer, type ApiRequest, ApiServer } from "./api-server";

/** What such a cluster says of itself; a test may let it say something else. */
export interface Said {
  uid: string;
  version: string;
  /** Undefined: an API server that does not tell them. */
  serviceCidrs: string[] | undefined;
  serviceAddress: string;
  nodes: { name: string; address: string; podCidr?: string; architecture?: string }[];
  mayEverything: boolean;
  /** By name, with the lab that made it. */
  namespaces: Record<string, string | undefined>;
  definitions: string[];
}

/** One of them, as a test sees it. */
interface There {
  readonly server: ApiServer;
  readonly said: Said;
}

/** Some clusters, and where their kubeconfig is. */
export class ExistingClusters {
  private readonly folder = mkdtempSync(join(tmpdir(), "existing-"));

  private constructor(private readonly there: readonly There[]) {}

  /** @param count at most 9 */
  static async start(count = 2): Promise<ExistingClusters> {
    const there = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const said = asKind(index + 1);
        return { server: await ApiServer.start((request) => answer(request, said)), said };
      }),
    );
    const made = new ExistingClusters(there);
    made.write();
    return made;
  }

  /** Path of the kubeconfig, with contexts `kind-N` and `again-N` for each. */
  get kubeconfig(): string {
    return join(this.folder, "config");
  }

  /** Path of another one that says the same. */
  get copy(): string {
    return join(this.folder, "copy");
  }

  /** What the Nth says, from 1. */
  said(number: number): Said {
    const found = this.there[number - 1];
    if (!found) throw new Error(`there is no cluster ${number}`);
    return found.said;
  }

  /** URL of the Nth, from 1. */
  endpoint(number: number): string {
    return this.there[number - 1]?.server.endpoint ?? "";
  }

  /** Settings of a lab of them, called `there1`, `there2` and so on, with `change` laid over each. */
  settings(change: object | ((number: number) => object) = {}): RawConfig {
    const changed = (number: number) => (typeof change === "function" ? change(number) : change);
    const clusters = this.there.map((_, index) => this.entry(index + 1, changed(index + 1)));
    return { clusters: JSON.stringify(clusters), adminCidrs: '["172.18.0.0/16"]' };
  }

  /** The Nth as an entry of `clusters`. */
  entry(number: number, change: object = {}) {
    return {
      name: `there${number}`,
      context: `kind-${number}`,
      kubeconfig: this.kubeconfig,
      podCidr: `10.24${number}.0.0/16`,
      serviceCidr: `10.9${number}.0.0/16`,
      egressCidr: "172.18.0.0/16",
      endpoint: `https://172.18.0.${number}:6443`,
      gateways: "node-ports",
      addresses: [`172.18.0.${number}`],
      ...change,
    };
  }

  /** @param cluster what the kubeconfig says of each cluster besides */
  write(cluster: object = {}): void {
    const parts = this.there.map(({ server }, index) => {
      const { clusters, users } = JSON.parse(server.kubeconfig("token", cluster));
      const name = `kind-${index + 1}`;
      return {
        clusters: [{ ...clusters[0], name }],
        users: [{ ...users[0], name }],
        contexts: [name, `again-${index + 1}`].map((each) => ({ name: each, context: { cluster: name, user: name } })),
      };
    });
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: parts.flatMap((part) => part.clusters),
      users: parts.flatMap((part) => part.users),
      contexts: parts.flatMap((part) => part.contexts),
    };
    for (const file of [this.kubeconfig, this.copy]) writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  }

  close(): void {
    for (const { server } of this.there) server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As kind makes the Nth on a network of Docker's. */
function asKind(number: number): Said {
  return {
    uid: `uid-${number}`,
    version: "v1.35.2",
    serviceCidrs: [`10.9${number}.0.0/16`],
    serviceAddress: `10.9${number}.0.1`,
    nodes: [{ name: `kind-${number}-control-plane`, address: `172.18.0.${number}`, podCidr: `10.24${number}.0.0/24` }],
    mayEverything: true,
    namespaces: { default: undefined, "kube-system": undefined },
    definitions: [],
  };
}

function answer({ method, path }: ApiRequest, said: Said): ApiAnswer {
  const list = (items: readonly object[]): ApiAnswer => [200, { items }];
  switch (path) {
    case "/version":
      return [200, { gitVersion: said.version }];
    case "/api/v1/namespaces/kube-system":
      return [200, { metadata: { name: "kube-system", uid: said.uid } }];
    case "/api/v1/namespaces/default/services/kubernetes":
      return [200, { metadata: { name: "kubernetes" }, spec: { clusterIP: said.serviceAddress } }];
    case "/apis/networking.k8s.io/v1/servicecidrs":
      return said.serviceCidrs ? list([{ spec: { cidrs: said.serviceCidrs } }]) : [404, { kind: "Status" }];
    case "/api/v1/nodes":
      return list(
        said.nodes.map(({ name, address, podCidr, architecture = "amd64" }) => ({
          metadata: { name },
          spec: podCidr ? { podCIDRs: [podCidr] } : {},
          status: { addresses: [{ type: "InternalIP", address }], nodeInfo: { architecture } },
        })),
      );
    case "/api/v1/namespaces":
      return list(
        Object.entries(said.namespaces).map(([name, lab]) => ({
          metadata: { name, annotations: lab === undefined ? {} : { "multicluster-lab/lab": lab } },
        })),
      );
    case "/apis/apiextensions.k8s.io/v1/customresourcedefinitions":
      return list(said.definitions.map((name) => ({ metadata: { name } })));
    case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
      return [method === "POST" ? 201 : 405, { status: { allowed: said.mayEverything } }];
    default:
      return [404, { kind: "Status", message: `nobody should ask ${method} ${path}` }];
  }
}

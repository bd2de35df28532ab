import { isDeepStrictEqual } from "node:util";
import { Controller } from "../aws/cluster/controller";
import { type Connect, field, isKubeError, type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import {
  federatedService,
  type LinkSpec,
  type LinkStatus,
  mirrorService,
  optionsOf,
  type ServiceStatus,
  statusOf,
  timed,
} from "./linkerd-services";
import { Peers } from "./peers";
import { isAlive, put } from "./workloads";

const namespace = "linkerd-multicluster";
const linkApi = "multicluster.linkerd.io/v1alpha3";

/** What a controller read when its Link last changed. */
interface Reading {
  readonly spec: string;
  readonly kubeconfig: string;
}

/** A Service of a peer, and how it shall appear here. */
interface Wanted {
  readonly remote: KubeObject;
  readonly local: KubeObject;
}

/**
 * Linkerd's mirroring controllers, each while its pod lives: of the peer that its Link names it mirrors the Services that the
 * Link selects, and says in the Link's status of each whether it did (linkerd2 version-2.20, multicluster/service-mirror and
 * multicluster/cmd/service-mirror). It reads its credentials when the Link's spec changes and not when the Secret does, and
 * only if its account may. Where there is no packet a gateway needs no Endpoints.
 */
export class LinkerdMirrors extends Controller {
  private readonly peers: Peers;
  private readonly readings = new Map<string, Reading>();

  constructor(
    private readonly kube: Kube,
    connect: Connect,
  ) {
    super({
      kube,
      kinds: [
        ["apps/v1", "Deployment"],
        [linkApi, "Link"],
        ["v1", "Service"],
      ],
      resyncMs: 800,
    });
    this.peers = new Peers(connect);
  }

  protected override async reconcile(): Promise<void> {
    const members: KubeObject[] = [];
    for (const link of await this.kube.list(linkApi, "Link", { namespace })) {
      const { name } = link.metadata;
      if (link.metadata.deletionTimestamp || !(await isAlive(this.kube, namespace, `controller-${name}`))) continue;
      members.push(...(await this.mirror(link)));
    }
    await this.federate(members);
  }

  /** @returns members of federated Services that the peer has */
  private async mirror(link: KubeObject): Promise<KubeObject[]> {
    const { name } = link.metadata;
    const spec = field<LinkSpec>(link, "spec");
    const kubeconfig = await this.credentials(name, spec);
    if (kubeconfig === undefined) return [];
    try {
      const peer = this.peers.at(kubeconfig);
      const select = (selector: LinkSpec["selector"] | undefined) =>
        selector ? peer.list("v1", "Service", optionsOf(selector)) : Promise.resolve([]);
      const [byGateway, podToPod, federated] = await Promise.all(
        [spec.selector, spec.remoteDiscoverySelector, spec.federatedServiceSelector].map(select),
      );
      const mirrored = [...(byGateway ?? []), ...(podToPod ?? [])].map((remote) => ({
        remote,
        local: mirrorService(remote, name),
      }));
      const joined = (federated ?? []).map((remote) => ({ remote, local: federatedService(remote, []) }));
      const mirrorServices = await this.carryOut(mirrored);
      await this.remove(`mirror.linkerd.io/mirrored-service=true,mirror.linkerd.io/cluster-name=${name}`, mirrored);
      const federatedServices = await Promise.all(joined.map((each) => this.judge(each)));
      await this.say(link, { mirrorServices, federatedServices });
      return (federated ?? []).map((remote) => federatedService(remote, [`${remote.metadata.name}@${name}`]));
    } catch (error) {
      // The real one tries again later.
      if (isKubeError(error)) return [];
      throw error;
    }
  }

  private async credentials(link: string, spec: Partial<LinkSpec>): Promise<string | undefined> {
    const text = JSON.stringify(spec);
    const before = this.readings.get(link);
    if (before?.spec === text) return before.kubeconfig;
    const name = spec.clusterCredentialsSecret ?? "";
    if (!(await this.mayRead(link, name))) return undefined;
    const secret = await this.kube.get({ apiVersion: "v1", kind: "Secret", namespace, name });
    const { kubeconfig } = secret ? field<{ kubeconfig: string }>(secret, "data") : {};
    if (!kubeconfig) return undefined;
    const reading = { spec: text, kubeconfig: Buffer.from(kubeconfig, "base64").toString() };
    this.readings.set(link, reading);
    return reading.kubeconfig;
  }

  private async mayRead(link: string, secret: string): Promise<boolean> {
    const review = await this.kube.create({
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      metadata: { name: "" },
      spec: {
        user: `system:serviceaccount:${namespace}:controller-${link}`,
        resourceAttributes: { namespace, verb: "get", resource: "secrets", name: secret },
      },
    });
    return field<{ allowed: boolean }>(review, "status").allowed === true;
  }

  private carryOut(wanted: readonly Wanted[]): Promise<ServiceStatus[]> {
    return Promise.all(
      wanted.map(async (each) => {
        const status = await this.judge(each);
        if (status.conditions[0].status === "True") await put(this.kube, each.local);
        return status;
      }),
    );
  }

  /** Nothing is mirrored into a namespace that is not there. */
  private async judge({ remote, local }: Wanted): Promise<ServiceStatus> {
    const { namespace: within = "" } = remote.metadata;
    const found = await this.kube.get({ apiVersion: "v1", kind: "Namespace", name: within });
    return statusOf(remote, found && !found.metadata.deletionTimestamp ? local : undefined);
  }

  private async remove(labelSelector: string, wanted: readonly Wanted[]): Promise<void> {
    for (const there of await this.kube.list("v1", "Service", { labelSelector })) {
      const { name, namespace: within } = there.metadata;
      const stays = ({ local: { metadata } }: Wanted) => metadata.name === name && metadata.namespace === within;
      if (!wanted.some(stays)) await this.kube.delete(refOf(there));
    }
  }

  /** One Service of all its members; the cluster's own are the work of a controller for them alone. */
  private async federate(members: readonly KubeObject[]): Promise<void> {
    const own = (await isAlive(this.kube, namespace, "linkerd-local-service-mirror"))
      ? await this.kube.list("v1", "Service", { labelSelector: "mirror.linkerd.io/federated=member" })
      : [];
    const all = [...members, ...own.map((service) => federatedService(service, [], service.metadata.name))];
    const unions = new Map<string, KubeObject>();
    for (const member of all) {
      const key = `${member.metadata.namespace}/${member.metadata.name}`;
      unions.set(key, joined(unions.get(key), member));
    }
    const wanted = [...unions.values()].map((local) => ({ remote: local, local }));
    await this.carryOut(wanted);
    await this.remove("mirror.linkerd.io/federated-service=true", wanted);
  }

  private async say(link: KubeObject, found: LinkStatus): Promise<void> {
    const before = (link.status ?? {}) as LinkStatus;
    const status = timed(found, before, new Date().toISOString());
    if (isDeepStrictEqual(status, before)) return;
    await this.kube.mergePatch(refOf(link), { status }, { subresource: "status" });
  }
}

/** Both lists of members in one Service. */
function joined(before: KubeObject | undefined, member: KubeObject): KubeObject {
  const remoteKey = "multicluster.linkerd.io/remote-discovery";
  const lists = [before, member].flatMap((each) => each?.metadata.annotations?.[remoteKey] ?? []);
  const annotations = { ...before?.metadata.annotations, ...member.metadata.annotations };
  if (lists.length > 0) annotations[remoteKey] = lists.join(",");
  return { ...member, metadata: { ...member.metadata, annotations } };
}

import { deepEqual, equal } from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import { LinkerdMirrors } from "../../rehearsal/operators/linkerd-mirrors";
import { RunningKube, secretObject } from "../support/kube";
import { deployment, node, once } from "../support/operators";

const namespace = "linkerd-multicluster";

/** The cluster that mirrors. Its API server knows which Secrets the controller's account may read. */
class Mirroring extends RunningKube {
  readable = ["credentials"];

  override async create(object: KubeObject): Promise<KubeObject> {
    if (object.kind !== "SubjectAccessReview") return super.create(object);
    const { resourceAttributes } = object.spec as { resourceAttributes: { name: string } };
    return { ...object, status: { allowed: this.readable.includes(resourceAttributes.name) } };
  }
}

const service = (name: string, label: string, value: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "boutique", labels: { [label]: value }, annotations: { note: name } },
  spec: { ports: [{ name: "tcp", port: 6379, nodePort: 31000 }] },
});

describe("Linkerd's mirroring controllers in the rehearsal", () => {
  let here: Mirroring;
  let peer: RunningKube;
  let controller: LinkerdMirrors;
  beforeEach(async () => {
    here = new Mirroring();
    peer = new RunningKube();
    for (const each of [
      node,
      deployment(namespace, "controller-peer"),
      deployment(namespace, "linkerd-local-service-mirror"),
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "boutique" } },
      secretObject(namespace, "credentials", { kubeconfig: "good" }),
      {
        apiVersion: "multicluster.linkerd.io/v1alpha3",
        kind: "Link",
        metadata: { name: "peer", namespace },
        spec: {
          clusterCredentialsSecret: "credentials",
          selector: { matchLabels: { "mirror.linkerd.io/exported": "true" } },
          federatedServiceSelector: { matchLabels: { "mirror.linkerd.io/federated": "member" } },
        },
      },
    ])
      here.add(each);
    peer.add(service("redis-cart", "mirror.linkerd.io/exported", "true"));
    peer.add(service("catalog", "mirror.linkerd.io/federated", "member"));
    peer.add(service("private", "app", "private"));
    here.add(service("catalog", "mirror.linkerd.io/federated", "member"));
    controller = new LinkerdMirrors(here, (kubeconfig) => (kubeconfig === "good" ? peer : new RunningKube()));
  });

  const mirrored = () =>
    here
      .all("Service")
      .map(({ metadata }) => metadata.name)
      .sort();
  const statusOf = (list: "mirrorServices" | "federatedServices"): string[] =>
    (here.the("Link", "peer").status?.[list] ?? []).map(
      ({ remoteRef, conditions: [condition] }: { remoteRef: { name: string }; conditions: { status: string }[] }) =>
        `${remoteRef.name} ${condition?.status}`,
    );

  it("mirror what the Link selects, and say so in its status", async () => {
    await once(controller);
    deepEqual(mirrored(), ["catalog", "catalog-federated", "redis-cart-peer"]);
    deepEqual([statusOf("mirrorServices"), statusOf("federatedServices")], [["redis-cart True"], ["catalog True"]]);
    const { metadata, spec } = here.the("Service", "redis-cart-peer");
    equal(metadata.annotations.note, "redis-cart", "a mirror has its Service's annotations");
    deepEqual(spec.ports, [{ name: "tcp", port: 6379 }]);
    const { annotations } = here.the("Service", "catalog-federated").metadata;
    equal(annotations["multicluster.linkerd.io/remote-discovery"], "catalog@peer");
    equal(annotations["multicluster.linkerd.io/local-discovery"], "catalog");
  });

  it("take a mirror away when its Service is exported no more, and leave it when the Link is gone", async () => {
    await once(controller);
    peer.the("Service", "catalog").metadata.labels = {};
    peer.the("Service", "redis-cart").metadata.labels = {};
    here.the("Service", "catalog").metadata.labels = {};
    here.remove("Link", "peer");
    await once(controller);
    deepEqual(mirrored(), ["catalog", "redis-cart-peer"]);
  });

  it("say that a namespace is missing", async () => {
    here.remove("Namespace", "boutique");
    await once(controller);
    deepEqual(statusOf("mirrorServices"), ["redis-cart False"]);
    deepEqual(mirrored(), ["catalog"]);
  });

  it("read no Secret that their account may not", async () => {
    here.readable = [];
    await once(controller);
    equal(here.the("Link", "peer").status, undefined);
  });

  it("do not see that a Secret has changed, but that the Link names another one", async () => {
    await once(controller);
    here.the("Secret", "credentials").data = secretObject(namespace, "x", { kubeconfig: "bad" }).data;
    await once(controller);
    deepEqual(statusOf("mirrorServices"), ["redis-cart True"]);
    here.add(secretObject(namespace, "next", { kubeconfig: "bad" }));
    here.readable = ["next"];
    here.the("Link", "peer").spec.clusterCredentialsSecret = "next";
    await once(controller);
    deepEqual(statusOf("mirrorServices"), []);
  });
});

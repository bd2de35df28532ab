import { deepEqual, equal } from "node:assert/strict";
import type { KubeObject } from "../../checks/kube/client";
import { shareNothing, shareServices } from "../../rehearsal/operators/submariner-lighthouse";
import type { SubmarinerSpec } from "../../rehearsal/operators/submariner-parts";
import { FakeKube } from "../support/kube";

const within = "submariner-k8s-broker";
const specOf = (clusterID: string) => ({ clusterID, brokerK8sRemoteNamespace: within }) as SubmarinerSpec;

const named = (apiVersion: string, kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "boutique" },
  ...more,
});

/** A cluster with a Service on that port, exported. */
const cluster = (port: number) =>
  new FakeKube([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "boutique" } },
    named("v1", "Service", "catalog", { spec: { ports: [{ name: "grpc", port, protocol: "TCP" }] } }),
    named("multicluster.x-k8s.io/v1alpha1", "ServiceExport", "catalog"),
  ]);

describe("Lighthouse in the rehearsal", () => {
  let broker: FakeKube;
  beforeEach(() => {
    broker = new FakeKube();
  });

  /** Type and status of what is said of the export. */
  const said = (kube: FakeKube): string[] =>
    (kube.the("ServiceExport", "catalog").status?.conditions ?? []).map(
      ({ type, status }: { type: string; status: string }) => `${type} ${status}`,
    );
  const owners = (kube: FakeKube, name = "catalog"): string[] =>
    kube.the("ServiceImport", name).status.clusters.map(({ cluster: owner }: { cluster: string }) => owner);

  it("imports on every cluster what all of them export, and says that it is valid", async () => {
    const [one, two] = [cluster(3550), cluster(3550)];
    for (const [name, kube] of [
      ["one", one],
      ["two", two],
      ["one", one],
    ] as const)
      await shareServices(kube, specOf(name), broker);
    for (const kube of [one, two]) {
      deepEqual(said(kube), ["Valid True", "Ready True"]);
      deepEqual(owners(kube), ["one", "two"]);
    }
  });

  it("says of an export without a Service that it is not valid, and of ports that differ that they are in conflict", async () => {
    const [one, two, none] = [cluster(3550), cluster(3551), cluster(3550)];
    none.remove("Service", "catalog");
    await shareServices(one, specOf("one"), broker);
    await shareServices(two, specOf("two"), broker);
    await shareServices(none, specOf("none"), broker);
    deepEqual(said(two), ["Valid True", "Ready True", "Conflict True"]);
    deepEqual(said(none), ["Valid False"]);
  });

  it("takes out what is exported no more, and the whole cluster when it leaves", async () => {
    const [one, two] = [cluster(3550), cluster(3550)];
    await shareServices(one, specOf("one"), broker);
    await shareServices(two, specOf("two"), broker);
    one.remove("ServiceExport", "catalog");
    await shareServices(one, specOf("one"), broker);
    deepEqual(owners(one), ["two"]);
    await shareNothing(specOf("two"), broker);
    await shareServices(one, specOf("one"), broker);
    equal(one.all("ServiceImport").length + broker.all("ServiceImport").length, 0);
  });

  it("says nothing while it does not reach the broker", async () => {
    const one = cluster(3550);
    await shareServices(one, specOf("one"), undefined);
    deepEqual([said(one), one.all("ServiceImport")], [[], []]);
  });
});

import { equal, match } from "node:assert/strict";
import type { Check, LiveCluster, LiveLab, Verdict } from "../../checks/common/check";
import { KubeClient, type KubeObject } from "../../checks/kube/client";
import { orderedPairs } from "../../components/base/pairs";
import { base64, FakeKube } from "./kube";

/** The clusters of every lab in memory. */
export const clusterNames = ["cluster1", "cluster2"] as const;
export type ClusterName = (typeof clusterNames)[number];
export type OfEach<T> = Readonly<Record<ClusterName, T>>;

export const peerOf = (name: ClusterName): ClusterName => (name === "cluster1" ? "cluster2" : "cluster1");

/** A lab whose clusters are in memory. */
export interface FakeLab {
  readonly lab: LiveLab;
  /** The clusters' objects by name of the cluster. */
  readonly kube: OfEach<FakeKube>;
}

/**
 * Two clusters with these objects, each in the other's reach.
 *
 * @param own what the outputs say of a cluster other than of most
 */
export function fakeLab(
  lab: Omit<LiveLab, "clusters" | "certificates" | "trusted"> & Partial<Pick<LiveLab, "trusted">>,
  objects: OfEach<readonly KubeObject[]>,
  own: (name: ClusterName) => Partial<LiveCluster> = () => ({}),
): FakeLab {
  const kube = { cluster1: new FakeKube(objects.cluster1), cluster2: new FakeKube(objects.cluster2) };
  const clusters = clusterNames.map(
    (name): LiveCluster => ({
      name,
      kube: kube[name],
      connect: (kubeconfig) => new KubeClient(kubeconfig),
      endpoint: `https://${name}.example`,
      reaches: [peerOf(name)],
      egressCidr: "10.0.0.0/8",
      mtu: { path: 8500, node: 9001, pod: 8500 },
      ...own(name),
    }),
  );
  return { kube, lab: { certificates: [], trusted: lab.trustAnchor, ...lab, clusters } };
}

/** What is wrong with the lab, and what the check must say of it: one change at a time. */
export type Breakage = readonly [what: string, change: (fake: FakeLab) => void | Promise<void>, said: RegExp];

/** A mistake in what the outputs say of the first cluster. */
export function outputs(fake: FakeLab, changes: Partial<LiveCluster>): void {
  const [first] = fake.lab.clusters;
  if (first) Object.assign(first, changes);
}

/** An object gone from the first cluster. */
export const gone = (kind: string, name: string) => (fake: FakeLab) => fake.kube.cluster1.remove(kind, name);

/** Another text in a Secret of the first cluster. */
export const secretHolds = (name: string, key: string, text: string) => (fake: FakeLab) => {
  fake.kube.cluster1.the("Secret", name).data[key] = base64(text);
};

/** Describes a check by its answers: it passes on a sound lab, and each mistake makes it fail in so many words. */
export function describeCheck(check: Check, sound: () => Promise<FakeLab>, mistakes: readonly Breakage[]): void {
  describe(`check ${check.id}`, () => {
    it("passes where everything is in order", async () => {
      const { lab } = await sound();
      const found = await answers(check, lab);
      for (const { status, detail } of found) equal(status === "fail", false, detail);
      equal(
        found.some(({ status }) => status === "pass"),
        true,
        "it is never asked",
      );
    });

    for (const [what, change, said] of mistakes) {
      it(`fails with ${what}, and says so`, async () => {
        const fake = await sound();
        await change(fake);
        const failed = (await answers(check, fake.lab)).filter(({ status }) => status === "fail");
        match(failed.map(({ detail }) => detail).join("\n"), said);
      });
    }
  });
}

/** Of every cluster, or of every ordered pair. What it throws is a failure, as in checks/run/run.ts. */
function answers(check: Check, lab: LiveLab): Promise<Verdict[]> {
  const asked =
    "ofCluster" in check
      ? lab.clusters.map((cluster) => check.ofCluster(cluster, lab))
      : orderedPairs(lab.clusters).map(([here, peer]) => check.ofPair(here, peer, lab));
  return Promise.all(
    asked.map((answer) => answer.catch(({ message }: Error): Verdict => ({ status: "fail", detail: message }))),
  );
}

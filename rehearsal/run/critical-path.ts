/**
 * The lower bound of an update's duration: the longest chain of resources that depend on each other, each taking as long
 * as it took, with no limit on how many are worked on at once.
 */
import type { PhaseName } from "../base/phase";
import type { StateResource } from "../engine/state";

/** The longest chain. */
export interface CriticalPath {
  readonly seconds: number;
  /** First to last. */
  readonly urns: readonly string[];
}

/**
 * @param resources the stack's resources in the engine's order, dependencies before dependents
 * @param durations seconds by URN
 * @param phase `up` builds dependencies first, `destroy` removes dependents first
 */
export function criticalPath(
  resources: readonly StateResource[],
  durations: ReadonlyMap<string, number>,
  phase: PhaseName,
): CriticalPath {
  const needs = requirements(resources);
  const edges = phase === "up" ? needs : reversed(needs);
  const finished = new Map<string, { seconds: number; before: string | undefined }>();
  const order = phase === "up" ? resources : [...resources].reverse();
  for (const { urn } of order) {
    let seconds = 0;
    let before: string | undefined;
    for (const other of edges.get(urn) ?? []) {
      const end = finished.get(other)?.seconds ?? 0;
      if (end > seconds) [seconds, before] = [end, other];
    }
    finished.set(urn, { seconds: seconds + (durations.get(urn) ?? 0), before });
  }
  let last: string | undefined;
  for (const [urn, { seconds }] of finished) if (seconds > (finished.get(last ?? "")?.seconds ?? 0)) last = urn;
  const urns: string[] = [];
  for (let at = last; at; at = finished.get(at)?.before) urns.unshift(at);
  return { seconds: finished.get(last ?? "")?.seconds ?? 0, urns: urns.filter((urn) => durations.has(urn)) };
}

/**
 * What each resource waits for. To wait for a component is to wait for all that was made in it before, and what is made in
 * a component waits for what the component itself does: a remote one is only constructed then, and only gone when its
 * children are.
 */
function requirements(resources: readonly StateResource[]): Map<string, Set<string>> {
  const byUrn = new Map(resources.map((resource, index) => [resource.urn, { resource, index }]));
  const children = new Map<string, string[]>();
  for (const { urn, parent } of resources) {
    if (parent) children.set(parent, [...(children.get(parent) ?? []), urn]);
  }
  const expand = (urn: string, before: number): string[] => {
    const found = byUrn.get(urn);
    if (!found || found.index >= before) return [];
    if (found.resource.custom) return [urn];
    return (children.get(urn) ?? []).flatMap((child) => expand(child, before));
  };
  const inherited = (parent: string | undefined): readonly string[] => {
    const component = parent === undefined ? undefined : byUrn.get(parent)?.resource;
    return component ? [...(component.dependencies ?? []), ...inherited(component.parent)] : [];
  };
  return new Map(
    resources.map(({ urn, dependencies = [], provider, parent }, index) => {
      // A provider reference is the provider's URN and its id.
      const providerUrn = provider?.split("::").slice(0, -1).join("::");
      const all = [...dependencies, ...inherited(parent), ...(providerUrn ? [providerUrn] : [])];
      return [urn, new Set(all.flatMap((dependency) => expand(dependency, index)))];
    }),
  );
}

function reversed(needs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>();
  for (const [urn, others] of needs) {
    for (const other of others) result.set(other, (result.get(other) ?? new Set()).add(urn));
  }
  return result;
}

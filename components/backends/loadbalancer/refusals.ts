/** What of the exports that a configuration asks for cannot be had. */
import type { ConfigMistake } from "../../base/config-mistakes";
import { pairsOf } from "../../base/pairs";
import type { PartialBackendConfig } from "../../plan/backend-profile";
import type { Workload } from "../../plan/workload";
import { type BalancedService, balancedServices, labName, nodePortOf, ownersOf } from "./exports";
import { entryName, entryNamespace } from "./names";
import type { LoadBalancerSettings } from "./settings";

/** Kubernetes' limit for the name of a Service (RFC 1035 label). */
const longestName = 63;

/** A Service that clusters export, under the key that a person knows it by. */
interface Candidate extends BalancedService {
  readonly key: string;
  readonly owners: readonly string[];
}

/** All mistakes in `loadbalancer.shared`, also where it clashes with what the demo exports. */
export function exportRefusals(config: PartialBackendConfig<LoadBalancerSettings>): ConfigMistake[] {
  const { own, workload, clusters } = config;
  if (!own || !clusters || clusters.length === 0) return [];
  const all = balancedServices({ own, workload, clusters });
  if (all.length === 0) {
    return [
      {
        key: "loadbalancer.shared",
        problem: "is empty and the demo is off: nothing would be exported",
        fix: "List what the peers may reach, or set demo.enabled to true.",
      },
    ];
  }
  const ofDemo = all.length - own.shared.length;
  const candidates = all.map((service, index) => ({
    ...service,
    key: index < ofDemo ? `demo (${service.name})` : `loadbalancer.shared[${index - ofDemo}]`,
    owners: ownersOf(service, clusters),
  }));
  return [
    ...unknownOwners(
      candidates,
      clusters.map(({ name }) => name),
    ),
    ...inEntryNamespace(candidates),
    ...longNames(candidates),
    ...sameNames(candidates, workload),
    ...sameNodePorts(candidates),
  ];
}

function unknownOwners(candidates: readonly Candidate[], known: readonly string[]): ConfigMistake[] {
  return candidates.flatMap(({ key, owners }) =>
    owners
      .filter((owner) => !known.includes(owner))
      .map((owner) => ({
        key: `${key}.owners`,
        given: JSON.stringify(owner),
        problem: "there is no such cluster",
        fix: `Clusters here: ${known.join(", ")}.`,
      })),
  );
}

function inEntryNamespace(candidates: readonly Candidate[]): ConfigMistake[] {
  return candidates
    .filter(({ namespace }) => namespace === entryNamespace)
    .map(({ key, namespace }) => ({
      key: `${key}.namespace`,
      given: namespace,
      problem: "it is the ingress controller's own, which the lab makes",
      fix: "Export Services of other namespaces.",
    }));
}

interface Named {
  readonly key: string;
  /** Of a Service in Kubernetes. */
  readonly name: string;
  /** Whose name it is, for a person. */
  readonly whose: string;
}

/** The names under which Services are exported. */
function exportedNames(candidates: readonly Candidate[]): Named[] {
  return candidates.flatMap(({ key, name, owners }) =>
    owners.map((owner) => ({ key: `${key}.name`, name: labName(name, owner), whose: `${name} of ${owner}` })),
  );
}

function longNames(candidates: readonly Candidate[]): ConfigMistake[] {
  return exportedNames(candidates)
    .filter(({ name }) => name.length > longestName)
    .map(({ key, name }) => ({
      key,
      given: name,
      problem: `longer than the ${longestName} characters of a Service's name, with its owner's`,
      fix: "Shorten it or the cluster's name.",
    }));
}

/** A Service of the owner must not have the name under which another one is exported either, nor a load balancer. */
function sameNames(candidates: readonly Candidate[], workload: Workload | undefined): ConfigMistake[] {
  const exported = candidates.map(({ name }) => name);
  const ofDemo = workload?.services.filter((name) => !exported.includes(name)) ?? [];
  const taken = [
    { key: "", name: entryName, whose: "the HTTPS entry" },
    ...ofDemo.map((name) => ({ key: "", name, whose: `the demo's ${name}` })),
    ...candidates.map(({ key, name }) => ({ key: `${key}.name`, name, whose: `the Service ${name} itself (${key})` })),
    ...exportedNames(candidates),
  ];
  const clashes = pairsOf(taken).filter(([a, b]) => a.name === b.name);
  return (
    clashes
      // A Service that two clusters own clashes for each of them, and is one mistake.
      .filter(([, { key }], index) => clashes.findIndex(([, other]) => other.key === key) === index)
      .map(([first, second]) => ({
        key: second.key,
        given: second.name,
        problem: `${second.whose} would be called like ${first.whose}`,
        fix: "Export a Service once, and give Services and clusters names that do not meet, whatever the namespace.",
      }))
  );
}

function sameNodePorts(candidates: readonly Candidate[]): ConfigMistake[] {
  return pairsOf(candidates.filter(({ way }) => way === "tcp"))
    .filter(([a, b]) => a.name !== b.name && nodePortOf(a) === nodePortOf(b))
    .map(([first, second]) => ({
      key: `${second.key}.nodePort`,
      given: String(nodePortOf(second)),
      problem: `the node port of ${first.key} is the same`,
      fix: "Set one of them to a free port from 30000 to 30085.",
    }));
}

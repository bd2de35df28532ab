/** Who may call what, asked of a backend: it answers with objects that refuse everybody else. */
import type { ExportObject, Metadata } from "./objects";

/** The pods of a service on one cluster, and all who call them. */
export interface Admission {
  /** Of the service: value of its pods' label `app`, and name of their account. */
  readonly name: string;
  /** The same in every cluster. */
  readonly namespace: string;
  /** Name of the cluster that these pods are on. */
  readonly cluster: string;
  /** Where the pods listen. */
  readonly port: number;
  /** What they speak; `tcp` for what no proxy reads. */
  readonly protocol: "grpc" | "http" | "tcp";
  /** Services that call them, and the clusters from which they do. */
  readonly callers: readonly Caller[];
  /** Whether people come in here too, who are no part of any mesh. */
  readonly people: boolean;
}

/** A service that calls another. */
export interface Caller {
  /** Its account, after which its pods are labelled. */
  readonly account: string;
  /** Names of the clusters that it runs on. */
  readonly clusters: readonly string[];
}

/** What refuses everybody who is not admitted. */
export interface Protection {
  /** What the namespace bears for it, on every cluster. */
  readonly namespace: Metadata;
  /** Objects, and the clusters they belong to. The namespace has no others of their kinds. */
  readonly objects: readonly ExportObject[];
}

/** The levels of Kubernetes' Pod Security Standards that the lab uses. */
export type PodSecurity = "restricted" | "privileged";

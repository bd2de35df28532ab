import type { KubeClient } from "../kube/client";

/** Something that somebody wants to do with an API server. */
export interface Access {
  /** E.g. `list`. */
  readonly verb: string;
  /** Plural name of the kind. */
  readonly resource: string;
  /** API group of the kind; that of core kinds is empty. */
  readonly group: string;
  /** Default: all of them. */
  readonly namespace?: string;
}

/** Whether the API server would let the client's own user do that. */
export async function mayDo(kube: Pick<KubeClient, "create">, access: Access): Promise<boolean> {
  const review = await kube.create({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: access },
  });
  return (review.status as { readonly allowed: boolean }).allowed;
}

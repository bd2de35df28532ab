import { randomBytes } from "node:crypto";
import type { KubeObject } from "../../../checks/kube/client";
import type { Props } from "../../base/operations";
import type { Operation, ResourceHandler } from "../provider";
import { type KubernetesConfig, reaching, reachingOrGone } from "./config";
import { difference, observed } from "./difference";
import { fieldManager, flagged, idOf, outputsOf, refOf } from "./identity";

type Op = Operation<KubernetesConfig>;

/**
 * `*Patch` resources: fields of objects that others own, by server-side apply. Deleted, they let go of their fields and
 * leave the object. The object must be there; the provider itself would make one, which no program of ours wants.
 */
export function kubernetesPatch(): ResourceHandler<KubernetesConfig> {
  async function put(op: Op, inputs: Props, manager: string): Promise<KubeObject> {
    const object = inputs as KubeObject;
    const existing = await op.config.kube.get({ ...object.metadata, apiVersion: object.apiVersion, kind: object.kind });
    if (!existing) throw new Error(`${object.kind} "${idOf(object)}" is not there to be patched`);
    return op.config.kube.apply(object, { fieldManager: manager, force: flagged(inputs, "patchForce") });
  }

  return {
    check: async (_op, inputs) => ({
      inputs,
      failures: inputs.metadata?.name
        ? []
        : [{ property: "metadata.name", reason: "a patch names the object that it changes" }],
    }),
    diff: async (_op, _id, oldInputs, news) => difference(oldInputs, news),
    create: (op, inputs) =>
      reaching(async () => {
        const manager = fieldManager(`${op.urn} ${randomBytes(8).toString("hex")}`);
        const live = await put(op, inputs, manager);
        return { id: idOf(live), outputs: outputsOf(live, manager) };
      }),
    read: (op, id, state, inputs) =>
      reachingOrGone(op.config, async () => {
        const live = await op.config.kube.get(refOf(id, { ...state, ...inputs } as KubeObject));
        if (!live) return undefined;
        const manager = state.__fieldManager ?? fieldManager(op.urn);
        return { inputs: observed(inputs, state, live), outputs: outputsOf(live, manager) };
      }),
    update: (op, _id, state, news) =>
      reaching(async () => {
        const manager = state.__fieldManager ?? fieldManager(op.urn);
        return outputsOf(await put(op, news, manager), manager);
      }),
    delete: (op, id, state) =>
      reachingOrGone(op.config, async () => {
        const { apiVersion, kind } = state as KubeObject;
        const { name, namespace } = refOf(id, { apiVersion, kind });
        if (!(await op.config.kube.get({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) }))) return;
        await op.config.kube.apply(
          { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } },
          { fieldManager: state.__fieldManager ?? fieldManager(op.urn) },
        );
      }),
  };
}

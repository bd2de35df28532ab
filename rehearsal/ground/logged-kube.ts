import { parse } from "yaml";
import { KubeClient } from "../../checks/kube/client";
import { isKubeError, type Kube, type KubeRef, refOf } from "../aws/cluster/kube";
import type { LogFile } from "../base/log-file";

/**
 * The API of a cluster as AWS's controllers and operators have it: what they write there, and what they are refused, is
 * logged. They look again and again, so that an answer is logged only where it is another than the one before.
 */
export function loggedKube(kubeconfig: string, log: LogFile): Kube {
  const kube = new KubeClient(kubeconfig);
  const cluster: string = parse(kubeconfig)["current-context"] ?? "cluster";
  const answers = new Map<string, string>();
  const note = (call: string, answer: string) => {
    if (answers.get(call) !== answer) log.text(`${cluster} ${call}: ${answer}`);
    answers.set(call, answer);
  };
  const logged = async <T>(call: string, run: () => Promise<T>, done?: string): Promise<T> => {
    try {
      const result = await run();
      if (done) note(call, done);
      // A call that was refused before is worth a line when it is not any more.
      else if (answers.has(call)) note(call, "answered");
      return result;
    } catch (error) {
      note(call, isKubeError(error) ? `${error.status} ${error.message}` : String(error));
      throw error;
    }
  };
  return {
    get: (ref) => logged(`get ${text(ref)}`, () => kube.get(ref)),
    list: (apiVersion, kind, options) =>
      logged(`list ${apiVersion} ${kind}`, () => kube.list(apiVersion, kind, options)),
    watch: (apiVersion, kind, changed, signal) => kube.watch(apiVersion, kind, changed, signal),
    create: (object) => logged(`create ${text(refOf(object))}`, () => kube.create(object), "done"),
    apply: (object, options) => logged(`apply ${text(refOf(object))}`, () => kube.apply(object, options), "done"),
    mergePatch: (ref, patch, options) =>
      logged(`patch ${text(ref)}`, () => kube.mergePatch(ref, patch, options), "done"),
    evict: (pod) => logged(`evict ${text(pod)}`, () => kube.evict(pod), "done"),
    delete: (ref) => logged(`delete ${text(ref)}`, () => kube.delete(ref), "done"),
  };
}

function text({ apiVersion, kind, namespace, name }: KubeRef): string {
  return `${apiVersion} ${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

/** Questions to what a pod serves on its own loopback, by the API server's `portforward`. */
import { get } from "node:http";
import { Duplex, PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { type KubeConfig, PortForward } from "@kubernetes/client-node";
import { KubeError, noAnswer } from "./error";
import type { PodRef } from "./exec";

/** Seconds that an answer may take, with the way to it. */
const patience = 15;

/**
 * Asks a pod by HTTP. It comes to the pod from itself, past whatever its proxy or a policy lets nobody through to.
 *
 * @param port on which the pod listens
 * @param path with its query
 * @throws KubeError when there is no way to the pod, no answer in time, or one that is no success
 */
export async function getFromPod(
  config: KubeConfig,
  { namespace, name }: PodRef,
  port: number,
  path: string,
): Promise<string> {
  const what = `${namespace}/${name}:${port}${path}`;
  const [toPod, fromPod] = [new PassThrough(), new PassThrough()];
  const connection = Duplex.from({ readable: fromPod, writable: toPod });
  connection.on("error", () => {});
  const opened = await new PortForward(config)
    .portForward(namespace, name, [port], fromPod, null, toPod)
    .catch((error: unknown) => {
      throw noAnswer(what, (error as { readonly error?: unknown }).error ?? error);
    });
  try {
    return await answerOf(connection, what, path);
  } finally {
    connection.destroy();
    const socket = typeof opened === "function" ? opened() : opened;
    socket?.close();
  }
}

function answerOf(connection: Duplex, what: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new KubeError(0, "Timeout", `${what} did not answer within ${patience} s`)),
      patience * 1000,
    );
    const request = get({ path, host: "localhost", createConnection: () => connection }, (response) => {
      const { statusCode = 0 } = response;
      text(response)
        .then((body) =>
          statusCode === 200 ? resolve(body) : reject(new KubeError(statusCode, "", `${what}: HTTP ${statusCode}`)),
        )
        .catch((error: unknown) => reject(noAnswer(what, error)))
        .finally(() => clearTimeout(timer));
    });
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(noAnswer(what, error));
    });
  });
}

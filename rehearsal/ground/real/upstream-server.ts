/**
 * Registries of the world for a process that cannot reach them: AWS's services run in a network of their own. It asks by a
 * socket in the file system, which networks do not part.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** What is asked. */
export interface Registries {
  /** Whether an image can be pulled. */
  canBeHad(reference: string): Promise<boolean>;
  /** Brings it into the store of this machine. */
  pull(reference: string): Promise<void>;
}

type Question = keyof Registries;

/** Answers at `socket` until the server is closed. */
export function serveRegistries(registries: Registries, socket: string): Promise<Server> {
  const server = createServer((asked, response) => {
    answer(registries, asked, response).catch((error: unknown) => {
      response.statusCode = 502;
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // A rehearsal that ends does not wait for it.
    server.listen(socket, () => resolve(server.unref()));
  });
}

async function answer(registries: Registries, asked: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(asked.url ?? "/", "http://registries");
  const image = searchParams.get("image") ?? "";
  const question = pathname.slice(1) as Question;
  const said = question === "canBeHad" ? await registries.canBeHad(image) : await registries.pull(image);
  response.end(String(said ?? true));
}

/** Asks at `socket`. Where nobody answers any more, since the lab is kept and nobody attends to it, nothing can be had. */
export function registriesAt(socket: string): Registries {
  return {
    canBeHad: async (image) => (await ask(socket, "canBeHad", image).catch(() => "false")) === "true",
    pull: async (image) => {
      await ask(socket, "pull", image);
    },
  };
}

function ask(socketPath: string, question: Question, image: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = `/${question}?image=${encodeURIComponent(image)}`;
    request({ socketPath, path }, (response) => {
      text(response).then((said) => {
        if (response.statusCode === 200) resolve(said);
        else reject(new Error(said));
      }, reject);
    })
      .once("error", reject)
      .end();
  });
}

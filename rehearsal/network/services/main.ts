/**
 * The process of AWS's services in the backbone: resolver, health checks, image registry, webhooks, and the proxy by which
 * this machine reaches API servers. It ends with the process that started it, unless it is told to live on.
 */
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";
import { pathToFileURL } from "node:url";
import { backboneAddress, registryAddress } from "../plan/addresses";
import { connectProxy } from "./connect-proxy";
import { Resolver } from "./dns";
import { HealthChecks } from "./health";
import type { FromServices, ServicesOptions, ToServices, World } from "./messages";
import { dnsPort, registryPort, webhookPort } from "./places";
import type { MakeService, ServiceModule } from "./service-module";

const empty: World = { vpcs: {}, names: [], checks: [], apiPorts: {} };

/** Answers one parent. */
function serve(): void {
  let world = empty;
  let health: HealthChecks | undefined;
  let kept = false;
  process.on("disconnect", () => {
    if (!kept) process.exit(0);
  });
  process.on("message", async (message: ToServices, socket?: Server) => {
    switch (message.type) {
      case "start":
        health = new HealthChecks(message.options.speed, () => say({ type: "health", states: health?.states ?? [] }));
        await start(message.options, () => world);
        say({ type: "ready" });
        return;
      case "proxy":
        connectProxy((host) => world.apiPorts[host]).listen(socket);
        return;
      case "update":
        world = message.world;
        health?.update(world.checks);
        return;
      case "keep":
        kept = true;
    }
  });
}

async function start({ speed, webhooks, modules }: ServicesOptions, world: () => World): Promise<void> {
  const services = await Promise.all(modules.map(load));
  await new Resolver(world, speed).listen(dnsPort, backboneAddress);
  const registry = services.flatMap((each) => each.registry ?? [])[0] ?? missing;
  const byPath = Object.assign({}, ...services.map((each) => each.webhooks ?? {}));
  await listen(createHttpServer(registry), registryPort, registryAddress);
  const { certificate: cert, key } = webhooks;
  await listen(createHttpsServer({ cert, key }, dispatch(byPath)), webhookPort, "127.0.0.1");
}

async function load({ file, options }: ServicesOptions["modules"][number]): Promise<ServiceModule> {
  const module = (await import(pathToFileURL(file).href)) as { default: MakeService | { default: MakeService } };
  // Modules that Node takes for CommonJS have their exports one level down.
  const make = typeof module.default === "function" ? module.default : module.default.default;
  return make(options);
}

function dispatch(byPath: Readonly<Record<string, RequestListener>>): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "https://backbone");
    (byPath[pathname] ?? missing)(request, response);
  };
}

const missing: RequestListener = (_request, response) => {
  response.writeHead(404).end();
};

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
}

function say(message: FromServices): void {
  if (process.connected) process.send?.(message);
}

serve();

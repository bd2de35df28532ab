/**
 * The gRPC half of every provider stand-in: what a Pulumi resource provider must answer, on plain JavaScript values.
 *
 * The engine attaches to a stand-in by PULUMI_DEBUG_PROVIDERS, one port for a package. It opens a connection of its own
 * for each provider resource (one a region, one a cluster) and configures it; requests do not name their provider, so the
 * connection they come by is what tells the instances apart.
 */
import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Props, props, struct, unary } from "./wire";

export { InitFailed, type Props } from "./wire";

/** What an operation knows besides its properties. */
export interface Operation<Config> {
  readonly urn: string;
  /** Type token, e.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Logical name in the program. */
  readonly name: string;
  /** What `configure` returned for the provider instance that this resource belongs to. */
  readonly config: Config;
  /** Seconds the user gave the operation (`customTimeouts`); 0 when none. */
  readonly timeout: number;
  /** Aborted when the engine cancels or the ground closes: every wait must end on it. */
  readonly signal: AbortSignal;
}

/** What a change of inputs means. */
export interface Difference {
  /** Top-level properties that changed. */
  readonly changed: readonly string[];
  /** Those of them that can only change by a replacement. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

/** One kind of resource. Errors thrown reach the user as the engine's error for that resource. */
export interface ResourceHandler<Config> {
  /** Default: the inputs as given. Failures are shown beside the resource and stop the update before anything happens. */
  check?(
    op: Operation<Config>,
    news: Props,
    olds: Props,
  ): Promise<{ inputs: Props; failures?: { property: string; reason: string }[] }>;
  /** Default: any changed input is an update. */
  diff?(op: Operation<Config>, id: string, oldInputs: Props, news: Props, state: Props): Promise<Difference>;
  create(op: Operation<Config>, inputs: Props): Promise<{ id: string; outputs: Props }>;
  /** Undefined when the thing is gone. */
  read(
    op: Operation<Config>,
    id: string,
    state: Props,
    inputs: Props,
  ): Promise<{ inputs: Props; outputs: Props } | undefined>;
  update?(op: Operation<Config>, id: string, state: Props, news: Props, oldInputs: Props): Promise<Props>;
  delete(op: Operation<Config>, id: string, state: Props): Promise<void>;
}

/** One Pulumi package. */
export interface ProviderPackage<Config> {
  readonly name: string;
  configure(config: Props): Promise<Config>;
  /** Undefined when this stand-in does not know the type. */
  resource(type: string): ResourceHandler<Config> | undefined;
  invoke?(token: string, args: Props, config: Config): Promise<Props>;
}

/** What is done to a resource. */
export type Verb = "create" | "read" | "update" | "delete";

/** Sees every operation that touches something, e.g. to keep time, to note a timeline or to inject a fault. */
export type Around = <T>(
  verb: Verb,
  op: { urn: string; type: string; name: string },
  run: () => Promise<T>,
) => Promise<T>;

/** A package that is served. */
export interface Served {
  readonly port: number;
  close(): void;
}

const grpcOptions = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves `pkg` on a loopback port until closed. */
export async function serve<Config>(pkg: ProviderPackage<Config>, around: Around): Promise<Served> {
  const server = new grpc.Server(grpcOptions);
  server.addService(ResourceProviderService, implementation(pkg, around));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

function implementation<Config>(pkg: ProviderPackage<Config>, around: Around): grpc.UntypedServiceImplementation {
  const configs = new Map<string, Config>();
  // One for each connection: the engine also says cancel when it is done, and the next one must not find itself cancelled.
  const aborts = new Map<string, AbortController>();

  const configOf = (peer: string): Config => {
    const config = configs.get(peer);
    if (config === undefined) throw new Error(`${pkg.name} provider was asked before it was configured`);
    return config;
  };

  const abortOf = (peer: string): AbortController => {
    const present = aborts.get(peer);
    if (present) return present;
    const abort = new AbortController();
    // Every operation under way listens.
    setMaxListeners(0, abort.signal);
    aborts.set(peer, abort);
    return abort;
  };

  const subject = (request: { getUrn(): string; getTimeout?(): number }, peer: string) => {
    const urn = request.getUrn();
    // urn:pulumi:stack::project::parent$type::name
    const [, , types = "", ...name] = urn.split("::");
    const type = types.split("$").at(-1) ?? types;
    const handler = pkg.resource(type);
    if (!handler) throw new Error(`the rehearsal's ${pkg.name} provider does not know resources of type ${type}`);
    const timeout = request.getTimeout?.() ?? 0;
    const op: Operation<Config> = {
      urn,
      type,
      name: name.join("::"),
      config: configOf(peer),
      timeout,
      signal: abortOf(peer).signal,
    };
    return { op, handler };
  };

  return {
    handshake: unary(async () => new rpc.ProviderHandshakeResponse()),
    attach: unary(async () => new Empty()),
    getPluginInfo: unary(async () => {
      const info = new plugin.PluginInfo();
      info.setVersion("0.0.0");
      return info;
    }),
    cancel: unary(async (_request: Empty, peer) => {
      aborts.get(peer)?.abort(new Error("cancelled"));
      return new Empty();
    }),
    getSchema: unary(async () => {
      const response = new rpc.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary(async (request: rpc.CheckRequest) => {
      const response = new rpc.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary(async () => {
      // A provider's settings may change (tokens do) without replacing what it made.
      const response = new rpc.DiffResponse();
      response.setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE);
      return response;
    }),
    configure: unary(async (request: rpc.ConfigureRequest, peer) => {
      configs.set(peer, await pkg.configure(props(request.getArgs())));
      // A new connection may come from the port of an old one.
      aborts.delete(peer);
      // Secrets and unknowns stay with the engine: it marks outputs secret as their inputs were, and shows what is
      // not known yet in a preview.
      return new rpc.ConfigureResponse();
    }),
    invoke: unary(async (request: rpc.InvokeRequest, peer) => {
      const token = request.getTok();
      if (!pkg.invoke) throw new Error(`the rehearsal's ${pkg.name} provider has no functions, asked for ${token}`);
      const response = new rpc.InvokeResponse();
      response.setReturn(struct(await pkg.invoke(token, props(request.getArgs()), configOf(peer))));
      return response;
    }),
    check: unary(async (request: rpc.CheckRequest, peer) => {
      const { op, handler } = subject(request, peer);
      const news = props(request.getNews());
      const checked = handler.check ? await handler.check(op, news, props(request.getOlds())) : { inputs: news };
      const response = new rpc.CheckResponse();
      response.setInputs(struct(checked.inputs));
      for (const { property, reason } of checked.failures ?? []) {
        const failure = new rpc.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        response.addFailures(failure);
      }
      return response;
    }),
    diff: unary(async (request: rpc.DiffRequest, peer) => {
      const { op, handler } = subject(request, peer);
      const oldInputs = props(request.getOldInputs());
      const news = props(request.getNews());
      const difference = handler.diff
        ? await handler.diff(op, request.getId(), oldInputs, news, props(request.getOlds()))
        : { changed: changedKeys(oldInputs, news) };
      const response = new rpc.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
      response.setChanges(difference.changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList([...difference.changed]);
      response.setReplacesList([...(difference.replaces ?? [])]);
      response.setDeletebeforereplace(difference.deleteBeforeReplace ?? false);
      return response;
    }),
    create: unary(async (request: rpc.CreateRequest, peer) => {
      const { op, handler } = subject(request, peer);
      const made = await around("create", op, () => handler.create(op, props(request.getProperties())));
      const response = new rpc.CreateResponse();
      response.setId(made.id);
      response.setProperties(struct(made.outputs));
      return response;
    }),
    read: unary(async (request: rpc.ReadRequest, peer) => {
      const { op, handler } = subject(request, peer);
      const found = await around("read", op, () =>
        handler.read(op, request.getId(), props(request.getProperties()), props(request.getInputs())),
      );
      const response = new rpc.ReadResponse();
      if (!found) return response;
      response.setId(request.getId());
      response.setProperties(struct(found.outputs));
      response.setInputs(struct(found.inputs));
      return response;
    }),
    update: unary(async (request: rpc.UpdateRequest, peer) => {
      const { op, handler } = subject(request, peer);
      const { update } = handler;
      if (!update) throw new Error(`${op.type} cannot be updated`);
      const [state, news, oldInputs] = [request.getOlds(), request.getNews(), request.getOldInputs()].map(props);
      const outputs = await around("update", op, () =>
        update.call(handler, op, request.getId(), state ?? {}, news ?? {}, oldInputs ?? {}),
      );
      const response = new rpc.UpdateResponse();
      response.setProperties(struct(outputs));
      return response;
    }),
    delete: unary(async (request: rpc.DeleteRequest, peer) => {
      const { op, handler } = subject(request, peer);
      await around("delete", op, () => handler.delete(op, request.getId(), props(request.getProperties())));
      return new Empty();
    }),
  };
}

/** Top-level keys whose values differ. */
export function changedKeys(before: Props, after: Props): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => stable(before[key]) !== stable(after[key]));
}

/** JSON with sorted keys, so that equal values compare equal. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

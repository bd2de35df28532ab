/**
 * The gRPC half of every provider stand-in: what a Pulumi resource provider must answer. The engine attaches to a stand-in
 * by PULUMI_DEBUG_PROVIDERS, one port for a package.
 */
import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Interceptor, Props } from "../base/operations";
import { Connections } from "./connections";
import { changedPaths } from "./paths";
import {
  changedKeys,
  type Difference,
  type Failure,
  type Operation,
  type ProviderPackage,
  type ResourceHandler,
} from "./provider";
import { props, struct, unary } from "./wire";

/** A stand-in that serves. */
export interface Served {
  /** On the loopback interface. */
  readonly port: number;
  close(): void;
}

const grpcOptions = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves `pkg` on a loopback port until closed. */
export async function serve<Config>(pkg: ProviderPackage<Config>, intercept: Interceptor): Promise<Served> {
  const connections = new Connections<Config>(pkg.name);
  const subjectOf = subjects(pkg, connections);
  const server = new grpc.Server(grpcOptions);
  server.addService(ResourceProviderService, {
    ...pluginMethods(connections),
    ...configurationMethods(pkg, connections),
    ...planningMethods(subjectOf),
    ...lifecycleMethods(subjectOf, intercept),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

/** What a request is about, and who handles it. */
type SubjectOf<Config> = (
  request: { getUrn(): string; getTimeout?(): number },
  peer: string,
) => { op: Operation<Config>; handler: ResourceHandler<Config> };

function subjects<Config>(pkg: ProviderPackage<Config>, connections: Connections<Config>): SubjectOf<Config> {
  return (request, peer) => {
    const urn = request.getUrn();
    // urn:pulumi:stack::project::parent$type::name
    const [, , types = "", ...name] = urn.split("::");
    const type = types.split("$").at(-1) ?? types;
    const handler = pkg.resource(type);
    if (!handler) throw new Error(`the rehearsal's ${pkg.name} provider does not know resources of type ${type}`);
    const op: Operation<Config> = {
      urn,
      type,
      name: name.join("::"),
      config: connections.config(peer),
      timeout: request.getTimeout?.() ?? 0,
      signal: connections.signal(peer),
    };
    return { op, handler };
  };
}

/** What every plugin of the engine answers. */
function pluginMethods<Config>(connections: Connections<Config>): grpc.UntypedServiceImplementation {
  return {
    handshake: unary(async () => new rpc.ProviderHandshakeResponse()),
    attach: unary(async () => new Empty()),
    getPluginInfo: unary(async () => {
      const info = new plugin.PluginInfo();
      info.setVersion("0.0.0");
      return info;
    }),
    getSchema: unary(async () => {
      const response = new rpc.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    cancel: unary(async (_request: Empty, peer) => {
      connections.cancel(peer);
      return new Empty();
    }),
  };
}

/** The provider's own settings, and functions, which depend on nothing else. */
function configurationMethods<Config>(
  pkg: ProviderPackage<Config>,
  connections: Connections<Config>,
): grpc.UntypedServiceImplementation {
  return {
    checkConfig: unary(async (request: rpc.CheckRequest) => {
      const response = checked(pkg.checkConfig?.(props(request.getNews())));
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary(async (request: rpc.DiffRequest) => {
      const [olds, news] = [props(request.getOldInputs() ?? request.getOlds()), props(request.getNews())];
      return diffResponse(pkg.diffConfig?.(olds, news) ?? { changed: changedKeys(olds, news) }, olds, news);
    }),
    configure: unary(async (request: rpc.ConfigureRequest, peer) => {
      connections.configure(peer, await pkg.configure(props(request.getArgs())));
      const response = new rpc.ConfigureResponse();
      response.setSupportspreview(true);
      // Secrets stay with the engine: it marks outputs secret as their inputs were.
      return response;
    }),
    invoke: unary(async (request: rpc.InvokeRequest, peer) => {
      const token = request.getTok();
      if (!pkg.invoke) throw new Error(`the rehearsal's ${pkg.name} provider has no functions, asked for ${token}`);
      const response = new rpc.InvokeResponse();
      response.setReturn(struct(await pkg.invoke(token, props(request.getArgs()), connections.config(peer))));
      return response;
    }),
  };
}

/** What the engine asks before it does anything. */
function planningMethods<Config>(subjectOf: SubjectOf<Config>): grpc.UntypedServiceImplementation {
  return {
    check: unary(async (request: rpc.CheckRequest, peer) => {
      const { op, handler } = subjectOf(request, peer);
      const news = props(request.getNews());
      const { inputs, failures } = handler.check
        ? await handler.check(op, news, props(request.getOlds()))
        : { inputs: news };
      const response = checked(failures);
      response.setInputs(struct(inputs));
      return response;
    }),
    diff: unary(async (request: rpc.DiffRequest, peer) => {
      const { op, handler } = subjectOf(request, peer);
      const oldInputs = props(request.getOldInputs());
      const news = props(request.getNews());
      const difference = handler.diff
        ? await handler.diff(op, request.getId(), oldInputs, news, props(request.getOlds()))
        : { changed: changedKeys(oldInputs, news) };
      return diffResponse(difference, oldInputs, news);
    }),
  };
}

function checked(failures: readonly Failure[] = []): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  for (const { property, reason } of failures) {
    const failure = new rpc.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

const kinds = rpc.PropertyDiff.Kind;

/** With every changed path, by which the engine acts on `replaceOnChanges` and shows what changes. */
function diffResponse({ changed, replaces = [], deleteBeforeReplace = false }: Difference, olds: Props, news: Props) {
  const response = new rpc.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
  response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const key of changed) {
    const replacing = replaces.includes(key);
    const paths = changedPaths(key, olds[key], news[key]);
    // What changes though no input does, e.g. a certificate that is due, has no path of its own.
    const shown: typeof paths = paths.length > 0 ? paths : [[key, "UPDATE"]];
    for (const [path, change] of shown) {
      const difference = new rpc.PropertyDiff();
      difference.setKind(kinds[replacing ? (`${change}_REPLACE` as const) : change]);
      difference.setInputdiff(true);
      response.getDetaileddiffMap().set(path, difference);
    }
  }
  return response;
}

/** A preview touches nothing, and the interceptor does not see it. */
async function planned<Config>(
  handler: ResourceHandler<Config>,
  op: Operation<Config>,
  inputs: Props,
  state?: Props,
): Promise<Props> {
  return handler.planned ? handler.planned(op, inputs, state) : { ...state, ...inputs };
}

/** What touches something: the interceptor sees all of it. */
function lifecycleMethods<Config>(
  subjectOf: SubjectOf<Config>,
  intercept: Interceptor,
): grpc.UntypedServiceImplementation {
  return {
    create: unary(async (request: rpc.CreateRequest, peer) => {
      const { op, handler } = subjectOf(request, peer);
      const inputs = props(request.getProperties());
      const response = new rpc.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(struct(await planned(handler, op, inputs)));
        return response;
      }
      const made = await intercept("create", op, () => handler.create(op, inputs));
      response.setId(made.id);
      response.setProperties(struct(made.outputs));
      return response;
    }),
    read: unary(async (request: rpc.ReadRequest, peer) => {
      const { op, handler } = subjectOf(request, peer);
      const found = await intercept("read", op, () =>
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
      const { op, handler } = subjectOf(request, peer);
      const { update } = handler;
      if (!update) throw new Error(`${op.type} cannot be updated`);
      const [state, news, oldInputs] = [
        props(request.getOlds()),
        props(request.getNews()),
        props(request.getOldInputs()),
      ];
      const response = new rpc.UpdateResponse();
      if (request.getPreview()) {
        response.setProperties(struct(await planned(handler, op, news, state)));
        return response;
      }
      const outputs = await intercept("update", op, () =>
        update.call(handler, op, request.getId(), state, news, oldInputs),
      );
      response.setProperties(struct(outputs));
      return response;
    }),
    delete: unary(async (request: rpc.DeleteRequest, peer) => {
      const { op, handler } = subjectOf(request, peer);
      await intercept("delete", op, () => handler.delete(op, request.getId(), props(request.getProperties())));
      return new Empty();
    }),
  };
}

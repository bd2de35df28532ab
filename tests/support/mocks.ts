/**
 * Runs the program without an engine: every registration is recorded, and what a cloud would answer is made up in one
 * place. What is asserted on is what the program asked for, never what was made up here.
 */
import * as pulumi from "@pulumi/pulumi";
import { CallResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { RegisterResourceRequest, ResourceCallRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { RawConfig } from "../../components/config/validate";
import type { NamingRow } from "../../components/demo/naming";
import type { LabDescription } from "../../components/lab/description";
import { base } from "./config";

// biome-ignore lint/suspicious/noExplicitAny: resource inputs are as different as resources.
type Inputs = Record<string, any>;

export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  readonly provider: string | undefined;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
}

export interface Run {
  /** All but those that the state alone keeps. */
  readonly resources: readonly Recorded[];
  /** What the state is to keep of the lab's parts: settings by the part's name. */
  readonly kept: Readonly<Record<string, unknown>>;
  readonly outputs: Inputs;
  /** What the output `lab` holds. */
  readonly lab: LabDescription;
  /** The one resource of that type and name. */
  one(type: string, name: string): Recorded;
  /** All of a type. */
  all(type: string): Recorded[];
}

/** What the state has of an earlier run. */
export interface State {
  /** Under which AWS named the load balancers. */
  readonly balancerDomain?: string;
  /** Imports the program. Default: index.ts. */
  readonly load?: () => Promise<unknown>;
  /** Settings that parts were made with, by the part's name. Default: the parts are new. */
  readonly made?: Readonly<Record<string, unknown>>;
  /** Makes real keys and certificates, those of earlier runs again. Default: they are made up. */
  readonly tls?: (type: string, name: string, inputs: Inputs) => Promise<Inputs>;
}

/** How the outputs say that a Service of the demo is found. */
export function rowOf({ lab }: Run, service: string): NamingRow {
  const row = lab.naming.find((each) => each.service.startsWith(`${service}.`));
  if (!row) throw new Error(`the naming table has no ${service}`);
  return row;
}

const addon = "aws:eks/addon:Addon";

/** EKS add-ons of a cluster. */
export function addonsOf(run: Run, cluster: string): string[] {
  return run
    .all(addon)
    .filter(({ name }) => name.startsWith(`${cluster}-`))
    .map(({ inputs }) => inputs.addonName)
    .sort();
}

/** What the VPC CNI of a cluster is told. */
export function cniConfiguration(run: Run, cluster: string): { readonly env: Readonly<Record<string, string>> } {
  return JSON.parse(run.one(addon, `${cluster}-vpc-cni`).inputs.configurationValues);
}

/**
 * Runs index.ts, or another program, under mocks with the given settings, those of other namespaces with theirs.
 *
 * @throws Error when the program reads a resource of somebody else: it would in previews too
 */
export async function runProgram(
  settings: RawConfig = {},
  {
    balancerDomain = "elb.example",
    made = {},
    load = () => import("../../index.js"),
    tls = async () => ({}),
  }: State = {},
): Promise<Run> {
  const resources: Recorded[] = [];
  const kept: Record<string, unknown> = {};
  const requests: Requests = new Map();
  const project = "multicluster-lab";
  const complete: RawConfig = { ...base, ...settings };
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(complete).map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value]),
    ),
  );
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, provider, id }) => {
        if (id) throw new Error(`the program reads ${type} ${id}`);
        const { formerNames, ...asked } = requests.get(`${type} ${name}`)?.shift() ?? unasked;
        if (type === stash) kept[name] = inputs.input;
        else resources.push({ type, name, inputs, provider: provider || undefined, ...asked });
        const answer = answers(type, name, inputs, { balancerDomain, made }, formerNames);
        const real = type.startsWith("tls:") ? await tls(type, name, inputs) : {};
        return { id: `${name}-id`, state: { ...inputs, ...answer, ...real } };
      },
      call: ({ token }) => functions[token] ?? {},
    },
    project,
    "test",
    false,
  );
  recordRequests(requests);
  answerMethods();
  // Somebody who acts on AWS.
  process.env.AWS_PROFILE ??= "test";
  const { default: program } = (await load()) as { default: () => Promise<Inputs> };
  const outputs = await withShortStacks(program);
  return {
    resources,
    kept,
    outputs,
    // Programs of others need not put it out.
    lab: outputs.lab && JSON.parse(await resolved(outputs.lab)),
    all: (type) => resources.filter((each) => each.type === type),
    one: (type, name) => {
      const found = resources.filter((each) => each.type === type && each.name === name);
      const [only] = found;
      if (!only || found.length > 1) {
        const there = resources.filter((each) => each.type === type).map((each) => each.name);
        throw new Error(`${found.length} resources ${type} ${name}; of that type: ${there.join(", ")}`);
      }
      return only;
    },
  };
}

/**
 * Runs the program to its end. The SDK notes a stack with each of some ten thousand promises; mapping all their frames back to
 * TypeScript took half of the time of these tests.
 */
async function withShortStacks(program: () => Promise<Inputs>): Promise<Inputs> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  try {
    const outputs = await program();
    await pulumi.runtime.disconnect();
    return outputs;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

interface Asked extends Pick<Recorded, "parent" | "dependencies" | "replaceOnChanges" | "ignoreChanges"> {
  readonly formerNames: readonly string[];
}
/** Under different parents there may be several of one type and name. */
type Requests = Map<string, Asked[]>;

const unasked: Asked = {
  parent: undefined,
  dependencies: [],
  replaceOnChanges: [],
  ignoreChanges: [],
  formerNames: [],
};

/** Mocks are not told of parents and dependencies: they are read off the requests on their way. */
function recordRequests(requests: Requests): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: RegisterResourceRequest, callback: unknown): void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const key = `${request.getType()} ${request.getName()}`;
    const asked = {
      parent: request.getParent() || undefined,
      dependencies: request.getDependenciesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      ignoreChanges: request.getIgnorechangesList(),
      formerNames: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getName() ?? []),
    };
    requests.set(key, [...(requests.get(key) ?? []), asked]);
    register(request, callback);
  };
}

/** Mocks know no methods of components: `getKubeconfig` gives the name of its cluster, and what it was asked for. */
function answerMethods(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    call(request: ResourceCallRequest, callback: (error: null, response: CallResponse) => void): void;
  };
  monitor.call = (request, callback) => {
    const { __self__: self, ...asked } = request.getArgs()?.toJavaScript() ?? {};
    const [, name] = /eks:index:Cluster::([\w-]+)/.exec(JSON.stringify(self)) ?? [];
    const response = new CallResponse();
    response.setReturn(Struct.fromJavaScript({ result: `kubeconfig-of-${name} ${JSON.stringify(asked)}` }));
    callback(null, response);
  };
}

/** The value of an output of the program. */
export function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

/** Of every certificate. */
const validityEndTime = "2028-11-26T00:00:00Z";
const stash = "pulumi:index:Stash";

/** What the outside fills in. */
function answers(
  type: string,
  name: string,
  inputs: Inputs,
  { balancerDomain, made }: Required<Omit<State, "load" | "tls">>,
  formerNames: readonly string[],
): Inputs {
  switch (type) {
    case stash:
      return { output: made[[name, ...formerNames].find((each) => each in made) ?? ""] ?? inputs.input };
    case "aws:ec2/eip:Eip":
      return { allocationId: `eipalloc-${name}`, publicIp: `public-address-of-${name}` };
    case "aws:iam/role:Role":
      return { arn: `arn:${name}`, name };
    case "eks:index:Cluster": {
      const cluster = {
        arn: `arn:eks:${name}`,
        name,
        endpoint: `https://${name}.example`,
        certificateAuthority: { data: `ca-of-${name}` },
        vpcConfig: { clusterSecurityGroupId: `sg-of-${name}` },
      };
      return { kubeconfigJson: `kubeconfig-of-${name}`, eksCluster: cluster, core: {} };
    }
    case "tls:index/privateKey:PrivateKey":
      return { privateKeyPem: `private-key-${name}` };
    case "tls:index/selfSignedCert:SelfSignedCert":
      return { certPem: testRoot, validityEndTime };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: `request-${name}` };
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: `certificate-${name}\n`, validityEndTime };
    case "kubernetes:core/v1:Secret":
      return { data: { token: Buffer.from(`token-${name}`).toString("base64") } };
    case "kubernetes:core/v1:NamespacePatch":
      return { metadata: { name: "kube-system", uid: `uid-of-${name}` } };
    case "kubernetes:core/v1:Service":
      return { status: { loadBalancer: { ingress: [{ hostname: `${name}.${balancerDomain}` }] } } };
    default:
      return {};
  }
}

const functions: Readonly<Record<string, Inputs>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": { names: ["zone-a", "zone-b", "zone-c"] },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:eks/getAddonVersion:getAddonVersion": { version: "v1.13.2-eksbuild.1" },
};

/** A certificate that only has to parse: P-256, self-signed, made for these tests. */
const testRoot = `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUL8cVQFohAlZ26EXrdDIxBDkeTjYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJdGVzdCByb290MCAXDTI2MTEyMzAyMDQ0NloYDzIxMjYxMDMw
MDIwNDQ2WjAUMRIwEAYDVQQDDAl0ZXN0IHJvb3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARifjpzCRBiFzuLR5K4vcG69BjO7qLnRSBb1y1ifDO+1L5Oc3ZGd24D
BqkOaQBXyyZWYqOpMlmkslrDNeKqu3BJo1MwUTAdBgNVHQ4EFgQUl2nkyUoR7gVo
e3RRx3fE4VsgIgowHwYDVR0jBBgwFoAUl2nkyUoR7gVoe3RRx3fE4VsgIgowDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiB85OnEILu5Oxb7Uq3paKID
+Ug5lWX9sNXptWwYbupizAIgJUmSWfmHrcZ1ksTKwncv7XQ7HB4tBkj6ycrNi7RJ
LTA=
-----END CERTIFICATE-----
`;

import { deepEqual, equal, match } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import type { AnalyzeDiagnostic, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { rules } from "../../policies/rules";
import { preparePolicyPack } from "../../rehearsal/engine/policy-pack";

const root = join(__dirname, "../..");
const subnet = "aws:ec2/subnet:Subnet";
const { AnalyzerClient } = createRequire(__filename)("@pulumi/pulumi/proto/analyzer_grpc_pb");

/** The pack as a process that the engine talks to. */
class RunningPack {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: {
      getAnalyzerInfo(request: Empty, done: Answer<AnalyzerInfo>): void;
      analyze(request: messages.AnalyzeRequest, done: Answer<messages.AnalyzeResponse>): void;
      analyzeStack(request: messages.AnalyzeStackRequest, done: Answer<messages.AnalyzeResponse>): void;
      close(): void;
    },
  ) {}

  static async start(
    command: readonly [string, ...string[]],
    cwd: string,
    config: Readonly<Record<string, string>> = {},
  ): Promise<RunningPack> {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd,
      // Mocha's own options would have tsx load it.
      env: { ...process.env, NODE_OPTIONS: "", PULUMI_CONFIG: JSON.stringify(config) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once("line", resolve);
      child.once("close", (code) => reject(new Error(`the pack ended with ${code}`)));
    });
    return new RunningPack(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  info(): Promise<AnalyzerInfo> {
    return answered((done) => this.client.getAnalyzerInfo(new Empty(), done));
  }

  /** Names of the rules that a resource breaks. */
  async broken(type: string, props: Record<string, string | boolean>): Promise<string[]> {
    const request = new messages.AnalyzeRequest();
    request.setType(type);
    request.setName("one");
    request.setUrn(`urn:pulumi:test::multicluster-lab::${type}::one`);
    request.setProperties(Struct.fromJavaScript(props));
    request.setOptions(new messages.AnalyzerResourceOptions());
    const response = await answered<messages.AnalyzeResponse>((done) => this.client.analyze(request, done));
    return mandatory(response);
  }

  /** Names of the rules that resources of a type break together. */
  async brokenTogether(type: string, all: readonly Record<string, boolean>[]): Promise<string[]> {
    const request = new messages.AnalyzeStackRequest();
    const resources = all.map((props, index) => {
      const resource = new messages.AnalyzerResource();
      resource.setType(type);
      resource.setName(`${index}`);
      resource.setUrn(`urn:pulumi:test::multicluster-lab::${type}::${index}`);
      resource.setProperties(Struct.fromJavaScript(props));
      resource.setOptions(new messages.AnalyzerResourceOptions());
      return resource;
    });
    request.setResourcesList(resources);
    return mandatory(await answered((done) => this.client.analyzeStack(request, done)));
  }

  stop(): void {
    this.client.close();
    this.child.kill();
  }
}

/** Names of rules whose reports end an update. */
function mandatory(response: messages.AnalyzeResponse): string[] {
  const diagnostics: AnalyzeDiagnostic[] = response.getDiagnosticsList();
  for (const each of diagnostics) equal(each.getEnforcementlevel(), messages.EnforcementLevel.MANDATORY);
  return diagnostics.map((each) => each.getPolicyname());
}

type Answer<T> = (error: Error | null, response: T) => void;

function answered<T>(ask: (done: Answer<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => ask((error, response) => (error ? reject(error) : resolve(response))));
}

describe("the policy pack as a process", function () {
  this.timeout(120_000);
  let scratch: string;
  let pack: RunningPack | undefined;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "policy-pack-"));
  });
  afterEach(() => {
    pack?.stop();
    pack = undefined;
    rmSync(scratch, { recursive: true });
  });

  const asInRehearsals = (config?: Readonly<Record<string, string>>) => {
    const { bin, folder } = preparePolicyPack(root, scratch);
    return RunningPack.start([join(bin, "pulumi-analyzer-policy-rehearsal"), "engine:1", "."], folder, config);
  };

  it("serves every rule in a rehearsal, under the pack's own version", async () => {
    pack = await asInRehearsals();
    const info = await pack.info();
    deepEqual(
      info.getPoliciesList().map((policy) => policy.getName()),
      rules.map(({ id }) => id),
    );
    match(info.getVersion(), /^\d+\.\d+\.\d+$/);
  });

  it("judges resources, and holds nothing against them that is not known yet", async () => {
    pack = await asInRehearsals();
    deepEqual(await pack.broken(subnet, { mapPublicIpOnLaunch: true }), ["private-nodes", "tagged"]);
    deepEqual(await pack.broken(subnet, { mapPublicIpOnLaunch: unknownValue }), ["tagged"]);
    const root = { isCaCertificate: true };
    deepEqual(await pack.brokenTogether("tls:index/selfSignedCert:SelfSignedCert", [root]), []);
    deepEqual(await pack.brokenTogether("tls:index/selfSignedCert:SelfSignedCert", [root, root]), ["one-root"]);
  });

  it("knows the stack's settings", async () => {
    const project = "multicluster-lab";
    pack = await asInRehearsals({ [`${project}:backend`]: "submariner", [`${project}:interconnect`]: "internet" });
    deepEqual(await pack.broken(subnet, { mapPublicIpOnLaunch: true }), ["tagged"]);
  });

  it("runs in Pulumi's own host, as users have it, with the packages of the project", async () => {
    const host = createRequire(join(root, "policies/index.ts")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    pack = await RunningPack.start([process.execPath, host, "engine:1", "."], join(root, "policies"));
    deepEqual(await pack.broken(subnet, { mapPublicIpOnLaunch: true }), ["private-nodes", "tagged"]);
    equal(dirname(host).startsWith(join(root, "node_modules")), true);
  });
});

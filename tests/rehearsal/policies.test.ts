import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Engine } from "../../rehearsal/engine/engine";
import { expectRejections } from "../support/rejections";
import { needTools } from "../support/tools";

const root = dirname(dirname(__dirname));
const project = "multicluster-lab";

/** Under any type: a component, so that no provider has to be there. */
class Stand extends pulumi.ComponentResource {}

/** What the program still had to tell an engine that has refused it and gone; the SDK hears it itself. */
const untold = /Connection dropped|UNAVAILABLE/;

describe("the engine of a rehearsal", function () {
  this.timeout(120_000);
  let tools: Awaited<ReturnType<typeof needTools>>;
  let scratch: string;
  before(async function () {
    tools = await needTools(this);
  });
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "policies-"));
  });
  afterEach(async () => {
    await expectRejections(untold);
    rmSync(scratch, { recursive: true });
  });

  const engineOf = (program: () => Promise<void>, settings: Readonly<Record<string, unknown>> = {}) =>
    Engine.open({
      pulumi: tools.pulumi,
      root,
      scratch,
      stack: "test",
      stackFile: { project, settings },
      program,
      providers: {},
      ownPlugins: false,
      watch: () => {},
      path: [],
    });

  it("refuses in a preview and in up what breaks a policy, and says which", async () => {
    const engine = await engineOf(async () => {
      new Stand("aws:ec2/subnet:Subnet", "open", { mapPublicIpOnLaunch: true });
    });
    for (const { result, errors } of [await engine.preview("up"), await engine.up()]) {
      equal(result, "failed");
      const policies = errors.filter((error) => error.startsWith("policy "));
      deepEqual(policies.map((error) => error.replace(/: .*/s, "")).sort(), ["policy private-nodes", "policy tagged"]);
    }
    match(readFileSync(join(scratch, "logs", "engine.log"), "utf8"), /mandatory policy private-nodes/);
  });

  it("judges all resources together, and lets pass what keeps the policies", async () => {
    const roots = (names: readonly string[]) => async () => {
      const uses = { isCaCertificate: true, allowedUses: ["cert_signing"] };
      for (const name of names) new Stand("tls:index/selfSignedCert:SelfSignedCert", name, uses);
    };
    const one = await engineOf(roots(["one"]));
    equal((await one.preview("up")).result, "succeeded");
    const two = await engineOf(roots(["one", "two"]));
    const { result, errors } = await two.preview("up");
    equal(result, "failed");
    deepEqual(errors.filter((error) => error.startsWith("policy ")).length, 1);
  });
});

import { deepEqual, doesNotThrow, equal, match, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { backendNames } from "../../components/backends/profiles";
import { underOwnName } from "../../components/config/own-settings";
import { labSettings } from "../../components/lab/config";
import { refuseWithoutCredentials } from "../../components/lab/credentials";
import { rawConfig, readStackFile } from "../../rehearsal/engine/stack-file";
import { configOf, planOf } from "../support/config";

const root = dirname(dirname(__dirname));

describe("pulumi new", () => {
  const { template } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));

  it("asks for settings that there are, and what it proposes is what they are by default", () => {
    deepEqual(
      Object.keys(template.config).filter((key) => !(key in labSettings)),
      [],
    );
    equal(template.config.backend.default, labSettings.backend.parse(undefined));
    deepEqual(JSON.parse(template.config.clusters.default), labSettings.clusters.parse(undefined));
    for (const name of backendNames) match(template.config.backend.description, new RegExp(`\\b${name}\\b`));
  });

  it("is given answers that the program takes", () => {
    const { clusters, backend } = template.config;
    const [asked = ""] = /\[.*\]/.exec(template.config.adminCidrs.description) ?? [];
    const config = configOf({ adminCidrs: asked, backend: backend.default, clusters: clusters.default });
    deepEqual(config.adminCidrs, ["203.0.113.7/32"]);
  });

  it("gives a project a name under which the files of stacks/ say the same", () => {
    const folder = mkdtempSync(join(tmpdir(), "project-"));
    mkdirSync(join(folder, "stacks"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: my-lab\n");
    const file = join(folder, "stacks", "Pulumi.linkerd.yaml");
    writeFileSync(file, "config:\n  multicluster-lab:backend: linkerd\n  multicluster-lab:nodes:\n    desired: 3\n");
    const raw = rawConfig(readStackFile(folder, "linkerd", ["nodes.max=5"]));
    deepEqual([raw.backend, JSON.parse(raw.nodes ?? "")], ["linkerd", { desired: 3, max: 5 }]);
    rmSync(folder, { recursive: true });
  });

  it("lays what that project says itself over them", () => {
    const settings = { "multicluster-lab:backend": "istio", "my-lab:backend": "cilium", "aws:profile": "lab" };
    deepEqual(underOwnName(settings, "my-lab"), { "my-lab:backend": "cilium", "aws:profile": "lab" });
    const own = { "multicluster-lab:backend": "istio" };
    deepEqual(underOwnName(own, "multicluster-lab"), own);
  });
});

describe("pulumi preview without AWS credentials", () => {
  const nobody = { env: {}, platform: "linux", home: "/nowhere", vendor: "QEMU" };
  const noSettings = { provider: {}, credentials: {} };
  const plan = planOf();

  it("says in one sentence what is missing", () => {
    throws(
      () => refuseWithoutCredentials(plan, noSettings, nobody),
      (error) => {
        match((error as Error).message, /^There are no AWS credentials here: [^\n]+\.$/);
        return error instanceof pulumi.RunError;
      },
    );
  });

  it("goes on wherever there may be some", () => {
    const home = mkdtempSync(join(tmpdir(), "home-"));
    mkdirSync(join(home, ".aws"));
    writeFileSync(join(home, ".aws", "config"), "");
    const places = [
      { ...nobody, home },
      { ...nobody, env: { AWS_PROFILE: "lab" } },
      { ...nobody, env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" } },
      { ...nobody, vendor: "Amazon EC2" },
      { ...nobody, platform: "win32" },
    ];
    for (const place of places) doesNotThrow(() => refuseWithoutCredentials(plan, noSettings, place));
    doesNotThrow(() => refuseWithoutCredentials(plan, { ...noSettings, credentials: { profileName: "lab" } }, nobody));
    rmSync(home, { recursive: true });
  });

  it("goes on where nothing is made on AWS", () => {
    doesNotThrow(() => refuseWithoutCredentials({ clusters: [] }, noSettings, nobody));
  });
});

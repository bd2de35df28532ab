import { deepEqual, equal, ok } from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { KubeObject } from "../../checks/kube/client";
import { writeBundle } from "../../checks/run/bundle/bundle";
import type { BundleReader } from "../../checks/run/bundle/collect";
import { FakeKube, secretObject } from "../support/kube";

const planted = {
  password: "correct-horse-battery-staple",
  psk: "pre-shared-0123456789",
  variable: "variable-0123456789",
  map: "configmap-0123456789",
  resource: "custom-0123456789",
  stringData: "string-data-0123456789",
};
/** As of a service account. */
const token = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"system:serviceaccount:a:b"}').toString("base64url")}.c2lnbmVk`;
const key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----\n";

const objects: KubeObject[] = [
  secretObject("boutique", "redis", { password: planted.password, psk: planted.psk }),
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "applied",
      namespace: "boutique",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": planted.password },
    },
    stringData: { a: planted.stringData },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "boutique" },
    data: { REDIS_PASSWORD: planted.map, mode: "fast", "tls.pem": key },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "redis", namespace: "boutique", labels: { app: "istiod" } },
    spec: {
      containers: [
        {
          name: "server",
          env: [
            { name: "API_TOKEN", value: planted.variable },
            { name: "PORT", value: "6379" },
          ],
        },
      ],
    },
  },
  {
    apiVersion: "example.com/v1",
    kind: "Member",
    metadata: { name: "member", namespace: "boutique" },
    spec: { deployment: { env: [{ name: "psk", value: planted.resource }] }, kubeconfig: `token: ${token}` },
  },
  {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "event", namespace: "boutique" },
    message: `login with ${planted.password} failed`,
  },
];

class BundledKube extends FakeKube implements BundleReader {
  async kinds() {
    return [
      ["v1", "Secret", "secrets"],
      ["v1", "ConfigMap", "configmaps"],
      ["v1", "Pod", "pods"],
      ["v1", "Event", "events"],
      ["v1", "Node", "nodes"],
      ["example.com/v1", "Member", "members"],
    ].map(([apiVersion = "", kind = "", resource = ""]) => ({ apiVersion, kind, resource }));
  }

  async logs() {
    const encoded = Buffer.from(planted.psk).toString("base64");
    return `password=${planted.password}\npsk ${encoded}\nAuthorization: Bearer ${token}\n${key}variable ${planted.variable}\n${planted.map}\n`;
  }
}

describe("a bundle of what clusters say", () => {
  let folder: string;
  let files: Map<string, string>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "bundle-"));
    const file = join(folder, "lab.tar.gz");
    const kube = new BundledKube(objects);
    kube.answering = (_pod, _container, command) => ({
      stdout: `[{"id":"cluster2"}] ${command.at(-1)} ${planted.password}`,
    });
    const silent = new BundledKube();
    silent.kinds = () => Promise.reject(new Error("https://cluster2.example: no answer"));
    const check = {
      id: "a",
      expected: "b",
      cluster: "c",
      status: "fail",
      evidence: "packets",
      detail: planted.psk,
      seconds: 1,
    } as const;
    const clusters = [
      { name: "cluster1", kube },
      { name: "cluster2", kube: silent },
    ];
    await writeBundle(file, { backend: "submariner", clusters }, [check]);
    files = await unpacked(file);
    const istio = join(folder, "istio.tar.gz");
    await writeBundle(istio, { backend: "istio", clusters: [{ name: "istio", kube }] }, []);
    for (const [name, content] of await unpacked(istio)) files.set(name, content);
  });
  after(() => rmSync(folder, { recursive: true }));

  async function unpacked(file: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const entry of createReadStream(file).pipe(createGunzip()).pipe(extract())) {
      found.set(entry.header.name, await text(entry));
    }
    return found;
  }

  it("has objects, events, logs, the findings and the backend's own words", () => {
    deepEqual([...files.keys()].filter((name) => !name.startsWith("lab/istio/")).sort(), [
      "lab/checks.json",
      "lab/cluster1/logs/boutique/redis/server.log",
      "lab/cluster1/objects/configmaps.json",
      "lab/cluster1/objects/events.json",
      "lab/cluster1/objects/members.example.com.json",
      "lab/cluster1/objects/pods.json",
      "lab/cluster1/objects/secrets.json",
      "lab/cluster2/error.txt",
    ]);
    equal(
      files.get("lab/istio/status/pilot-discovery-request-GET--debug-clusterz.txt"),
      "there is no pod of app=istiod\n",
    );
  });

  it("has the reason where a cluster does not answer", () => {
    equal(files.get("lab/cluster2/error.txt"), "https://cluster2.example: no answer\n");
  });

  it("keeps what is not secret", () => {
    const all = [...files.values()].join("\n");
    for (const kept of ['"mode": "fast"', '"value": "6379"', '"password": "[secret]"', "login with [secret] failed"]) {
      ok(all.includes(kept), kept);
    }
  });

  for (const [what, secret] of [
    ...Object.entries(planted),
    ["token", token],
    ["private key", "MIGHAgEAMBMGByqGSM49AgEG"],
  ] as const) {
    it(`does not have the planted ${what} anywhere`, () => {
      for (const [name, content] of files) {
        for (const form of [secret, Buffer.from(secret).toString("base64")])
          ok(!content.includes(form), `${name}: ${form}`);
      }
    });
  }
});

/**
 * What is felt on a lab with real nodes when something is taken away, and that it heals when it is put back; who is refused;
 * and what can be read between the VPCs. How long a caller was cut off is told, not asserted.
 */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { secretData } from "../../../checks/common/secret";
import { type Drill, doDrill, type Felt } from "../../../checks/disrupt/drill";
import { askGateway, sniOf } from "../../../checks/istio/wire";
import type { Route, RouteTable, SecurityGroupRule } from "../../../rehearsal/aws/ec2/items";
import { type Issued, intermediate, leaf, rootAuthority } from "../../support/certificates";
import { feltTable } from "../../support/felt-table";
import type { RealLab } from "../../support/real-lab";

/** Behind the gateway's load balancer. */
const gatewayNodePort = 31443;
const istio = "istio-system";

/** @param opened the lab, from the first test on */
export function drillsOn(opened: () => RealLab): void {
  let lab: RealLab;
  const felt: Felt[] = [];
  before(() => {
    lab = opened();
  });
  after(() => {
    if (felt.length > 0) process.stdout.write(`${feltTable(felt)}\n`);
  });

  describe("feels, and heals, when there is no", () => {
    const drill = (what: string, make: () => Omit<Drill, "what" | "call"> & Partial<Pick<Drill, "call">>) =>
      it(what, async () => {
        felt.push(await doDrill({ what, call: () => lab.callsPrimary(), ...make() }));
      });

    /** Something that goes and comes back as the same. */
    const taken = (take: () => Promise<() => Promise<unknown>>) => {
      let back: (() => Promise<unknown>) | undefined;
      return {
        harm: async () => {
          back = await take();
        },
        heal: async () => back?.(),
      };
    };

    drill("rule for the gateway's node port", () =>
      taken(async () => {
        const { clusterSecurityGroupId } = lab.eks(lab.carts.primary);
        const peers = lab.vpc(lab.carts.copy).cidrBlock;
        const rules = lab.account.list<SecurityGroupRule>(
          "security-group-rule",
          ({ securityGroupId, isEgress, permission: { fromPort, cidrIpv4 } }) =>
            securityGroupId === clusterSecurityGroupId &&
            !isEgress &&
            fromPort === gatewayNodePort &&
            cidrIpv4 === peers,
        );
        equal(rules.length, 1);
        for (const { kind, id } of rules) lab.account.remove(kind, id);
        return async () => rules.map((rule) => lab.account.put(rule));
      }),
    );

    drill("route to the peer", () =>
      taken(async () => {
        const { id, cidrBlock } = { ...lab.vpc(lab.carts.copy), cidrBlock: lab.vpc(lab.carts.primary).cidrBlock };
        const tables = lab.account.list<RouteTable>("route-table", ({ vpcId }) => vpcId === id);
        const before = tables.map(({ routes }): Route[] => routes);
        for (const table of tables) {
          table.routes = table.routes.filter(({ destinationCidrBlock }) => destinationCidrBlock !== cidrBlock);
        }
        notEqual(tables.flatMap(({ routes }) => routes).length, before.flat().length);
        return async () => {
          for (const [index, table] of tables.entries()) table.routes = before[index] ?? [];
        };
      }),
    );

    drill("remote secret", () =>
      taken(() =>
        lab.take(lab.carts.copy, {
          apiVersion: "v1",
          kind: "Secret",
          namespace: istio,
          name: `istio-remote-secret-${lab.carts.primary}`,
        }),
      ),
    );

    drill("Gateway that exposes hosts", () => taken(() => lab.take(lab.carts.primary, exposing)));

    drill("pod of the gateway", () => {
      const gateway = { apiVersion: "apps/v1", kind: "Deployment", namespace: istio, name: "istio-eastwestgateway" };
      const scaled = (replicas: number) => lab.kube(lab.carts.primary).mergePatch(gateway, { spec: { replicas } });
      return { harm: () => scaled(0), heal: () => scaled(1) };
    });

    drill("DNS capture, for a name that only the peer has", () => {
      const alias = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "redis-alias", namespace: lab.namespace },
        spec: { selector: { app: "redis-cart" }, ports: [{ name: "tcp", port: 6379 }] },
      };
      const aliasHost = `redis-alias.${lab.namespace}.svc.cluster.local`;
      const made = lab.kube(lab.carts.primary).apply(alias, { fieldManager: "drill" });
      const capture = (value: string | null) =>
        lab
          .kube(lab.carts.copy)
          .mergePatch(
            { apiVersion: "apps/v1", kind: "Deployment", namespace: lab.namespace, name: "redis-cart" },
            { spec: { template: { metadata: { annotations: { "proxy.istio.io/config": value } } } } },
          );
      return {
        call: async () => {
          await made;
          return lab.callsPrimary(aliasHost);
        },
        harm: () => capture('proxyMetadata: {ISTIO_META_DNS_CAPTURE: "false"}'),
        heal: () => capture(null),
      };
    });

    drill("node in one zone of the load balancer", () => ({
      // The balancer passes over zones: what a zone's loss does is over when its target is taken out.
      isReplaced: true,
      ...taken(async () => {
        const { kube } = lab.live(lab.carts.primary);
        const pods = await kube.list("v1", "Pod", { namespace: istio, labelSelector: "istio=eastwestgateway" });
        const busy = pods.map(({ spec }) => (spec as { nodeName?: string }).nodeName);
        const [idle] = lab.instances(lab.carts.primary).filter(({ nodeName }) => !busy.includes(nodeName));
        ok(idle, "all nodes have a pod of the gateway");
        lab.nodes.halt(idle.id);
        return async () => lab.nodes.restart(idle.id);
      }),
    }));

    drill("peer's cluster at all", () =>
      taken(async () => {
        const { name } = lab.eks(lab.carts.primary);
        const instances = lab.instances(lab.carts.primary);
        for (const { id } of instances) lab.nodes.halt(id);
        await lab.controlPlanes.stop(name);
        return async () => {
          await lab.controlPlanes.start(name);
          for (const { id } of instances) lab.nodes.restart(id);
        };
      }),
    );
  });

  const exposing = {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    namespace: istio,
    name: "cross-network-gateway",
  };

  describe("refuses", () => {
    /** What the gateway of the primary's cluster makes of a client in the copy's pod that shows this certificate. */
    async function asked(client?: Issued) {
      const here = lab.live(lab.carts.copy);
      const { gateway = "" } = lab.live(lab.carts.primary);
      const shown = client ? { certificate: client.certificate, key: client.key } : {};
      const question = { host: gateway, servername: sniOf(lab.carts.host, 6379), ...shown };
      return askGateway(here, await lab.redis(lab.carts.copy), question);
    }

    /** A client's certificate as istiod of the copy's cluster would make it. */
    async function ofTheLab(account: string): Promise<Issued> {
      const data = await secretData(lab.live(lab.carts.copy).kube, istio, "cacerts");
      return issued({ key: data("ca-key.pem"), certificate: data("ca-cert.pem") }, account);
    }

    async function issued(authority: Issued, account: string): Promise<Issued> {
      const uri = `spiffe://cluster.local/ns/${lab.namespace}/sa/${account}`;
      const own = await leaf(authority, account, { uris: [uri], uses: ["client_auth"] });
      return { key: own.key, certificate: `${own.certificate}${authority.certificate}` };
    }

    it("nobody of the lab who is admitted", async () => {
      equal((await asked(await ofTheLab("redis-cart"))).encrypted, "answered");
    });

    it("a client that the access control does not name", async () => {
      notEqual((await asked(await ofTheLab("adservice"))).encrypted, "answered");
    });

    it("a client of another root", async () => {
      const stranger = await intermediate(await rootAuthority(), "stranger");
      notEqual((await asked(await issued(stranger, "redis-cart"))).encrypted, "answered");
    });

    it("a client without a certificate, and one who speaks in clear", async () => {
      const { encrypted, plaintext } = await asked();
      notEqual(encrypted, "answered");
      notEqual(plaintext, "answered");
    });

    it("a call in clear within the cluster", async () => {
      equal(await lab.answersStranger(lab.carts.primary), false);
    });

    it("a host that is not exposed", async () => {
      const kube = lab.kube(lab.carts.primary);
      const found = await kube.get(exposing);
      const spec = (found?.spec ?? {}) as { servers: { hosts: string[] }[] };
      const hosts = (names: string[]) =>
        kube.mergePatch(exposing, { spec: { servers: spec.servers.map((server) => ({ ...server, hosts: names })) } });
      const client = await ofTheLab("redis-cart");
      const becomes = async (answered: boolean) => {
        for (let attempt = 0; attempt < 60; attempt++) {
          if (((await asked(client)).encrypted === "answered") === answered) return true;
          await pause(500);
        }
        return false;
      };
      await hosts([`other.${lab.namespace}.svc.cluster.local`]);
      const refused = await becomes(false);
      await hosts(spec.servers[0]?.hosts ?? []);
      deepEqual([refused, await becomes(true)], [true, true]);
    });
  });

  it("shows nothing in clear between the VPCs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "capture-"));
    const file = join(folder, "packets");
    const marker = "a-value-that-nobody-may-read";
    try {
      const capture = spawn("nsenter", [
        ...[`--net=${lab.router(lab.carts.primary)}`, "tcpdump", "-i", "any", "-n", "-s", "0", "-U", "-w", file],
        ...["net", lab.vpc(lab.carts.copy).cidrBlock],
      ]);
      await once(capture.stderr, "data");
      await lab.redisCli(lab.carts.primary, "set", "lab-check:capture", marker);
      const read = await lab.redisCli(lab.carts.copy, "-h", lab.carts.host, "get", "lab-check:capture");
      equal(read.stdout.trim(), marker);
      await pause(1_000);
      capture.kill("SIGINT");
      await once(capture, "close");
      const seen = readFileSync(file);
      ok(seen.includes(sniOf(lab.carts.host, 6379)), "the connection is not among what was captured");
      ok(!seen.includes(marker), "the value can be read");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("lets packets of the planned size pass between pods of two clusters, and not a byte more", async () => {
    const rules = (["primary", "copy"] as const).map((which) => {
      const peer = lab.vpc(lab.carts[which === "primary" ? "copy" : "primary"]).cidrBlock;
      const { region, clusterSecurityGroupId } = lab.eks(lab.carts[which]);
      return lab.account.put<SecurityGroupRule>({
        ...{ id: lab.account.newId("sgr"), kind: "security-group-rule", region, state: "available", tags: {} },
        ...{ securityGroupId: clusterSecurityGroupId, isEgress: false },
        permission: { ipProtocol: "icmp", fromPort: -1, toPort: -1, cidrIpv4: peer },
      });
    });
    try {
      await pause(2_000);
      const here = lab.live(lab.carts.copy);
      const podIP = await lab.addressOf(lab.carts.primary, await lab.redis(lab.carts.primary));
      const pod = await lab.redis(lab.carts.copy);
      /** Headers of IP and ICMP are 28 bytes. */
      const ping = (bytes: number) =>
        here.inPod?.(pod, ["ping", "-M", "do", "-c", "2", "-W", "2", "-s", `${bytes - 28}`, podIP]);
      const [fits, exceeds] = [await ping(here.mtu.pod), await ping(here.mtu.pod + 1)];
      equal(fits?.exitCode, 0, fits?.stdout);
      notEqual(exceeds?.exitCode, 0);
      match(`${exceeds?.stdout}${exceeds?.stderr}`, new RegExp(`mtu ?= ?${here.mtu.pod}`, "i"));
    } finally {
      for (const { kind, id } of rules) lab.account.remove(kind, id);
    }
  });
}

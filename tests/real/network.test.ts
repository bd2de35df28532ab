import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { basename, join } from "node:path";
import type { NetworkInterface, SecurityGroupRule } from "../../rehearsal/aws/ec2/items";
import { deleteRoute } from "../../rehearsal/aws/ec2/routing";
import { newRule, rulesOf } from "../../rehearsal/aws/ec2/security-groups";
import type { Cluster, LoadBalancer } from "../../rehearsal/aws/eks/items";
import { commandLine } from "../../rehearsal/base/processes";
import { networkPrograms } from "../../rehearsal/network/apply/commands";
import { RealNetwork } from "../../rehearsal/network/network";
import { missingPrograms } from "../../rehearsal/tools/system-programs";
import type { LabVpc } from "../support/network-account";
import { NetworkLab, until } from "./network-lab";

/** Skips what needs namespaces where none can be made; under CI that is a failure. */
function needNamespaces(context: Mocha.Context): void {
  context.timeout(120_000);
  const missing = missingPrograms([...networkPrograms]);
  const reason = process.getuid?.() !== 0 ? "not root" : missing.length > 0 ? `no ${missing.join(", ")}` : undefined;
  if (reason && process.env.CI) throw new Error(`no network can be made here: ${reason}`);
  if (!reason) return;
  process.stdout.write(`    skipped, no network can be made here: ${reason}\n`);
  context.skip();
}

const timeOut = "time-out";
const patience = 1_500;
const everything = { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" };
const http = { ipProtocol: "tcp", fromPort: 80, toPort: 80 };

describe("packets between VPCs", function () {
  this.timeout(60_000);
  let lab: NetworkLab;
  let near: LabVpc;
  let far: LabVpc;
  const call = (port = 80) => lab.from(near.instances[0], "tcp", lab.address(far.instances[0]), port, patience);

  before(async function () {
    needNamespaces(this);
    lab = new NetworkLab("testa");
    near = await lab.vpc("us-east-1", 1);
    far = await lab.vpc("us-west-2", 2);
    await lab.peer(near, far);
    await lab.open();
    await lab.serve(far.instances[0], 80, 81);
    await lab.serve(near.instances[1], 80);
    await lab.network.attach(near.instances[0].id);
  });
  after(() => lab?.close());

  it("pass by a rule, time out without it, and pass again when it is back", async () => {
    assert.equal(await call(), timeOut);
    const rule = lab.admit(far, { ...http, cidrIpv4: "10.1.0.0/16" });
    await lab.settled();
    assert.equal(await call(), `${far.instances[0].nodeName} sees ${lab.address(near.instances[0])}`);
    assert.equal(await call(81), timeOut);
    lab.revoke(rule);
    await lab.settled();
    assert.equal(await call(), timeOut);
    lab.revoke(lab.admit(far, { ...http, cidrIpv4: "10.3.0.0/16" }));
    lab.revoke(lab.admit(far, { ...http, ipProtocol: "udp", cidrIpv4: "10.1.0.0/16" }));
    const again = lab.admit(far, { ...http, cidrIpv4: "10.1.0.0/16" });
    await lab.settled();
    assert.match(await call(), /sees/);
    lab.revoke(again);
  });

  it("of connections that stand are let through when the rule goes", async () => {
    const rule = lab.admit(far, { ...http, cidrIpv4: "10.1.0.0/16" });
    const { netns } = await lab.network.attach(near.instances[0].id);
    const held = lab.start(netns, "hold", lab.address(far.instances[0]), 80);
    let said = "";
    held.stdout?.on("data", (data) => {
      said += data;
    });
    await until(
      (line) => line.includes("still here"),
      async () => said,
    );
    lab.revoke(rule);
    await lab.settled();
    said = "";
    assert.match(
      await until(
        (line) => line.includes("still here"),
        async () => said,
        3,
      ),
      /still here/,
    );
    held.kill("SIGKILL");
  });

  it("need a rule on the way out too", async () => {
    const rule = lab.admit(far, everything);
    const [out] = rulesOf(lab.account, near.group.id).filter(({ isEgress }) => isEgress) as [SecurityGroupRule];
    lab.revoke(out);
    await lab.settled();
    assert.equal(await call(), timeOut);
    const { region } = near.vpc;
    const permission = { ...http, cidrIpv4: "10.2.0.0/16" };
    const narrow = newRule(lab.account, region, { securityGroupId: near.group.id, isEgress: true, permission });
    await lab.settled();
    assert.match(await call(), /sees/);
    assert.equal(await call(81), timeOut);
    lab.revoke(narrow);
    newRule(lab.account, region, { securityGroupId: near.group.id, isEgress: true, permission: everything });
    lab.revoke(rule);
  });

  it("between neighbours of a subnet's VPC need a rule as well, and a group may be named in it", async () => {
    const neighbour = () => lab.from(near.instances[0], "tcp", lab.address(near.instances[1]), 80, patience);
    await lab.settled();
    assert.equal(await neighbour(), timeOut);
    const rule = lab.admit(near, { ...http, referencedSecurityGroupId: near.group.id });
    await lab.settled();
    assert.match(await neighbour(), /sees/);
    const primary = lab.interfaceOf(near.instances[0]);
    const groups = primary.securityGroupIds;
    Object.assign(primary, { securityGroupIds: [near.vpc.defaultSecurityGroupId] });
    await lab.settled();
    assert.equal(await neighbour(), timeOut);
    Object.assign(primary, { securityGroupIds: groups });
    lab.revoke(rule);
  });

  it("need a route there and one back", async () => {
    const rule = lab.admit(far, everything);
    await lab.settled();
    assert.match(await call(), /sees/);
    const peering =
      near.privateTable.routes.find((route) => route.vpcPeeringConnectionId)?.vpcPeeringConnectionId ?? "";
    for (const [here, there] of [
      [near, far],
      [far, near],
    ] as const) {
      await deleteRoute(lab.account, here.vpc.region, here.privateTable.id, there.vpc.cidrBlock);
      await lab.settled();
      assert.equal(await call(), timeOut);
      await lab.route(here, here.privateTable, there.vpc.cidrBlock, peering);
      await lab.settled();
      assert.match(await call(), /sees/);
    }
    lab.revoke(rule);
  });

  it("may have 8500 bytes between regions, and not one more", async () => {
    const rule = lab.admit(far, everything);
    await lab.settled();
    const headers = 28;
    const send = (size: number) =>
      lab.from(near.instances[0], "udp", lab.address(far.instances[0]), 81, size - headers, patience);
    assert.equal(await send(8500), `${8500 - headers}`);
    assert.equal(await send(8501), timeOut);
    lab.revoke(rule);
  });

  it("with a sender's address that is not its own go nowhere", async () => {
    const rule = lab.admit(far, everything);
    await lab.settled();
    const { netns } = await lab.network.attach(near.instances[0].id);
    const enter = (...args: string[]) => execFileSync("nsenter", [`--net=${netns}`, "--", "ip", ...args]);
    enter("address", "add", "10.1.0.99/32", "dev", "eth0");
    enter("route", "replace", "10.2.0.0/16", "via", "10.1.0.1", "src", "10.1.0.99");
    assert.equal(await call(), timeOut);
    enter("route", "del", "10.2.0.0/16");
    assert.match(await call(), /sees/);
    enter("address", "del", "10.1.0.99/32", "dev", "eth0");
    lab.revoke(rule);
  });

  it("to what is nowhere on the internet are refused at once", async () => {
    assert.equal(await lab.from(near.instances[0], "tcp", "203.0.113.7", 443, patience), "ENETUNREACH");
    assert.equal(await lab.from(near.instances[0], "resolve", "10.1.0.2", "example.com"), "ENOTFOUND");
  });
});

describe("load balancers with packets", function () {
  this.timeout(60_000);
  let lab: NetworkLab;
  let near: LabVpc;
  let far: LabVpc;
  let name: string;
  const addresses = () => {
    const [balancer] = lab.account.list<LoadBalancer>("load-balancer");
    return (balancer?.interfaceIds ?? []).map((id) => lab.account.get<NetworkInterface>("network-interface", id));
  };
  const at = (index: number) => addresses()[index]?.privateIpAddress ?? "";
  const call = (address: string) => lab.from(near.instances[0], "tcp", address, 15443, patience);
  const resolved = () => lab.from(near.instances[0], "resolve", "10.1.0.2", name);

  before(async function () {
    needNamespaces(this);
    lab = new NetworkLab("testb");
    near = await lab.vpc("us-east-1", 1);
    far = await lab.vpc("us-west-2", 2);
    await lab.peer(near, far);
    await lab.open();
    for (const instance of far.instances) await lab.serve(instance, 31443);
    await lab.network.attach(near.instances[0].id);
  });
  after(() => lab?.close());

  it("have a name that resolves only after a while, to an address in each zone", async () => {
    name = await lab.balance(far);
    const [balancer] = lab.account.list<LoadBalancer>("load-balancer");
    await until((line) => line.includes(" "), resolved);
    assert.equal(balancer?.published, true);
    assert.equal(await resolved(), [at(0), at(1)].sort().join(" "));
    Object.assign(balancer ?? {}, { published: false });
    await lab.settled();
    assert.equal(await resolved(), "ENOTFOUND");
    Object.assign(balancer ?? {}, { published: true });
    await lab.settled();
  });

  it("keep the caller's address, and to their zone", async () => {
    const caller = lab.address(near.instances[0]);
    for (const [index, { nodeName }] of far.instances.entries()) {
      for (let attempt = 0; attempt < 3; attempt++) assert.equal(await call(at(index)), `${nodeName} sees ${caller}`);
    }
  });

  it("answer by the route table of their own subnet", async () => {
    const [peering = ""] = far.privateTable.routes.flatMap((route) => route.vpcPeeringConnectionId ?? []);
    const [own = ""] = addresses().map((each) => each?.subnetId);
    const inPrivate = own === far.subnets[0]?.id;
    const table = inPrivate ? far.privateTable : far.publicTable;
    const other = inPrivate ? far.publicTable : far.privateTable;
    const { region } = far.vpc;
    await deleteRoute(lab.account, region, other.id, near.vpc.cidrBlock);
    await lab.settled();
    assert.match(await call(at(0)), /sees/);
    await lab.route(far, other, near.vpc.cidrBlock, peering);
    await deleteRoute(lab.account, region, table.id, near.vpc.cidrBlock);
    await lab.settled();
    assert.equal(await call(at(0)), timeOut);
    await lab.route(far, table, near.vpc.cidrBlock, peering);
    await lab.settled();
    assert.match(await call(at(0)), /sees/);
  });

  it("pass over zones when told so", async () => {
    const [balancer] = lab.account.list<LoadBalancer>("load-balancer");
    Object.assign(balancer ?? {}, { crossZone: true });
    const seen = new Set<string>();
    const both = async () => {
      seen.add(await call(at(0)));
      return `${[...seen].filter((line) => line.includes("sees")).length}`;
    };
    assert.equal(await until((count) => count === "2", both), "2");
    Object.assign(balancer ?? {}, { crossZone: false });
  });

  it("find out by the nodes' rules that a target does not answer, and end what stood", async () => {
    await until((line) => line.includes(" "), resolved);
    const { netns } = await lab.network.attach(near.instances[0].id);
    const held = lab.start(netns, "hold", at(1), 15443);
    let said = "";
    held.stdout?.on("data", (data) => {
      said += data;
    });
    await until(
      (line) => line.includes("sees"),
      async () => said,
    );
    const primary = lab.interfaceOf(far.instances[1]);
    const groups = primary.securityGroupIds;
    Object.assign(primary, { securityGroupIds: [far.vpc.defaultSecurityGroupId] });
    assert.equal(await until((line) => line === at(0), resolved), at(0));
    assert.equal(await call(at(1)), timeOut);
    assert.match(await call(at(0)), /sees/);
    assert.match(
      await until(
        (line) => line.includes("ECONNRESET"),
        async () => said,
        5,
      ),
      /ECONNRESET/,
    );
    Object.assign(primary, { securityGroupIds: groups });
    assert.match(await until((line) => line.includes(" "), resolved), / /);
    assert.match(await call(at(1)), /sees/);
  });

  it("of the internet are reached by their public address, by callers with theirs", async () => {
    const [balancer] = lab.account.list<LoadBalancer>("load-balancer");
    lab.account.remove("load-balancer", balancer?.id ?? "");
    name = await lab.balance(far, { internal: false });
    await until((line) => line.startsWith("198."), resolved);
    const publicIps = addresses().map((each) => each?.publicIp ?? "");
    assert.equal(await resolved(), [...publicIps].sort().join(" "));
    const publicIp = lab.natAddress(near);
    assert.equal(await call(publicIps[0] ?? ""), `${far.instances[0].nodeName} sees ${publicIp}`);
  });

  it("of the classic kind call by their own address, for clients that their own group admits", async () => {
    const [old] = lab.account.list<LoadBalancer>("load-balancer");
    lab.account.remove("load-balancer", old?.id ?? "");
    name = await lab.balance(far, { type: "classic" });
    await until((line) => line.includes(" "), resolved);
    assert.equal(await call(at(0)), `${far.instances[0].nodeName} sees ${at(0)}`);
    const [balancer] = lab.account.list<LoadBalancer>("load-balancer");
    const rules = rulesOf(lab.account, balancer?.securityGroupId ?? "").filter(({ isEgress }) => !isEgress);
    for (const rule of rules) lab.revoke(rule);
    await lab.settled();
    assert.equal(await call(at(0)), timeOut);
  });
});

describe("API servers with packets", function () {
  this.timeout(60_000);
  const apiPort = 12345;
  let lab: NetworkLab;
  let near: LabVpc;
  let far: LabVpc;
  const host = ({ cluster }: LabVpc) => new URL(cluster.endpoint).hostname;
  const connect = async (path: string): Promise<number> => {
    const { hostname, port } = new URL(lab.network.proxyUrl);
    const asked = request({ hostname, port, path, method: "CONNECT" }).end();
    const [{ statusCode }, socket] = await once(asked, "connect");
    socket.destroy();
    return statusCode;
  };

  before(async function () {
    needNamespaces(this);
    lab = new NetworkLab("testc");
    near = await lab.vpc("us-east-1", 1);
    far = await lab.vpc("us-west-2", 2);
    await lab.open((cluster) => (cluster === near.cluster.name ? apiPort : undefined));
    const api = lab.start(lab.network.backbone, "serve", "api", apiPort);
    if (api.stdout) await once(api.stdout, "data");
    for (const { instances } of [near, far]) await lab.network.attach(instances[0].id);
  });
  after(() => lab?.close());

  it("are reached at their interfaces in their own VPC, as groups allow, and on no other port", async () => {
    const [address = ""] = (await lab.from(near.instances[0], "resolve", "10.1.0.2", host(near))).split(" ");
    const interfaces = near.cluster.interfaceIds.map(
      (id) => lab.account.get<NetworkInterface>("network-interface", id)?.privateIpAddress,
    );
    assert.ok(interfaces.includes(address), `${address} is none of ${interfaces}`);
    const call = (port: number) => lab.from(near.instances[0], "tcp", address, port, patience);
    assert.equal(await call(443), timeOut);
    const rule = lab.admit(near, { ipProtocol: "-1", referencedSecurityGroupId: near.group.id });
    await lab.settled();
    assert.equal(await call(443), `api sees ${lab.address(near.instances[0])}`);
    assert.equal(await call(apiPort), timeOut);
    lab.revoke(rule);
  });

  it("are reached from elsewhere by those on the access list", async () => {
    const [address = ""] = (await lab.from(far.instances[0], "resolve", "10.2.0.2", host(near))).split(" ");
    assert.match(address, /^198\./);
    const call = () => lab.from(far.instances[0], "tcp", address, 443, patience);
    assert.equal(await call(), timeOut);
    const publicIp = lab.natAddress(far);
    const cluster = lab.account.get<Cluster>("eks-cluster", near.cluster.id);
    Object.assign(cluster ?? {}, { publicAccessCidrs: [`${publicIp}/32`] });
    await lab.settled();
    assert.equal(await call(), `api sees ${publicIp}`);
  });

  it("call nodes by their interface, as groups allow", async () => {
    await lab.serve(near.instances[0], 10250);
    const call = () => lab.in(lab.network.backbone, "tcp", lab.address(near.instances[0]), 10250, patience);
    assert.equal(await call(), timeOut);
    lab.admit(near, { ipProtocol: "tcp", fromPort: 10250, toPort: 10250, referencedSecurityGroupId: near.group.id });
    await lab.settled();
    const [id = ""] = near.cluster.interfaceIds;
    const { privateIpAddress } = lab.account.get<NetworkInterface>("network-interface", id) ?? {};
    assert.equal(await call(), `${near.instances[0].nodeName} sees ${privateIpAddress}`);
  });

  it("are reached from this machine by the proxy, which leads nowhere else", async () => {
    assert.equal(await connect(`${host(near)}:443`), 200);
    assert.equal(await connect(`${host(near)}:80`), 403);
    assert.equal(await connect(`${host(far)}:443`), 403);
    assert.equal(await connect(`127.0.0.1:${apiPort}`), 403);
  });

  it("are found by their names, and by the proxy, when the process of AWS's services was killed", async () => {
    const { proxyUrl } = lab.network;
    const resolved = () => lab.from(near.instances[0], "resolve", "10.1.0.2", host(near)).catch(() => "nobody answers");
    assert.match(await resolved(), /^10\./);
    const inside = execFileSync("ip", ["netns", "pids", basename(lab.network.backbone)], { encoding: "utf8" });
    const pids = inside.trim().split("\n").map(Number);
    const services = pids.find((pid) => commandLine(pid).includes("services/main.ts"));
    assert.ok(services);
    process.kill(services, "SIGKILL");
    assert.match(await until((line) => line.startsWith("10."), resolved), /^10\./);
    assert.equal(lab.network.proxyUrl, proxyUrl);
    assert.equal(await connect(`${host(near)}:443`), 200);
    assert.match(
      readFileSync(join(lab.scratch, "logs", "network.log"), "utf8"),
      /ended with SIGKILL: .*; started again/,
    );
  });
});

describe("the machine around the network", function () {
  this.timeout(120_000);
  before(function () {
    needNamespaces(this);
  });

  it("is as before when the network is closed", async () => {
    const before = machine("testd");
    const lab = new NetworkLab("testd");
    const { instances } = await lab.vpc("us-east-1", 1);
    await lab.open();
    await lab.network.attach(instances[0].id);
    assert.deepEqual(notMounts(machine("testd")), notMounts(before));
    assert.ok(namespacesOf("testd").length >= 3);
    await lab.close();
    assert.deepEqual(machine("testd"), before);
    assert.deepEqual(namespacesOf("testd"), []);
  });

  it("is cleaned up by the next after one that was killed", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", require.resolve("./dying-lab.ts"), "teste"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (child.stdout) await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(namespacesOf("teste").length >= 4);
    const lab = new NetworkLab("testf");
    await lab.open();
    assert.deepEqual(namespacesOf("teste"), []);
    await lab.close();
  });

  it("keeps a network for another process", async () => {
    const lab = new NetworkLab("testg");
    const { instances, ...vpc } = await lab.vpc("us-east-1", 1);
    await lab.open();
    lab.admit({ instances, ...vpc }, everything);
    await lab.serve(instances[1], 80);
    const call = () => lab.from(instances[0], "tcp", lab.address(instances[1]), 80, patience);
    assert.match(await call(), /sees/);
    const { proxyUrl } = lab.network;
    try {
      await lab.network.keep();
      const { account, run, scratch } = lab;
      const again = await RealNetwork.open({ account, run, scratch, apiPort: () => undefined });
      assert.equal(again.proxyUrl, proxyUrl);
      assert.match(await call(), /sees/);
      await again.close();
      assert.deepEqual(namespacesOf("testg"), []);
    } finally {
      await lab.close();
    }
  });
});

function namespacesOf(run: string): string[] {
  const folder = "/run/netns";
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`mcl-${run}-`)) : [];
}

/** Interfaces, routes, rules and mounts of the machine's own, as text; without those of other rehearsals. */
function machine(run: string): Record<string, string[]> {
  const lines = (program: string, ...args: string[]) =>
    execFileSync(program, args, { encoding: "utf8" })
      .split("\n")
      .filter((line) => !line.includes("mcl-") || line.includes(`mcl-${run}-`))
      .map((line) => line.replace(/(valid_lft|preferred_lft|expires) \d+\w*/g, "$1"));
  return {
    interfaces: lines("ip", "address"),
    routes: lines("ip", "route", "show", "table", "all"),
    policies: lines("ip", "rule"),
    firewall: lines("nft", "list", "ruleset"),
    mounts: lines("mount"),
    forwarding: lines("sysctl", "net.ipv4.ip_forward", "net.ipv4.conf.all.rp_filter"),
  };
}

/** Namespaces are mounts while they are there. */
function notMounts({ mounts: _, ...rest }: Record<string, string[]>): Record<string, string[]> {
  return rest;
}

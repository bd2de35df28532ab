import { deepEqual, equal, match, notEqual, rejects } from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { World } from "../../rehearsal/network/services/messages";
import { Services, type ServicesArgs } from "../../rehearsal/network/services/process";

/** Stands for AWS's services: it says on its port, and by a target's state, which process it is and what it was told. */
const standIn = `
  const told = [];
  process.on("message", (message, socket) => {
    told.push(message.type);
    if (message.type === "proxy") socket.on("connection", (caller) => caller.end(process.pid + " " + told));
    if (message.type === "start" && message.options.speed === 0) process.exit(3);
    if (message.type === "proxy") process.send({ type: "ready" });
    if (message.type === "update") process.send({ type: "health", states: [[process.pid + message.world.names[0].name, "healthy"]] });
  });
  process.on("disconnect", () => process.exit());
`;

describe("the process of AWS's services", () => {
  let scratch = "";
  let services: Services | undefined;
  let restarts: string[] = [];
  let states: string[] = [];
  const log = () => join(scratch, "services.log");
  const world: World = { vpcs: {}, names: [{ name: "nlb", addresses: [] }], checks: [], apiPorts: {} };

  const args = (speed = 1): ServicesArgs => ({
    inBackbone: () => [process.execPath, join(scratch, "stand-in.cjs")],
    options: { speed, webhooks: { certificate: "", key: "" }, modules: [] },
    proxyPort: undefined,
    log: log(),
    onHealth: (seen) => states.push(...seen.keys()),
    onRestart: (how, failure) => restarts.push(failure ? `${how}; failed: ${failure.message}` : how),
  });

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "services-"));
    writeFileSync(join(scratch, "stand-in.cjs"), standIn);
    [restarts, states] = [[], []];
  });
  afterEach(() => {
    services?.close();
    services = undefined;
    rmSync(scratch, { recursive: true });
  });

  const until = async (seen: () => boolean) => {
    while (!seen()) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  const ask = async (port: number): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    let said = "";
    socket.on("data", (data) => {
      said += data;
    });
    await once(socket, "close");
    return said;
  };

  it("is another one when it was killed, on the same port, and is told what the first one knew", async () => {
    services = await Services.start(args());
    const { pid, proxyPort } = services;
    services.update(world);
    await until(() => states.length > 0);
    deepEqual(states, [`${pid}nlb`]);
    process.kill(pid, "SIGKILL");
    await until(() => restarts.length > 0);
    notEqual(services.pid, pid);
    equal(services.proxyPort, proxyPort);
    deepEqual(restarts, [`AWS's services ended with SIGKILL: see ${log()}`]);
    await until(() => states.length > 1);
    equal(states[1], `${services.pid}nlb`);
    equal(await ask(proxyPort), `${services.pid} start,proxy,update`);
  });

  it("that does not come up again is told of, with its log", async () => {
    services = await Services.start(args());
    writeFileSync(join(scratch, "stand-in.cjs"), 'console.error("no room"); process.exit(4)');
    process.kill(services.pid, "SIGKILL");
    await until(() => restarts.length > 0);
    match(
      restarts.join(),
      /^AWS's services ended with SIGKILL: see .*; failed: AWS's services ended with 4: see .*log$/,
    );
    equal(readFileSync(log(), "utf8"), "no room\n");
  });

  it("that never came up is a failure, with its log", async () => {
    await rejects(Services.start(args(0)), /AWS's services ended with 3: see .*services\.log/);
    deepEqual(restarts, []);
  });

  it("is not started again when it was closed", async () => {
    services = await Services.start(args());
    const { pid } = services;
    services.close();
    await until(() => !lives(pid));
    await new Promise((resolve) => setTimeout(resolve, 100));
    deepEqual([services.pid, restarts], [pid, []]);
  });
});

/** Whether a process, which is a child of this one, has not ended. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Ports for servers that other programs open. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Handed out by this process: those that nobody has opened yet would be found free a second time. */
const handedOut = new Set<number>();

const lowest = 10_000;

/**
 * Ports of the loopback interface that nobody listens on, all different. They lie below those that the kernel gives to
 * outgoing connections: an API server opens a hundred of these to its etcd while it starts, and one that took the port of
 * a component still to come would end it.
 */
export async function freePorts(count: number): Promise<number[]> {
  const below = outgoingPorts();
  const ports: number[] = [];
  while (ports.length < count) {
    const port = lowest + Math.floor(Math.random() * (below - lowest));
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    ports.push(port);
  }
  return ports;
}

/** The first port that the kernel gives to outgoing connections; 32768 unless an administrator changed it. */
function outgoingPorts(): number {
  const first = Number(/^\d+/.exec(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"))?.[0]);
  return first > lowest + 1000 ? first : 65_536;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProxyFor } from "../../checks/kube/proxy";
import type { ControlPlane } from "../control-planes/control-plane";
import { connectProxy } from "../network/services/connect-proxy";

/**
 * The way to API servers by the names and addresses under which others would call them, where nodes are simulated and so no
 * network has these: a proxy on loopback, as real nodes have one.
 */
export class ApiProxy {
  private constructor(
    private readonly server: Server,
    private readonly planes: () => readonly ControlPlane[],
  ) {}

  static async open(planes: () => readonly ControlPlane[]): Promise<ApiProxy> {
    const server = connectProxy((host) => planes().find(({ hosts }) => hosts.includes(host))?.port);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // A rehearsal that ends does not wait for it.
    server.unref();
    return new ApiProxy(server, planes);
  }

  /** Of this proxy for what it leads to, and undefined for everything else. */
  readonly proxyFor: ProxyFor = (url) => {
    const { hostname } = new URL(url);
    const { port } = this.server.address() as AddressInfo;
    return this.planes().some(({ hosts }) => hosts.includes(hostname)) ? `http://127.0.0.1:${port}` : undefined;
  };

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

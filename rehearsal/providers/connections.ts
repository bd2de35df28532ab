import { setMaxListeners } from "node:events";

/**
 * The instances of one provider. The engine opens a connection of its own for each provider resource (one a region, one a
 * cluster) and configures it; requests do not name their provider, so the connection they come by (its `peer`) is what
 * tells the instances apart.
 */
export class Connections<Config> {
  private readonly configs = new Map<string, Config>();
  // One for each connection: the engine also says cancel when it is done, and the next one must not find itself cancelled.
  private readonly aborts = new Map<string, AbortController>();

  /** @param name the provider's, for messages */
  constructor(private readonly name: string) {}

  configure(peer: string, config: Config): void {
    this.configs.set(peer, config);
    // A new connection may come from the port of an old one.
    this.aborts.delete(peer);
  }

  /** @throws Error when the connection was not configured */
  config(peer: string): Config {
    const config = this.configs.get(peer);
    if (config === undefined) throw new Error(`${this.name} provider was asked before it was configured`);
    return config;
  }

  /** Aborted when the engine cancels what goes by this connection. */
  signal(peer: string): AbortSignal {
    const abort = this.aborts.get(peer) ?? new AbortController();
    // Every operation under way listens.
    setMaxListeners(0, abort.signal);
    this.aborts.set(peer, abort);
    return abort.signal;
  }

  cancel(peer: string): void {
    this.aborts.get(peer)?.abort(new Error("cancelled"));
  }
}

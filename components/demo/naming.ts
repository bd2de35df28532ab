import type { ServiceExporter } from "../plan/exports";
import type { DemoConfig } from "./plan";
import { callersOf, exportedServices } from "./plan";

/** How a Service that crosses clusters is found. */
export interface NamingRow {
  /** Name and namespace, e.g. `redis-cart.boutique`. */
  readonly service: string;
  /** Clusters with instances. */
  readonly on: readonly string[];
  /** Clusters that call it under this name. */
  readonly calledFrom: readonly string[];
  /** Host and port. */
  readonly address: string;
  /** What makes it so, besides the Service itself. */
  readonly configuration: string;
}

/** The Services that the demo shares, by the same functions that make them; also when it is off. */
export function namingTable({ clusters, demo }: DemoConfig, sharing: ServiceExporter): NamingRow[] {
  const config: DemoConfig = { clusters, demo: { ...demo, enabled: true } };
  return exportedServices(config, sharing).map((share) => {
    const { host, setup } = sharing.exportService(share);
    return {
      service: `${share.name}.${share.namespace}`,
      on: share.from,
      calledFrom: share.global ? callersOf(share.name, config, sharing) : share.to,
      address: `${host}:${share.port}`,
      configuration: setup,
    };
  });
}

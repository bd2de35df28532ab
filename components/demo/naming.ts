import type { ServiceExporter } from "../plan/exports";
import { callersOf, type DemoConfig } from "./placement";
import { exportedServices } from "./workload";

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

/** The Services that the demo exports, by the same functions that make them; also when it is off. */
export function namingTable(config: DemoConfig, exporter: ServiceExporter): NamingRow[] {
  return exportedServices(config, exporter).map((service) => {
    const { host, setup } = exporter.exportService(service);
    return {
      service: `${service.name}.${service.namespace}`,
      on: service.from,
      calledFrom: service.global ? callersOf(service.name, config, exporter) : service.to,
      address: `${host}:${service.port}`,
      configuration: setup,
    };
  });
}

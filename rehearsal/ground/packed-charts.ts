/** Charts that are packed here: real ones where a backend's sources have them, elsewhere small ones of this project. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildMirror, checkMirror, type WantedChart } from "./chart-mirror";
import { chartSources, packSourceCharts } from "./source-charts";

/** Where stand-ins are. */
const standIns = join(__dirname, "..", "charts");

/**
 * Packs the charts of a backend into a mirror.
 *
 * @param helm path of the helm binary
 * @param scratch folder for what is packed
 * @returns `standin`, or what real ones were packed from, e.g. `github.com/cilium/cilium v1.20.2`
 * @throws UserError when real ones cannot be had
 */
export async function packCharts(
  backend: string,
  wanted: readonly WantedChart[],
  folders: { readonly helm: string; readonly mirror: string; readonly scratch: string },
): Promise<string> {
  const real = chartSources[backend];
  const others = standInsFor(backend);
  const packed = real ? await packSourceCharts(real, wanted, { ...folders, others }) : "standin";
  if (!real) await buildMirror(folders.helm, folders.mirror, others);
  checkMirror(folders.mirror, wanted);
  return packed;
}

/** Folders with a backend's stand-ins: its own, and with the Gateway API what several have. */
export function standInsFor(backend: string): string[] {
  const shared = backend === "istio" || backend === "linkerd" ? ["gateway-api"] : [];
  return [backend, ...shared].map((name) => join(standIns, name)).filter((folder) => existsSync(folder));
}

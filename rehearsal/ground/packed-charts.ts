/** Charts that are packed here: real ones where a backend's sources have them, elsewhere small ones of this project. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findGo } from "../tools/go";
import { buildMirror, checkMirror, pullCharts, type WantedChart } from "./chart-mirror";
import { chartSources, packSourceCharts } from "./source-charts";

/** Where stand-ins are. */
const standIns = join(__dirname, "..", "charts");

/**
 * Packs the charts of a backend into a mirror. Without Go real ones are pulled from their own repository.
 *
 * @param helm path of the helm binary
 * @param scratch folder for what is packed
 * @param hasGo whether there is Go to fetch sources with. Default: as on this machine
 * @returns `standin`, `upstream`, or what real ones were packed from, e.g. `github.com/cilium/cilium v1.20.2`
 * @throws UserError when real ones cannot be had
 */
export async function packCharts(
  backend: string,
  wanted: readonly WantedChart[],
  folders: { readonly helm: string; readonly mirror: string; readonly scratch: string },
  hasGo = findGo() !== undefined,
): Promise<string> {
  const real = chartSources[backend];
  if (real && !hasGo) {
    await pullCharts(folders.helm, folders.mirror, wanted);
    return "upstream";
  }
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

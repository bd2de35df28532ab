import { type BackendName, backendNames, backendProfiles } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import { validateLab } from "../../components/lab/config";
import { type LabPlan, plan } from "../../components/lab/plan";

/** A lab that the documentation speaks of: the default configuration with a backend, and some settings laid over. */
export interface Variant {
  readonly title: string;
  readonly plan: LabPlan;
}

/** Settings of every lab of the documentation: which charts there are does not matter here, but some backends want a mirror. */
export const documentedSettings: RawConfig = { adminCidrs: '["198.51.100.0/24"]', charts: '{"mirror":"MIRROR"}' };
/** The day for which they are planned. */
export const documentedDay = "2026-01-01";

const { title: linkerdTitle } = backendProfiles.linkerd;
const overInternet: RawConfig = { interconnect: "internet", exposure: "public" };

/** Every backend as it is when nothing else is said. */
export const everyBackend: readonly Variant[] = backendNames.map((backend) => labWith(backend));

/** Every backend, and Linkerd in each of its modes. */
export const everyNaming: readonly Variant[] = everyBackend.flatMap((variant) =>
  variant.plan.config.backend === "linkerd"
    ? (["gateway", "remote-discovery", "federated"] as const).map((mode) =>
        labWith("linkerd", { linkerd: JSON.stringify({ mode }) }, `${linkerdTitle}, \`${mode}\``),
      )
    : [variant],
);

/** These, and Submariner in the way in which callers cannot be told apart. */
export const everyReplication: readonly Variant[] = everyNaming.flatMap((variant) =>
  variant.plan.config.backend === "submariner"
    ? [
        variant,
        labWith("submariner", { submariner: JSON.stringify({ globalnet: true }) }, `${variant.title} with Globalnet`),
      ]
    : [variant],
);

/** Every backend, and those besides whose global services depend on how the clusters are joined. */
export const everyBalancing: readonly Variant[] = everyBackend.flatMap((variant) =>
  variant.plan.config.backend === "linkerd"
    ? [variant, labWith("linkerd", overInternet, `${linkerdTitle}, over the internet`)]
    : [variant],
);

/** The lab with `backend`. */
export function labWith(
  backend: BackendName,
  settings: RawConfig = {},
  title = backendProfiles[backend].title,
): Variant {
  const raw: RawConfig = { backend, ...documentedSettings, ...settings };
  return { title, plan: plan("documentation", validateLab(raw, "the documentation"), documentedDay) };
}

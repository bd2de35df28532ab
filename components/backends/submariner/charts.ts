import { imageFrom } from "../../plan/image";

/**
 * Charts. Submariner's were released with 0.24.1 (submariner-io/releases, August 2026); newer ones are milestones. Calico is
 * the newest stable release when pinned. Since 3.32 its CRDs are a chart of their own.
 */
const submariner = { version: "0.24.1", repository: "https://submariner-io.github.io/submariner-charts/charts" };
const calico = { version: "v3.32.1", repository: "https://docs.tigera.io/calico/charts" };

/** The broker's chart is on one cluster, the others are on every one. */
export const submarinerCharts = {
  /** Custom resource definitions of the broker. */
  broker: { name: "submariner-k8s-broker", ...submariner },
  /** The operator and the Submariner resource. */
  operator: {
    name: "submariner-operator",
    ...submariner,
    images: (registry: string) => ({
      operator: { image: { repository: imageFrom("quay.io/submariner/submariner-operator", registry) } },
      submariner: { images: { repository: imageFrom("quay.io/submariner", registry) } },
    }),
  },
  /** Calico's custom resource definitions. */
  calicoDefinitions: { name: "crd.projectcalico.org.v1", ...calico },
  /** Calico's operator and the Installation resource. */
  calico: {
    name: "tigera-operator",
    ...calico,
    images: (registry: string) => ({ tigeraOperator: { registry }, installation: { registry } }),
  },
} as const;

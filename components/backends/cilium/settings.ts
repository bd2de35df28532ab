import { z } from "zod";
import { setting } from "../../base/setting";
import { ciliumExportWays } from "./names";

/** What can be set of Cilium. */
export const ciliumSettings = z
  .strictObject({
    datapath: setting(
      z.enum(["vxlan", "eni", "chaining"]).default("vxlan"),
      "How pods reach each other with Cilium",
      "vxlan (an overlay with addresses of podCidr), eni (addresses of the VPC, given by Cilium) or chaining (addresses of the VPC, given by AWS's CNI, with Cilium on top)",
    ),
    encryption: setting(
      z.enum(["none", "wireguard", "ipsec"]).default("none"),
      "How pods' traffic between nodes is encrypted (Cilium)",
      "none, wireguard or ipsec (not with chaining)",
    ),
    ipsecKey: setting(
      z.int().min(1).max(15).default(1),
      "Number of the IPsec key; another number makes a new key, for all clusters together (Cilium)",
      "1 to 15, and 1 again after 15",
    ),
    kubeProxyReplacement: setting(
      z.boolean().default(false),
      "Whether Cilium does the work of kube-proxy, which is then not installed",
      "true or false",
    ),
    sharing: setting(
      z.enum(ciliumExportWays).default("global-services"),
      "How Services cross clusters (Cilium)",
      "global-services (the same Service with an annotation on each cluster that calls it) or mcs (a ServiceExport, and a name of the cluster set)",
    ),
    hubble: setting(
      z.boolean().default(false),
      "Whether agents record flows for Hubble, with a relay (Cilium)",
      "true or false",
    ),
    cacheTtl: setting(
      z
        .string()
        .regex(/^\d+[smh]$/, "not a number of seconds, minutes or hours")
        .default("30s"),
      "How long pods of a peer are called that cannot be asked any more; 0s for ever (Cilium)",
      "a number with s, m or h",
    ),
    clusterIds: setting(
      z.record(z.string(), z.int().min(1).max(127)).default({}),
      "Numbers of clusters in the mesh where they shall not follow from the names (Cilium)",
      "a map of cluster names to numbers from 1 to 127",
    ),
  })
  .prefault({});

/** The settings of Cilium, complete and checked. */
export type CiliumSettings = z.output<typeof ciliumSettings>;

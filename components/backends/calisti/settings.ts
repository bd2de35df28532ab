import { z } from "zod";
import { setting } from "../../base/setting";
import { dnsLabel } from "../../base/values";
import { exposedHosts } from "../common/istio/exposed-hosts";

/** What can be set of Calisti's open core. */
export const calistiSettings = z
  .strictObject({
    exposedHosts: exposedHosts("Calisti"),
    injectedNamespaces: setting(
      z
        .array(
          dnsLabel("namespace").refine((name) => name !== "default" && !name.startsWith("kube-"), {
            message: "a namespace that is there already",
          }),
        )
        .default([]),
      "Namespaces besides the demo's that the program makes and whose pods get a sidecar (Calisti)",
      "a list of names of namespaces that are not there yet",
    ),
  })
  .prefault({});

/** The settings of Calisti, complete and checked. */
export type CalistiSettings = z.output<typeof calistiSettings>;

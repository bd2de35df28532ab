/** What a cluster of each backend shows to the others, and by which roots it takes what they show: read off what the program asks for. */
import type { BackendName } from "../../components/backends/profiles";
import { intermediateLeaf, revealed } from "./certificates";
import type { Recorded, Run } from "./mocks";

/** PEM texts. */
export interface ShownAndTrusted {
  /** Chains, each from the leaf on. */
  readonly shown: readonly string[];
  /** Bundles of roots. */
  readonly trusted: readonly string[];
}

const secretType = "kubernetes:core/v1:Secret";
const releaseType = "kubernetes:helm.sh/v3:Release";

/** By backend; Submariner's gateways show no certificate. */
const readers: Readonly<Record<BackendName, (run: Run, cluster: string) => Promise<ShownAndTrusted>>> = {
  istio: (run, cluster) => signedBy(run.one(secretType, `${cluster}-istio-cacerts`)),
  calisti: (run, cluster) => signedBy(run.one(secretType, `${cluster}-calisti-cacerts`)),
  linkerd: async (run, cluster) => {
    const { stringData } = inputsOf(run.one(secretType, `${cluster}-linkerd-issuer`));
    const { values } = inputsOf(run.one(releaseType, `${cluster}-linkerd-control-plane`));
    const leaf = await intermediateLeaf(stringData["tls.crt"], stringData["tls.key"]);
    return { shown: [leaf + stringData["tls.crt"]], trusted: [values.identityTrustAnchorsPEM] };
  },
  cilium: async (run, cluster) => {
    const secrets = leaves(run, cluster);
    return {
      shown: secrets.map((secret) => inputsOf(secret).stringData["tls.crt"]),
      trusted: secrets.map((secret) => inputsOf(secret).stringData["ca.crt"]),
    };
  },
  // Clients are no part of the lab: they go by what the outputs say.
  loadbalancer: async (run, cluster) => ({
    shown: leaves(run, cluster).map((secret) => inputsOf(secret).stringData["tls.crt"]),
    trusted: [run.lab.trusted],
  }),
  submariner: async () => ({ shown: [], trusted: [] }),
};

/** Of a cluster, at the step of the run. */
export function trustOf(backend: BackendName, run: Run, cluster: string): Promise<ShownAndTrusted> {
  return readers[backend](run, cluster);
}

/** istiod signs what pods ask for, and they show its chain with it. */
async function signedBy(secret: Recorded): Promise<ShownAndTrusted> {
  const { stringData } = inputsOf(secret);
  const leaf = await intermediateLeaf(stringData["ca-cert.pem"], stringData["ca-key.pem"]);
  return { shown: [leaf + stringData["cert-chain.pem"]], trusted: [stringData["root-cert.pem"]] };
}

function leaves(run: Run, cluster: string): Recorded[] {
  return run
    .all(secretType)
    .filter(({ name, inputs }) => name.startsWith(`${cluster}-`) && inputs.type === "kubernetes.io/tls");
}

function inputsOf({ inputs }: Recorded): Recorded["inputs"] {
  return revealed(inputs) as Recorded["inputs"];
}

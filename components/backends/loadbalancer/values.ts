import { quantities, type Resources } from "../../plan/pods";
import { entryName, entryNamespace } from "./names";

/** What the ingress controller requests. */
export const controllerRequests: Resources = { cpu: 50, memory: 64 };

/** Values of the traefik chart: an ingress controller for the entry's class, and nothing besides. */
export function traefikValues() {
  return {
    ingressClass: { enabled: true, isDefaultClass: false, name: entryName },
    providers: {
      // Ingress alone, which is stable in Kubernetes: no kinds of Traefik's own to be gone before their controller.
      kubernetesCRD: { enabled: false },
      // Ingresses show the address of the program's Service.
      kubernetesIngress: { publishedService: { enabled: true, pathOverride: `${entryNamespace}/${entryName}` } },
    },
    // The program owns the load balancer's Service: its address is an output and its removal is waited for.
    service: { enabled: false },
    api: { dashboard: false },
    global: { checkNewVersion: false },
    resources: { requests: quantities(controllerRequests) },
  };
}

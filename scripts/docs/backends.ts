import { type BackendName, backendNames } from "../../components/backends/profiles";
import { table } from "./markdown";
import { labWith } from "./variants";

/** How a backend joins clusters, for whoever chooses among them. */
const ways: Readonly<Record<BackendName, string>> = {
  istio: "sidecars with mutual TLS, and a gateway on each cluster (multi-primary, multi-network)",
  linkerd: "proxies with mutual TLS, and mirrored Services, through a gateway or pod to pod",
  cilium: "one CNI whose agents know all clusters (Cluster Mesh); pods reach each other directly",
  submariner: "IPsec or WireGuard tunnels between gateway nodes, with Calico as the clusters' network",
  calisti: "Istio 1.17 by an operator and a cluster registry; ended, there for comparison",
  loadbalancer: "no mesh: a load balancer for each exported Service, as the baseline",
};

/** The backends, what they are, and what their default labs cost. */
export function backendsTable(): string {
  const rows = backendNames.map((name) => {
    const { title, plan } = labWith(name);
    return [`[${title}](docs/backends/${name}.md)`, `\`${name}\``, ways[name], plan.price.perHour.toFixed(2)];
  });
  return table(["backend", "setting", "how clusters are joined", "USD an hour"], rows);
}

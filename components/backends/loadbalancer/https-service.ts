import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { Trust } from "../../trust/trust";
import { Alias } from "./alias";
import { type BalancedService, dnsNames, exportLabels, labName } from "./exports";
import { entryName, entryNamespace } from "./names";

/** What an HTTPS Service is made of. */
export interface HttpsServiceArgs {
  /** What is exported, under which name and port. */
  readonly service: BalancedService;
  /** The cluster that has it. */
  readonly cluster: Cluster;
  /** Issues the certificate. */
  readonly trust: Trust;
  /** The Service's namespace: an Ingress leads to Services of its own alone. */
  readonly namespace: pulumi.Input<string>;
  /** The ingress controller: on the way down Ingresses go while it lives. */
  readonly controller: pulumi.Resource;
}

/**
 * A Service that its cluster offers to the peers by HTTPS: a certificate of the cluster's authority for the names that
 * they call, and the Ingress that ends the encryption and passes the request on.
 */
export class HttpsService extends pulumi.ComponentResource {
  constructor(name: string, args: HttpsServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:loadbalancer:HttpsService", name, {}, opts);
    const { service, cluster, trust, namespace, controller } = args;
    const child = { parent: this, provider: cluster.provider };
    const owner = cluster.plan.name;
    const exported = labName(service.name, owner);
    const hosts = dnsNames(exported, service.namespace);
    const labels = exportLabels(owner, service);

    const leaf = trust.leaf(
      name,
      owner,
      { commonName: exported, dnsNames: hosts, uses: ["server_auth"] },
      { parent: this },
    );
    const secret = new k8s.core.v1.Secret(
      `${name}-tls`,
      {
        metadata: { name: `${exported}-tls`, namespace, labels },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": leaf.chain, "tls.key": leaf.privateKey },
      },
      child,
    );
    new k8s.networking.v1.Ingress(
      name,
      {
        metadata: { name: exported, namespace, labels, annotations },
        spec: {
          ingressClassName: entryName,
          tls: [{ hosts, secretName: secret.metadata.name }],
          rules: hosts.map((host) => rule(host, service)),
        },
      },
      { ...child, dependsOn: controller },
    );
    // The owner's own clients find the Service under the same name as the peers do.
    new Alias(
      name,
      { service, owner, on: cluster, namespace, target: { kind: "name", name: entryHost } },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

const entryHost = `${entryName}.${entryNamespace}.svc.cluster.local`;

const annotations = {
  "traefik.ingress.kubernetes.io/router.entrypoints": "websecure",
  // The provider would wait for pods behind the Service; who deploys them is not the backend's concern.
  "pulumi.com/skipAwait": "true",
};

/** All that is asked of `host` goes to the Service. */
function rule(host: string, { name, port }: BalancedService): k8s.types.input.networking.v1.IngressRule {
  const backend = { service: { name, port: { number: port } } };
  return { host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } };
}

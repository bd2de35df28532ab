/** Resources as the engine is asked for them, among them those that components of EKS make: nothing is wrong with them. */
import type { Props, Resource } from "../../policies/base/rule";

const provider = { region: "us-east-1", defaultTags: '{"tags":{"multicluster-lab":"test"}}' };
const tags = { "multicluster-lab": "test" };

/** By names that tests change. */
export const soundLab: Readonly<Record<string, Resource>> = {
  subnet: aws("ec2/subnet:Subnet", { cidrBlock: "10.1.0.0/20" }),
  rule: aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
    cidrIpv4: "10.2.0.0/16",
    ipProtocol: "tcp",
    fromPort: 31443,
    toPort: 31443,
    description: "cluster2: calls",
  }),
  group: aws("ec2/securityGroup:SecurityGroup", { ingress: [{ protocol: "tcp", cidrBlocks: ["10.2.0.0/16"] }] }),
  "group rule": aws("ec2/securityGroupRule:SecurityGroupRule", {
    type: "ingress",
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
    cidrBlocks: ["10.2.0.0/16"],
  }),
  cluster: aws("eks/cluster:Cluster", {
    version: "1.35",
    vpcConfig: {
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["198.51.100.0/24", "192.0.2.1/32"],
    },
  }),
  nodes: aws("eks/nodeGroup:NodeGroup", {
    version: "1.35",
    labels: { "multicluster-lab/mtu": "8500" },
    launchTemplate: { id: "lt-1", version: "1" },
  }),
  "component of nodes": {
    type: "eks:index:ManagedNodeGroup",
    name: "nodes",
    props: { launchTemplate: { id: "lt-1" } },
  },
  "more nodes": aws("eks/nodeGroup:NodeGroup", {
    version: "1.35",
    labels: { "multicluster-lab/mtu": "8500" },
    launchTemplate: { id: "lt-1", version: "1" },
  }),
  template: aws("ec2/launchTemplate:LaunchTemplate", {
    metadataOptions: { httpTokens: "required" },
    tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
  }),
  cni: aws("eks/addon:Addon", {
    addonName: "vpc-cni",
    addonVersion: "v1.20.4-eksbuild.1",
    configurationValues: '{"env":{"AWS_VPC_ENI_MTU":"8500","POD_MTU":"8500"}}',
  }),
  cilium: release({ chart: "cilium", version: "1.20.2", values: { MTU: 8600 } }),
  calico: release({
    chart: "CHARTS/tigera-operator-v3.32.1.tgz",
    values: { installation: { calicoNetwork: { mtu: 8500 } } },
  }),
  balancer: {
    type: "kubernetes:core/v1:Service",
    name: "balancer",
    props: {
      metadata: {
        annotations: {
          "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
          "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags": "multicluster-lab=test",
        },
      },
      spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["10.2.0.0/16"] },
    },
    provider: { clusterIdentifier: "arn:aws:eks:us-east-1:123456789012:cluster/one" },
  },
  deployment: {
    type: "kubernetes:apps/v1:Deployment",
    name: "deployment",
    props: {
      spec: {
        template: {
          spec: {
            initContainers: [{ image: `registry:5000/init@sha256:${"0".repeat(64)}` }],
            containers: [
              {
                image: "docker.io/library/redis:8.2-alpine",
                env: [{ name: "CERTIFICATE", value: pem("CERTIFICATE") }],
              },
            ],
          },
        },
      },
    },
  },
  map: { type: "kubernetes:core/v1:ConfigMap", name: "map", props: { data: { key: pem("PUBLIC KEY") } } },
  secret: { type: "kubernetes:core/v1:Secret", name: "secret", props: { stringData: { key: pem("PRIVATE KEY") } } },
  key: { type: "tls:index/privateKey:PrivateKey", name: "key", props: { algorithm: "ECDSA", ecdsaCurve: "P256" } },
  root: certificate("selfSignedCert:SelfSignedCert", ["cert_signing", "crl_signing"], true),
  authority: certificate("locallySignedCert:LocallySignedCert", ["cert_signing"], true),
  leaf: certificate("locallySignedCert:LocallySignedCert", ["server_auth"], false),
};

/** A lab with other properties of one resource, laid over those that it has. */
export function labWith(name: string, props: Props): Resource[] {
  const { [name]: changed, ...others } = soundLab;
  if (!changed) throw new Error(`the sound lab has no ${name}`);
  return [...Object.values(others), { ...changed, props: { ...changed.props, ...props } }];
}

/** Looks like PEM, and is none. */
export function pem(kind: string): string {
  return `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`;
}

function aws(type: string, props: Props): Resource {
  return { type: `aws:${type}`, name: type.split(":")[1] ?? type, props, provider };
}

function release(props: Props): Resource {
  return { type: "kubernetes:helm.sh/v3:Release", name: props.chart, props };
}

function certificate(type: string, allowedUses: readonly string[], isCaCertificate: boolean): Resource {
  return { type: `tls:index/${type}`, name: type, props: { allowedUses, isCaCertificate } };
}

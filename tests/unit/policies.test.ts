import { deepEqual, equal } from "node:assert/strict";
import { labSettings } from "../../components/lab/config";
import { declaredBy } from "../../policies/base/declared";
import { plain } from "../../policies/base/plain";
import { type Props, type Resource, unknown } from "../../policies/base/rule";
import { rules } from "../../policies/rules";
import { declaredIn, reports } from "../support/policies";
import { labWith, pem, soundLab } from "../support/policy-lab";

const declared = declaredIn();
const sound = Object.values(soundLab);

/** One thing wrong: a resource of the sound lab with other properties, another resource, or one that is not there. */
type Wrong = readonly [resource: string, props: Props] | Resource | { readonly without: string };

/** By rule. Each rule has one at least. */
const wrong: Readonly<Record<string, Readonly<Record<string, Wrong>>>> = {
  "no-open-ingress": {
    "a rule that is open to everybody": ["rule", { cidrIpv4: "0.0.0.0/0" }],
    "a rule that is open to everybody by IPv6": ["rule", { cidrIpv4: undefined, cidrIpv6: "::/0" }],
    "any ICMP from everywhere": ["rule", { cidrIpv4: "0.0.0.0/0", ipProtocol: "icmp", fromPort: 8, toPort: -1 }],
    "a group with an open rule of its own": [
      "group",
      { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }] },
    ],
    "an open rule of the older kind": ["group rule", { cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }],
  },
  "ingress-says-why": { "a rule without a description": ["rule", { description: undefined }] },
  "internet-facing-declared": {
    "a load balancer on the internet for peers": ["balancer", { metadata: balancerMetadata() }],
  },
  "balancer-names-callers": {
    "a load balancer that names nobody": ["balancer", { spec: { type: "LoadBalancer" } }],
    "a load balancer with an empty list": [
      "balancer",
      { spec: { type: "LoadBalancer", loadBalancerSourceRanges: [] } },
    ],
    "a load balancer that names everybody": [
      "balancer",
      { spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["10.2.0.0/16", "0.0.0.0/0"] } },
    ],
  },
  "api-server-names-callers": {
    "an API server that answers everybody": ["cluster", endpoint({ publicAccessCidrs: ["0.0.0.0/0"] })],
    "an API server that names nobody": ["cluster", endpoint({ publicAccessCidrs: undefined })],
    "an API server without a private way": ["cluster", endpoint({ endpointPrivateAccess: false })],
  },
  imdsv2: {
    "a launch template that requires no session": ["template", { metadataOptions: { httpTokens: "optional" } }],
    "a launch template that says nothing of it": ["template", { metadataOptions: undefined }],
    "nodes without a launch template": ["nodes", { launchTemplate: undefined }],
  },
  "private-nodes": {
    "a subnet that gives public addresses": ["subnet", { mapPublicIpOnLaunch: true }],
    "a launch template that does": ["template", { networkInterfaces: [{ associatePublicIpAddress: "true" }] }],
  },
  "no-ssh": {
    "nodes with remote access": ["nodes", { remoteAccess: { ec2SshKey: "mine" } }],
    "a launch template with a key": ["template", { keyName: "mine" }],
  },
  "encrypted-volumes": {
    "a launch template with a volume in clear": ["template", { blockDeviceMappings: [{ ebs: { volumeSize: 20 } }] }],
    "a class of volumes in clear": {
      type: "kubernetes:storage.k8s.io/v1:StorageClass",
      name: "volumes",
      props: { provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" } },
    },
  },
  "planned-mtu": {
    "nodes without the label": ["nodes", { labels: {} }],
    "nodes that differ": ["nodes", { labels: { "multicluster-lab/mtu": "1500" } }],
    "a VPC CNI that is told nothing": ["cni", { configurationValues: undefined }],
    "a VPC CNI that is told another": ["cni", { configurationValues: '{"env":{"POD_MTU":"9001"}}' }],
    "a Calico that is told another": ["calico", { values: { installation: { calicoNetwork: { mtu: 1500 } } } }],
    "a Cilium that is told nothing": ["cilium", { values: {} }],
    "a Cilium that is told less": ["cilium", { values: { MTU: 1500 } }],
  },
  "authorities-only-sign": {
    "an authority that serves": ["authority", { allowedUses: ["cert_signing", "server_auth"] }],
    "an authority that may not sign": ["authority", { allowedUses: ["crl_signing"] }],
    "a leaf that may sign": ["leaf", { allowedUses: ["server_auth", "cert_signing"] }],
  },
  "strong-keys": {
    "a key of the provider's default curve": ["key", { ecdsaCurve: "P224" }],
    "a key of the provider's default length": ["key", { algorithm: "RSA", ecdsaCurve: undefined, rsaBits: 2048 }],
  },
  "one-root": {
    "two roots": { ...required("root"), name: "another" },
    "certificates without a root": { without: "root" },
  },
  "no-secret-in-clear": {
    "a key in a ConfigMap": ["map", { data: { key: pem("EC PRIVATE KEY") } }],
    "an encoded key in a ConfigMap": [
      "map",
      { binaryData: { key: Buffer.from(pem("PRIVATE KEY")).toString("base64") } },
    ],
    "a key in a chart's values": ["cilium", { values: { MTU: 8600, tls: { key: pem("RSA PRIVATE KEY") } } }],
    "a token in a description": [
      "rule",
      { description: ["eyJhbGciOiJub25l", "eyJzdWIiOiJub2JvZHkifQ", "c2lnbmF0dXJlcw"].join(".") },
    ],
    "a key of AWS in an annotation": ["map", { metadata: { annotations: { by: `AKIA${"X".repeat(16)}` } } }],
  },
  "pinned-charts": {
    "a chart without a version": ["cilium", { version: undefined }],
    "a chart with a range": ["cilium", { version: "~1.20" }],
    "a folder for a chart": ["calico", { chart: "CHARTS/tigera-operator" }],
  },
  "pinned-images": {
    "an image without a tag": [
      "deployment",
      { spec: { template: { spec: { containers: [{ image: "host:5000/redis" }] } } } },
    ],
    "the latest image": ["deployment", { spec: { template: { spec: { containers: [{ image: "redis:latest" }] } } } }],
  },
  "pinned-eks": {
    "a cluster of any version": ["cluster", { version: undefined }],
    "nodes of any version": ["nodes", { version: undefined }],
    "an add-on of any version": ["cni", { addonVersion: undefined }],
  },
  tagged: {
    "a resource of a provider that does not tag": { ...required("subnet"), provider: { region: "us-east-1" } },
    "a resource of a provider that is not the lab's": { ...required("subnet"), provider: undefined as never },
    "a launch template without tags of volumes": [
      "template",
      { tagSpecifications: required("template").props.tagSpecifications.slice(0, 1) },
    ],
    "a load balancer without tags": [
      "balancer",
      { metadata: { annotations: { "service.beta.kubernetes.io/aws-load-balancer-internal": "true" } } },
    ],
  },
};

describe("policies", () => {
  it("find nothing wrong with what is as promised", () => deepEqual(reports(sound, declared), []));

  it("have each an example of what they report", () => {
    deepEqual(Object.keys(wrong).sort(), rules.map(({ id }) => id).sort());
  });

  for (const [id, examples] of Object.entries(wrong)) {
    for (const [what, example] of Object.entries(examples)) {
      it(`${id} reports ${what}, and no other does`, () => {
        deepEqual(new Set(reports(labOf(example), declared).map((report) => report.split(": ")[0])), new Set([id]));
      });
    }
  }
});

describe("policies allow what settings declare", () => {
  const everybody = { cidrIpv4: "0.0.0.0/0" };
  const allowed: Readonly<Record<string, readonly [settings: Record<string, string>, lab: readonly Resource[]]>> = {
    "a load balancer on the internet for administrators": [
      {},
      labWith("balancer", {
        metadata: balancerMetadata(),
        spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] },
      }),
    ],
    "gateways on the internet": [{ exposure: "public" }, labWith("balancer", { metadata: balancerMetadata() })],
    "a cluster that was there, whose load balancers are not AWS's": [
      {},
      [
        {
          ...required("balancer"),
          props: { spec: { type: "LoadBalancer" } },
          provider: { clusterIdentifier: "uid-1" },
        },
      ],
    ],
    "a second root that takes the first one's place": [
      { trust: '{"generation":"1+2"}' },
      [...sound, { ...required("root"), name: "another" }],
    ],
    "tunnels from everywhere": [
      { backend: "submariner", interconnect: "internet" },
      labWith("rule", { ...everybody, ipProtocol: "udp", fromPort: 4500, toPort: 4500 }),
    ],
    "nodes with public addresses": [
      { backend: "submariner", interconnect: "internet" },
      labWith("subnet", { mapPublicIpOnLaunch: true }),
    ],
    "any router that says that a packet is too big": [
      {},
      labWith("rule", { ...everybody, ipProtocol: "icmp", fromPort: 3, toPort: 4 }),
    ],
  };
  for (const [what, [settings, lab]] of Object.entries(allowed)) {
    it(what, () => deepEqual(reports(lab, declaredIn(settings)), []));
  }

  it("and no more: tunnels are no way for TCP", () => {
    const lab = labWith("rule", everybody);
    deepEqual(reports(lab, declaredIn({ backend: "submariner", interconnect: "internet" })), [
      "no-open-ingress: SecurityGroupIngressRule: tcp 31443 to 31443 is open to everybody",
    ]);
  });

  it("and demand the tags that are set", () => {
    const [first = ""] = reports([required("subnet")], declaredIn({ tags: '{"team":"network"}' }));
    deepEqual(first, "tagged: Subnet: it lacks the tag team");
  });

  it("reading the same of settings that nobody set as the program does", () => {
    deepEqual(
      [labSettings.exposure.parse(undefined), labSettings.interconnect.parse(undefined)],
      ["private", "peering"],
    );
    const { publicGateways, publicTunnels } = declaredIn({ backend: "submariner" });
    deepEqual({ publicGateways, publicTunnels }, { publicGateways: false, publicTunnels: false });
  });
});

describe("settings", () => {
  it("count under the project's own name, and in the files of stacks/ in a project of any name", () => {
    for (const project of ["multicluster-lab", "mine"]) {
      equal(declaredBy({ [`${project}:exposure`]: "public" }, "mine").publicGateways, true);
    }
  });
});

describe("what is not known before up", () => {
  it("is held against nobody", () => {
    const lab = sound.map((each) => ({
      ...each,
      props: Object.fromEntries(Object.keys(each.props).map((key) => [key, unknownBelow(key, each.props[key])])),
    }));
    deepEqual(reports(lab, declared), []);
  });

  it("stands where the engine's properties refuse to be read", () => {
    const props = {
      known: [1, { inner: "text" }],
      get later(): string {
        throw new Error("can't be known during preview");
      },
    };
    deepEqual(plain({ list: [props] }), { list: [{ known: [1, { inner: "text" }], later: unknown }] });
  });
});

function labOf(example: Wrong): readonly Resource[] {
  if ("type" in example) return [...sound, example];
  return "without" in example ? sound.filter((each) => each !== required(example.without)) : labWith(...example);
}

/** What AWS chooses: addresses, ids, and what follows from them. */
function unknownBelow(key: string, value: unknown): unknown {
  const late = ["cidrIpv4", "launchTemplate", "configurationValues", "values", "version", "addonVersion", "labels"];
  return late.includes(key) ? unknown : value;
}

function required(name: string): Resource {
  const found = soundLab[name];
  if (!found) throw new Error(`the sound lab has no ${name}`);
  return found;
}

function endpoint(change: Props): Props {
  return { vpcConfig: { ...required("cluster").props.vpcConfig, ...change } };
}

/** Without the annotation that keeps it off the internet. */
function balancerMetadata(): Props {
  return {
    annotations: { "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags": "multicluster-lab=test" },
  };
}

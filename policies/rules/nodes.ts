/** Nodes: their metadata service, addresses, disks, and who gets a shell on them. */
import { list, mayBe, type Props, type ResourceRule } from "../base/rule";

export const nodeRules: readonly ResourceRule[] = [
  {
    id: "imdsv2",
    promise: "Nodes show their credentials to sessions alone (IMDSv2)",
    source: "Security Hub EC2.8, EC2.170; Checkov CKV_AWS_79",
    of: "resource",
    problems: ({ type, props }) => {
      if (type === launchTemplate && !mayBe(props.metadataOptions?.httpTokens, "required")) {
        return ["metadataOptions.httpTokens is not required"];
      }
      return isNodeGroup(type) && props.launchTemplate === undefined
        ? ["it has no launch template, which would require sessions"]
        : [];
    },
  },
  {
    id: "private-nodes",
    promise: "Nodes have no public address, but where public tunnels are declared",
    source: "Security Hub EC2.15, EC2.25; CIS EKS 5.4.3; Checkov CKV_AWS_88, CKV_AWS_130",
    of: "resource",
    problems: ({ type, props }, { publicTunnels }) => {
      if (publicTunnels) return [];
      const interfaces = type === launchTemplate ? list(props.networkInterfaces) : [];
      // The provider takes it as a text: true, false, or nothing said.
      const given = interfaces.some(({ associatePublicIpAddress: given }) => String(given) === "true");
      return [
        ...(type === "aws:ec2/subnet:Subnet" && props.mapPublicIpOnLaunch === true
          ? ["whatever starts in it gets a public address"]
          : []),
        ...(given ? ["its instances get public addresses"] : []),
      ];
    },
  },
  {
    id: "no-ssh",
    promise: "Nobody gets a shell on a node by SSH",
    source: "Checkov CKV_AWS_100, which asks it of SSH that is open to everybody",
    of: "resource",
    problems: ({ type, props }) => [
      ...(isNodeGroup(type) && props.remoteAccess !== undefined ? ["it lets in by remoteAccess"] : []),
      ...(type === launchTemplate && props.keyName !== undefined ? ["it names a key"] : []),
    ],
  },
  {
    id: "encrypted-volumes",
    promise: "No volume is asked for that is not encrypted",
    source: "Security Hub EC2.3, EC2.181; Checkov CKV_AWS_3",
    of: "resource",
    problems: ({ type, props }) =>
      volumesOf(type, props)
        .filter(({ encrypted }) => !mayBe(encrypted, true) && encrypted !== "true")
        .map(() => "a volume is not encrypted"),
  },
];

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";

/** EKS's own, or the component that makes it. */
export function isNodeGroup(type: string): boolean {
  return type === "aws:eks/nodeGroup:NodeGroup" || type === "eks:index:ManagedNodeGroup";
}

/** Volumes that a resource asks for itself: those of nodes are AWS's default where a template says nothing. */
function volumesOf(type: string, props: Props): readonly Props[] {
  switch (type) {
    case "aws:ebs/volume:Volume":
      return [props];
    case launchTemplate:
      return list(props.blockDeviceMappings).flatMap(({ ebs }) => ebs ?? []);
    case "kubernetes:storage.k8s.io/v1:StorageClass":
      return props.provisioner === "ebs.csi.aws.com" ? [props.parameters ?? {}] : [];
    default:
      return [];
  }
}

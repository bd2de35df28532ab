/**
 * What EC2 and IAM of the emulated account enforce, and where it is written that AWS does. `AwsError.rule` names the rule
 * that was broken. Guides and references are AWS's.
 */
export interface Rule {
  readonly id: string;
  /** What is refused. */
  readonly what: string;
  readonly source: string;
}

export const rules: readonly Rule[] = [
  {
    id: "reference-exists",
    what: "an id that does not exist in the region of the call",
    source: "EC2 API error codes",
  },
  { id: "region-known", what: "a region whose zones are not known here", source: "a limit of the rehearsal" },
  { id: "same-vpc", what: "things of different VPCs put together", source: "EC2 API error codes, InvalidParameter" },
  {
    id: "cidr-syntax",
    what: "an address range that is malformed or has host bits",
    source: "aws provider, plan-time checks",
  },
  { id: "vpc-size", what: "a VPC larger than /16 or smaller than /28", source: "VPC user guide, vpc-cidr-blocks" },
  { id: "subnet-size", what: "a subnet larger than /16 or smaller than /28", source: "VPC user guide, subnet-sizing" },
  { id: "subnet-in-vpc", what: "a subnet outside of its VPC", source: "VPC user guide, subnet-sizing" },
  { id: "subnets-disjoint", what: "subnets that overlap", source: "VPC user guide, subnet-sizing" },
  {
    id: "subnet-five-reserved",
    what: "an interface in a subnet without free addresses; five are AWS's",
    source: "VPC user guide, subnet-sizing",
  },
  { id: "zone-in-region", what: "an availability zone of another region", source: "EC2 API, CreateSubnet" },
  {
    id: "internet-gateway-one",
    what: "a second internet gateway in a VPC",
    source: "VPC user guide, internet gateways",
  },
  { id: "nat-address", what: "a public NAT gateway without an address", source: "EC2 API, CreateNatGateway" },
  { id: "nat-address-free", what: "a NAT gateway with an address in use", source: "VPC user guide, NAT gateways" },
  {
    id: "nat-internet-gateway",
    what: "a public NAT gateway in a VPC without internet gateway",
    source: "VPC user guide, NAT gateway troubleshooting",
  },
  {
    id: "route-duplicate",
    what: "a second route for a destination, or one for the VPC's own range",
    source: "VPC user guide, route tables",
  },
  {
    id: "route-local",
    what: "a gateway or peering as target within the VPC's range",
    source: "VPC user guide, route tables",
  },
  { id: "route-one-target", what: "a route without target or with several", source: "EC2 API, CreateRoute" },
  { id: "route-target-vpc", what: "a route to a target of another VPC", source: "VPC user guide, route tables" },
  { id: "association-one", what: "a second route table for a subnet", source: "VPC user guide, route tables" },
  { id: "peering-other-vpc", what: "a VPC peered with itself", source: "VPC peering guide, limitations" },
  {
    id: "peering-overlap",
    what: "a peering of overlapping ranges: it fails",
    source: "VPC peering guide, limitations",
  },
  { id: "peering-duplicate", what: "a second peering of two VPCs", source: "VPC peering guide, limitations" },
  {
    id: "peering-accept-region",
    what: "acceptance elsewhere than in the accepter's region",
    source: "VPC peering guide, accept",
  },
  {
    id: "peering-accept-once",
    what: "acceptance of what does not wait for it",
    source: "VPC peering guide, lifecycle",
  },
  {
    id: "peering-dns-active",
    what: "DNS over a peering that is not active",
    source: "EC2 API, ModifyVpcPeeringConnectionOptions",
  },
  {
    id: "group-name",
    what: "a group name with other characters or that starts with sg-",
    source: "EC2 API, CreateSecurityGroup",
  },
  { id: "group-name-unique", what: "a second group of that name in a VPC", source: "EC2 API, CreateSecurityGroup" },
  {
    id: "group-description",
    what: "a group description with other characters or too long",
    source: "EC2 API, CreateSecurityGroup",
  },
  {
    id: "rule-duplicate",
    what: "a rule that is there already, whatever its description",
    source: "EC2 API error codes, InvalidPermission.Duplicate",
  },
  {
    id: "rule-protocol",
    what: "a protocol that is neither tcp, udp, icmp, icmpv6 nor a number",
    source: "EC2 API, IpPermission",
  },
  {
    id: "rule-ports",
    what: "ports that are missing, out of range or in the wrong order",
    source: "EC2 API, IpPermission",
  },
  {
    id: "rule-one-peer",
    what: "a rule without peer or with several",
    source: "aws provider, SecurityGroupIngressRule",
  },
  {
    id: "rule-group-reference",
    what: "a reference to a group of another region, or of a VPC that no active peering in the region joins",
    source: "VPC peering guide, vpc-peering-security-groups",
  },
  {
    id: "rule-description",
    what: "a rule description with other characters or longer than 255",
    source: "EC2 API, IpRange",
  },
  {
    id: "launch-template-name",
    what: "a second launch template of that name in a region",
    source: "EC2 API, CreateLaunchTemplate",
  },
  {
    id: "launch-template-metadata",
    what: "metadata options out of range",
    source: "EC2 API, LaunchTemplateInstanceMetadataOptionsRequest",
  },
  { id: "quota-vpcs", what: "more than 5 VPCs in a region, the default one counted", source: "VPC user guide, quotas" },
  { id: "quota-subnets", what: "more than 200 subnets in a VPC", source: "VPC user guide, quotas" },
  { id: "quota-elastic-ips", what: "more than 5 Elastic IPs in a region", source: "VPC user guide, quotas" },
  { id: "quota-nat-gateways", what: "more than 5 NAT gateways in a zone", source: "VPC user guide, quotas" },
  { id: "quota-peerings", what: "more than 50 peerings of a VPC", source: "VPC user guide, quotas" },
  { id: "quota-routes", what: "more than 50 routes in a table", source: "VPC user guide, quotas" },
  { id: "quota-rules", what: "more than 60 rules in a group and direction", source: "VPC user guide, quotas" },
  { id: "quota-groups-per-interface", what: "more than 5 groups on an interface", source: "VPC user guide, quotas" },
  { id: "quota-policies", what: "more than 10 policies on a role", source: "IAM user guide, quotas" },
  {
    id: "delete-vpc",
    what: "deletion of a VPC in which anything is left but what came with it",
    source: "EC2 API, DeleteVpc",
  },
  { id: "delete-subnet", what: "deletion of a subnet with interfaces", source: "EC2 API, DeleteSubnet" },
  {
    id: "delete-group-used",
    what: "deletion of a group that an interface carries",
    source: "EC2 API, DeleteSecurityGroup",
  },
  {
    id: "delete-group-referenced",
    what: "deletion of a group that another's rule names",
    source: "EC2 API, DeleteSecurityGroup",
  },
  {
    id: "delete-group-default",
    what: "deletion of a VPC's default group",
    source: "VPC user guide, default security groups",
  },
  {
    id: "delete-route-table",
    what: "deletion of a route table with associations",
    source: "EC2 API, DeleteRouteTable",
  },
  {
    id: "delete-internet-gateway",
    what: "deletion of an attached internet gateway",
    source: "EC2 API, DeleteInternetGateway",
  },
  {
    id: "detach-mapped-addresses",
    what: "detaching an internet gateway while a public address is mapped",
    source: "VPC user guide, internet gateways",
  },
  { id: "release-address", what: "release of an address in use", source: "EC2 API, ReleaseAddress" },
  { id: "role-name", what: "a role name with other characters or longer than 64", source: "IAM user guide, quotas" },
  { id: "iam-name-unique", what: "a second role or policy of that name", source: "IAM API, CreateRole, CreatePolicy" },
  { id: "policy-document", what: "a document that is no policy", source: "IAM user guide, policy grammar" },
  { id: "policy-known", what: "a policy that neither AWS nor the account has", source: "IAM API, AttachRolePolicy" },
  {
    id: "delete-role",
    what: "deletion of a role with policies or in an instance profile",
    source: "IAM API, DeleteRole",
  },
  { id: "delete-policy", what: "deletion of a policy that is attached", source: "IAM API, DeletePolicy" },
];

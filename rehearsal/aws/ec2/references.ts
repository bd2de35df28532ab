import type { AwsAccount, Item, Region } from "../account/account";
import { AwsError } from "../account/errors";
import type { AwsRuleId } from "../rules/rules";

/** EC2's error codes for what does not exist, and what its messages call it (EC2 API reference, error codes). */
const unknown: Readonly<Record<string, readonly [code: string, name: string]>> = {
  vpc: ["InvalidVpcID.NotFound", "vpc ID"],
  subnet: ["InvalidSubnetID.NotFound", "subnet ID"],
  "internet-gateway": ["InvalidInternetGatewayID.NotFound", "internetGateway ID"],
  natgateway: ["NatGatewayNotFound", "NAT gateway"],
  "elastic-ip": ["InvalidAllocationID.NotFound", "allocation ID"],
  "route-table": ["InvalidRouteTableID.NotFound", "routeTable ID"],
  "route-table-association": ["InvalidAssociationID.NotFound", "association ID"],
  "vpc-peering-connection": ["InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection ID"],
  "security-group": ["InvalidGroup.NotFound", "security group"],
  "security-group-rule": ["InvalidSecurityGroupRuleId.NotFound", "security group rule ID"],
  "network-interface": ["InvalidNetworkInterfaceID.NotFound", "networkInterface ID"],
  "launch-template": ["InvalidLaunchTemplateId.NotFound", "launch template"],
};

/**
 * The item that a call in `region` refers to. An id of another region is as unknown there as one that never was (EC2 user
 * guide, "Resource locations").
 */
export function referred<T extends Item>(account: AwsAccount, region: Region, kind: string, id: string): T {
  const found = account.get<T>(kind, id);
  if (found && found.region === region) return found;
  const [code, name] = unknown[kind] ?? ["InvalidParameterValue", kind];
  throw new AwsError(code, `The ${name} '${id}' does not exist`, "reference-exists");
}

/** @throws AwsError DependencyViolation */
export function inUse(what: string, id: string, by: string, rule: AwsRuleId): never {
  throw new AwsError("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted: ${by}.`, rule);
}

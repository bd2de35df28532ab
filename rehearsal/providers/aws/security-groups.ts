import type { Permission, SecurityGroup, SecurityGroupRule } from "../../aws/ec2/items";
import { requireNetwork } from "../../aws/ec2/networks";
import * as ec2 from "../../aws/ec2/security-groups";
import type { Props } from "../../base/operations";
import { type Context, type ResourceKind, withRetries } from "./resource-kind";

const securityGroup: ResourceKind = {
  service: "ec2",
  noun: "EC2 Security Group",
  item: "security-group",
  permanent: ["name", "namePrefix", "description", "vpcId"],
  autoname: true,
  normalise: (inputs) => ({ description: "Managed by Pulumi", ...inputs }),
  create: async (context, inputs) => {
    const { account, region, tagsAll } = context;
    const name = inputs.name ?? `${inputs.namePrefix}${account.newHex(26)}`;
    const { id } = await ec2.createSecurityGroup(account, region, {
      name,
      description: inputs.description,
      vpcId: inputs.vpcId,
      tags: tagsAll,
    });
    // The provider takes AWS's rule that lets everything out away, so that what is not asked for is not there.
    for (const rule of ec2.rulesOf(account, id)) await ec2.revokeEgress(account, region, rule.id);
    await authorizeAll(context, id, false, inputs.ingress);
    await authorizeAll(context, id, true, inputs.egress);
    return id;
  },
  live: ({ account }, id) => {
    const found = account.get<SecurityGroup>("security-group", id);
    const shown = (egress: boolean) =>
      ec2
        .rulesOf(account, id)
        .filter(({ isEgress }) => isEgress === egress)
        .map(({ permission }) => inline(permission));
    return (
      found && {
        arn: found.arn,
        ownerId: account.accountId,
        name: found.name,
        description: found.description,
        vpcId: found.vpcId,
        ingress: shown(false),
        egress: shown(true),
      }
    );
  },
  update: async (context, id, news, changed) => {
    const { account, region } = context;
    for (const [property, egress] of [
      ["ingress", false],
      ["egress", true],
    ] as const) {
      if (!changed.includes(property)) continue;
      for (const rule of ec2.rulesOf(account, id).filter(({ isEgress }) => isEgress === egress)) {
        await (egress ? ec2.revokeEgress : ec2.revokeIngress)(account, region, rule.id);
      }
      await authorizeAll(context, id, egress, news[property]);
    }
  },
  delete: async (context, id, state) => {
    const { account, region } = context;
    if (state.revokeRulesOnDelete) {
      for (const rule of ec2.rulesOf(account, id)) {
        await (rule.isEgress ? ec2.revokeEgress : ec2.revokeIngress)(account, region, rule.id);
      }
    }
    // The provider's default for deletion is 15 minutes.
    await withRetries(context, 900, ["DependencyViolation"], () => ec2.deleteSecurityGroup(account, region, id));
  },
};

async function authorizeAll(
  { account, region }: Context,
  id: string,
  egress: boolean,
  rules: Props[] = [],
): Promise<void> {
  const authorize = egress ? ec2.authorizeEgress : ec2.authorizeIngress;
  for (const rule of rules) {
    for (const permission of permissions(rule, id)) {
      await authorize(account, region, { securityGroupId: id, permission });
    }
  }
}

/** An inline rule names several peers; EC2 keeps one rule a peer. */
function permissions(rule: Props, id: string): Permission[] {
  const { protocol, fromPort, toPort, description } = rule;
  const common = { ipProtocol: protocol, fromPort, toPort, ...(description ? { description } : {}) };
  return [
    ...(rule.cidrBlocks ?? []).map((cidrIpv4: string) => ({ ...common, cidrIpv4 })),
    ...(rule.ipv6CidrBlocks ?? []).map((cidrIpv6: string) => ({ ...common, cidrIpv6 })),
    ...(rule.prefixListIds ?? []).map((prefixListId: string) => ({ ...common, prefixListId })),
    ...[...(rule.securityGroups ?? []), ...(rule.self ? [id] : [])].map((referencedSecurityGroupId: string) => ({
      ...common,
      referencedSecurityGroupId,
    })),
  ];
}

function inline({ ipProtocol, fromPort, toPort, description, ...peer }: Permission): Props {
  return {
    protocol: ipProtocol,
    fromPort: fromPort ?? 0,
    toPort: toPort ?? 0,
    description: description ?? "",
    cidrBlocks: peer.cidrIpv4 ? [peer.cidrIpv4] : [],
    ipv6CidrBlocks: peer.cidrIpv6 ? [peer.cidrIpv6] : [],
    prefixListIds: peer.prefixListId ? [peer.prefixListId] : [],
    securityGroups: peer.referencedSecurityGroupId ? [peer.referencedSecurityGroupId] : [],
    self: false,
  };
}

const peers = ["cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId"];

function ruleKind(egress: boolean): ResourceKind {
  return {
    service: "ec2",
    noun: `VPC Security Group ${egress ? "Egress" : "Ingress"} Rule`,
    item: "security-group-rule",
    // Another peer of the same sort is a change in place, one of another sort is not.
    permanent: (changed, before, after) =>
      changed.filter(
        (key) =>
          key === "securityGroupId" ||
          (peers.includes(key) && (before[key] === undefined) !== (after[key] === undefined)),
      ),
    validate: ({ cidrIpv4 }) => {
      if (cidrIpv4) requireNetwork(cidrIpv4, "cidrIpv4");
    },
    create: async ({ account, region, tagsAll }, inputs) => {
      const { securityGroupId } = inputs;
      const args = { securityGroupId, permission: permissionOf(inputs), tags: tagsAll };
      return (await (egress ? ec2.authorizeEgress : ec2.authorizeIngress)(account, region, args)).id;
    },
    live: ({ account }, id) => {
      const found = account.get<SecurityGroupRule>("security-group-rule", id);
      return (
        found && {
          arn: found.arn,
          securityGroupRuleId: id,
          securityGroupId: found.securityGroupId,
          ...found.permission,
        }
      );
    },
    update: async ({ account, region }, id, news) => {
      await ec2.modifyRule(account, region, id, permissionOf(news));
    },
    delete: ({ account, region }, id) => (egress ? ec2.revokeEgress : ec2.revokeIngress)(account, region, id),
  };
}

function permissionOf(inputs: Props): Permission {
  const keys = ["ipProtocol", "fromPort", "toPort", "description", ...peers];
  const given = keys.filter((key) => inputs[key] !== undefined).map((key) => [key, inputs[key]]);
  return Object.fromEntries(given) as unknown as Permission;
}

/** By type token. */
export const securityGroupKinds = {
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleKind(false),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleKind(true),
};

import { UserError } from "../../base/user-error";

/** Service quotas, as they are in a new account (VPC and EC2 user guides, "quotas"); a real account can have them raised. */
export interface Quotas {
  /** A region; the default VPC counts. */
  readonly vpcs: number;
  /** A region. */
  readonly elasticIps: number;
  /** An availability zone. */
  readonly natGateways: number;
  /** A VPC, active or waiting for acceptance. */
  readonly peerings: number;
  /** A security group and direction. */
  readonly securityGroupRules: number;
  /** A network interface. */
  readonly securityGroupsPerInterface: number;
  /** A VPC. */
  readonly subnets: number;
  /** A route table, routes that are not propagated. */
  readonly routes: number;
  /** Virtual processors of a region's instances on demand, of the families A, C, D, H, I, M, R, T and Z (L-1216C47A). */
  readonly vcpus: number;
  /** The same of those that are bought as spot (L-34B43A08). */
  readonly spotVcpus: number;
  /** A region. */
  readonly eksClusters: number;
  /** A region. */
  readonly networkLoadBalancers: number;
  /** A role. */
  readonly policiesPerRole: number;
}

/** Those of a new account. */
export const defaultQuotas: Quotas = {
  vpcs: 5,
  elasticIps: 5,
  natGateways: 5,
  peerings: 50,
  securityGroupRules: 60,
  securityGroupsPerInterface: 5,
  subnets: 200,
  // What every account has at least.
  routes: 50,
  vcpus: 5,
  spotVcpus: 5,
  eksClusters: 100,
  networkLoadBalancers: 50,
  policiesPerRole: 10,
};

/**
 * Quotas that were raised (or lowered), from `NAME=N` as on the command line.
 *
 * @throws UserError with the names there are
 */
export function parseQuotas(texts: readonly string[]): Partial<Quotas> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = "", number] = /^(\w+)=(\d+)$/.exec(text) ?? [];
      if (name in defaultQuotas) return [name, Number(number)];
      const known = Object.entries(defaultQuotas).map(([each, normal]) => `${each} (${normal})`);
      throw new UserError(`--quota ${text}: give NAME=N, where NAME is one of ${known.join(", ")}.`);
    }),
  );
}

/** What scanners ask for and the lab does not do, each with the reason. */
import type { Waiver } from "./base/rule";

export const waivers: readonly Waiver[] = [
  {
    asked: "logs of the control plane",
    source: "Security Hub EKS.8; CIS EKS 2.1.1; Checkov CKV_AWS_37",
    reason:
      "CloudWatch has a price for each gigabyte, and the log group that EKS makes outlives its cluster, while `pulumi destroy` is to leave nothing",
  },
  {
    asked: "a KMS key of one's own for Secrets",
    source: "Security Hub EKS.3; CIS EKS 5.3.1; Checkov CKV_AWS_58",
    reason:
      "EKS encrypts all that the API server keeps with a key that AWS owns (EKS user guide, envelope-encryption); one's own key costs by the month and stays for at least seven days after the lab has gone",
  },
  {
    asked: "encryption of nodes' root volumes",
    source: "Security Hub EC2.3, EC2.7",
    reason:
      "a launch template encrypts the volumes that it names, and these are then its own to keep like the image's; the account's default (EC2 user guide, encryption-by-default) reaches them without. Images, logs and pods' scratch space are on them",
  },
  {
    asked: "flow logs of VPCs",
    source: "Security Hub EC2.6; Checkov CKV2_AWS_11",
    reason: "a price for each gigabyte, and a log group that outlives the lab",
  },
  {
    asked: "a default security group that lets nothing in",
    source: "Security Hub EC2.2; Checkov CKV2_AWS_12",
    reason: "nothing of the lab is in it; closed, it would be adopted from AWS by the program, which cannot delete it",
  },
  {
    asked: "an API server without a public endpoint",
    source: "Security Hub EKS.1; CIS EKS 5.4.2; Checkov CKV_AWS_39",
    reason:
      "Pulumi comes from outside of the VPC (docs/decisions/api-access.md); the endpoint answers those that are named",
  },
  {
    asked: "one hop for answers of the metadata service",
    source: "Control Tower CT.EC2.PR.2; Checkov CKV_AWS_341",
    reason: "pods without a role of their own have the node's, as with EKS's own launch template",
  },
  {
    asked: "private nodes always",
    source: "Security Hub EC2.15; CIS EKS 5.4.3; Checkov CKV_AWS_130",
    reason: "Submariner over the internet ends its tunnels on nodes with public addresses; any other lab has none",
  },
  {
    asked: "images by digest",
    source: "Checkov CKV_K8S_43",
    reason: "tags of released versions; `images` redirects all to a registry where they cannot move",
  },
  {
    asked: "a root whose key is on a machine that is offline",
    source: "Istio documentation, plugin-ca-cert",
    reason:
      "the root's key is in Pulumi's state, encrypted, so that two clusters trust each other after one command; a lab's root vouches for nothing else",
  },
  {
    asked: "path length constraints of authorities",
    source: "RFC 5280, 4.2.1.9, which offers them",
    reason:
      "an authority below a cluster's could sign no more than the cluster's own key can; to set one makes every certificate of a running lab anew",
  },
];

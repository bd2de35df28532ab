import type { AwsRule } from "./rule";

/** What EKS enforces, and AWS's part inside of clusters. */
export const eksRules = [
  {
    id: "eks-version",
    what: "a cluster's Kubernetes version is one that EKS has",
    source: "EKS user guide, kubernetes-versions",
  },
  { id: "eks-name", what: "a cluster's name is unique in its region", source: "EKS API reference, CreateCluster" },
  { id: "eks-quota", what: "a region has a limited number of clusters", source: "EKS user guide, service-quotas" },
  {
    id: "eks-subnets",
    what: "a cluster's subnets exist, belong to one VPC and lie in two zones",
    source: "EKS user guide, network-reqs",
  },
  {
    id: "eks-subnet-room",
    what: "each subnet has six free addresses for the control plane",
    source: "EKS user guide, network-reqs",
  },
  {
    id: "eks-service-cidr",
    what: "the service range is private, /12 to /24, and outside of the VPC",
    source: "EKS API reference, KubernetesNetworkConfigRequest",
  },
  {
    id: "eks-cluster-role",
    what: "the cluster's role trusts EKS and carries AmazonEKSClusterPolicy",
    source: "EKS user guide, cluster-iam-role",
  },
  {
    id: "eks-endpoint",
    what: "an API endpoint is public, private or both; at most 40 ranges, none of them reserved, may reach a public one",
    source: "EKS user guide, cluster-endpoint; service-quotas",
  },
  {
    id: "eks-upgrade-step",
    what: "a cluster is upgraded by one minor version at a time and never back",
    source: "EKS user guide, update-cluster",
  },
  {
    id: "eks-nodes-first",
    what: "a cluster is deleted after its node groups",
    source: "EKS user guide, delete-cluster",
  },
  { id: "eks-not-found", what: "what a call names exists", source: "EKS API reference, ResourceNotFoundException" },
  { id: "eks-in-use", what: "what is made does not exist yet", source: "EKS API reference, ResourceInUseException" },
  {
    id: "eks-active",
    what: "a cluster that changes takes no other change",
    source: "EKS API reference, ResourceInUseException",
  },
  { id: "eks-node-role", what: "the nodes' role trusts EC2", source: "EKS user guide, create-node-role" },
  {
    id: "eks-node-subnets",
    what: "a node group's subnets are of its cluster's VPC",
    source: "EKS user guide, create-managed-node-group",
  },
  {
    id: "eks-node-scaling",
    what: "a node group's desired size lies between its least and its largest",
    source: "EKS API reference, NodegroupScalingConfig",
  },
  {
    id: "eks-node-type",
    what: "an instance type exists and has the processor of the image",
    source: "EC2 user guide, instance-types",
  },
  {
    id: "eks-node-version",
    what: "a node group is not newer than its cluster, nor more than three minor versions older",
    source: "EKS user guide, update-managed-node-group",
  },
  {
    id: "eks-node-vcpus",
    what: "the vCPUs of a region's instances, on demand or spot, are limited: 5 each in a new account",
    source: "EC2 user guide, ec2-on-demand-instances and using-spot-limits",
  },
  {
    id: "eks-node-eviction",
    what: "an update of nodes waits a quarter of an hour for disruption budgets, and fails",
    source: "EKS user guide, managed-node-update-behavior",
  },
  {
    id: "eks-node-template",
    what: "a node group's launch template exists and does not repeat what the group says",
    source: "EKS user guide, launch-templates",
  },
  {
    id: "eks-node-join",
    what: "nodes join with a way to the API, to the registries and with the policies of a node role",
    source: "EKS user guide, troubleshooting (NodeCreationFailure)",
  },
  {
    id: "eks-node-cni",
    what: "a node group becomes active when its nodes are Ready, which takes a CNI",
    source: "EKS user guide, troubleshooting (NodeCreationFailure)",
  },
  {
    id: "eks-addon-known",
    what: "an add-on and its version exist for the Kubernetes version",
    source: "EKS API reference, DescribeAddonVersions",
  },
  {
    id: "eks-addon-schema",
    what: "an add-on's configuration follows its schema, in which variables are text",
    source: "EKS API reference, DescribeAddonConfiguration",
  },
  { id: "eks-addon-mtu", what: "the VPC CNI's MTU is from 576 to 9001", source: "amazon-vpc-cni-k8s, README" },
  {
    id: "eks-addon-conflict",
    what: "an add-on replaces a self-managed one only with OVERWRITE",
    source: "EKS user guide, updating-an-add-on",
  },
  {
    id: "eks-addon-healthy",
    what: "an add-on becomes active when its pods run",
    source: "EKS user guide, troubleshooting add-ons",
  },
  {
    id: "eks-access-mode",
    what: "access entries need an authentication mode with API",
    source: "EKS user guide, access-entries",
  },
  {
    id: "eks-access-principal",
    what: "an access entry's principal is an IAM role or user, an access policy one of EKS's",
    source: "EKS API reference, CreateAccessEntry",
  },
  {
    id: "eks-pod-role",
    what: "a pod identity's role trusts pods.eks.amazonaws.com",
    source: "EKS user guide, pod-id-association",
  },
  {
    id: "cni-interface-leak",
    what: "a node that dies after its VPC CNI leaves an interface behind",
    source: "amazon-vpc-cni-k8s, issues 608 and 69",
  },
  {
    id: "eks-group-leak",
    what: "EKS leaves its security group behind when something uses or references it",
    source: "EKS user guide, sec-group-reqs",
  },
  {
    id: "elb-subnets",
    what: "a load balancer finds subnets tagged for its cluster, public ones when it faces the internet",
    source: "cloud-provider-aws, findELBSubnets",
  },
  {
    id: "elb-one-group",
    what: "exactly one security group of an instance is tagged for its cluster",
    source: "cloud-provider-aws, findSecurityGroupForInstance",
  },
  {
    id: "elb-outlives-cluster",
    what: "a load balancer whose Service was not deleted outlives its cluster and keeps its interfaces",
    source: "EKS user guide, delete-cluster",
  },
  {
    id: "elb-quota",
    what: "a region has a limited number of Network Load Balancers",
    source: "ELB user guide, load-balancer-limits",
  },
] as const satisfies readonly AwsRule[];

/** Id of a rule of EKS. */
export type EksRuleId = (typeof eksRules)[number]["id"];

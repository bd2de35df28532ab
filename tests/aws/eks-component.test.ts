import assert from "node:assert/strict";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Cluster } from "../../rehearsal/providers/eks/cluster";
import { ManagedNodeGroup } from "../../rehearsal/providers/eks/managed-node-group";

const made: MockResourceArgs[] = [];
const asked: MockCallArgs[] = [];

/** What EKS would answer, as far as the component reads it. */
function state({ type, name, inputs }: MockResourceArgs): Record<string, unknown> {
  switch (type) {
    case "aws:eks/cluster:Cluster":
      return {
        ...inputs,
        arn: `arn:aws:eks:eu-north-1:1:cluster/${inputs.name}`,
        endpoint: "https://endpoint.test",
        certificateAuthority: { data: "Q0E=" },
        identities: [{ oidcs: [{ issuer: "https://oidc.test/id" }] }],
        kubernetesNetworkConfig: { ipFamily: "ipv4", ...inputs.kubernetesNetworkConfig },
        vpcConfig: { ...inputs.vpcConfig, clusterSecurityGroupId: "sg-eks" },
      };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { ...inputs, latestVersion: 3 };
    default:
      return { ...inputs, arn: `arn:${name}`, name };
  }
}

function answer({ token, inputs }: MockCallArgs): Record<string, unknown> {
  switch (token) {
    case "aws:index/getPartition:getPartition":
      return { partition: "aws" };
    case "aws:eks/getAddonVersion:getAddonVersion":
      return { version: `latest of ${inputs.addonName}` };
    case "aws:ssm/getParameter:getParameter":
      return { value: `image at ${inputs.name}` };
    default:
      throw new Error(`unexpected ${token}`);
  }
}

/**
 * Where another test has loaded @pulumi/eks, its class takes references to clusters, and asks for what is registered. Mocks
 * cannot carry what a component registers, so they say no more than that it is there.
 */
function answerReferences(): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    invoke(request: ResourceInvokeRequest, callback: (error: null, response: InvokeResponse) => void): void;
  };
  const invoke = monitor.invoke.bind(monitor);
  monitor.invoke = (request, callback) => {
    if (request.getTok() !== "pulumi:pulumi:getResource") return invoke(request, callback);
    const response = new InvokeResponse();
    response.setReturn(Struct.fromJavaScript({ ...request.getArgs()?.toJavaScript(), id: "", state: {} }));
    callback(null, response);
  };
}

const clusterArgs = {
  name: "lab-one",
  version: "1.35",
  vpcId: "vpc-1",
  privateSubnetIds: ["subnet-1", "subnet-2"],
  authenticationMode: "API",
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
};

describe("eks component stand-in", () => {
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: (args) => {
        made.push(args);
        return { id: `${args.name}-id`, state: state(args) };
      },
      call: (args) => {
        asked.push(args);
        return answer(args);
      },
    });
    answerReferences();
  });

  beforeEach(() => {
    made.length = 0;
    asked.length = 0;
  });

  /** Children in the order of their names, once all are registered. */
  async function children(): Promise<string[]> {
    await pulumi.runtime.disconnect();
    return made.map(({ type, name }) => `${type} ${name}`).sort();
  }

  function inputsOf(type: string): Record<string, unknown> {
    const [only, ...others] = made.filter((resource) => resource.type === type);
    assert(only && others.length === 0, `exactly one ${type}`);
    return only.inputs;
  }

  const known = <T>(output: pulumi.Input<T>) =>
    new Promise<pulumi.Unwrap<T>>((resolve) => pulumi.output(output).apply(resolve));

  it("builds a cluster with the VPC CNI", async () => {
    const cluster = new Cluster(
      "one",
      {
        ...clusterArgs,
        kubernetesServiceIpAddressRange: "172.20.0.0/16",
        vpcCniOptions: { eniMtu: 8500, configurationValues: { env: { POD_MTU: "8450" } } },
        corednsAddonOptions: { enabled: false },
        tags: { lab: "test" },
      },
      {},
    );
    assert.deepEqual(await children(), [
      "aws:eks/addon:Addon one-kube-proxy",
      "aws:eks/addon:Addon one-vpc-cni",
      "aws:eks/cluster:Cluster one-eksCluster",
      "aws:iam/role:Role one-eksRole-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment one-eksRole-4b490823",
      "eks:index:Cluster one",
      "eks:index:ServiceRole one-eksRole",
      "eks:index:VpcCniAddon one-vpc-cni",
      "pulumi:providers:kubernetes one-eks-k8s",
    ]);
    assert.deepEqual(inputsOf("aws:eks/cluster:Cluster"), {
      name: "lab-one",
      version: "1.35",
      roleArn: "arn:one-eksRole-role",
      vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
      kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      bootstrapSelfManagedAddons: true,
      tags: { Name: "one-eksCluster", lab: "test" },
    });
    assert.deepEqual(asked.map(({ token, inputs }) => [token.split(":").at(-1), inputs.addonName]).sort(), [
      ["getAddonVersion", "kube-proxy"],
      ["getAddonVersion", "vpc-cni"],
      ["getPartition", undefined],
    ]);
    const cni = made.find(({ type, name }) => type === "aws:eks/addon:Addon" && name === "one-vpc-cni")?.inputs;
    assert.equal(cni?.addonVersion, "latest of vpc-cni");
    assert.deepEqual([cni?.preserve, cni?.resolveConflictsOnCreate], [true, "OVERWRITE"]);
    assert.deepEqual(JSON.parse(cni?.configurationValues), {
      env: {
        AWS_VPC_ENI_MTU: "8500",
        AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
        AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
        AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG",
        AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
        AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
        AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
        AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
        ENABLE_POD_ENI: "false",
        POD_MTU: "8450",
        WARM_ENI_TARGET: "1",
      },
      init: { env: { DISABLE_TCP_EARLY_DEMUX: "false" } },
    });
    assert.equal(await known(cluster.outputs.clusterSecurityGroupId), "sg-eks");
    assert.equal(await known(cluster.outputs.nodeSecurityGroupId), "sg-eks");
    assert.equal(await known(cluster.outputs.oidcIssuer), "oidc.test/id");
    const config = JSON.parse(await known<string>(cluster.outputs.kubeconfigJson));
    assert.equal(config.clusters[0].cluster.server, "https://endpoint.test");
    assert.deepEqual(config.users[0].user.exec.args, [
      ...["--region", "eu-north-1", "eks", "get-token", "--cluster-name", "lab-one", "--output", "json"],
    ]);
  });

  it("builds a cluster without any add-on", async () => {
    new Cluster(
      "bare",
      {
        ...clusterArgs,
        bootstrapSelfManagedAddons: false,
        useDefaultVpcCni: true,
        kubeProxyAddonOptions: { enabled: false },
        corednsAddonOptions: { enabled: false },
      },
      {},
    );
    assert.deepEqual(
      (await children()).filter((child) => /addon/i.test(child)),
      [],
    );
    assert.equal(made.length, 6);
    assert.equal(inputsOf("aws:eks/cluster:Cluster").bootstrapSelfManagedAddons, false);
  });

  it("gives access to those named, and coredns when told to", async () => {
    const accessPolicies = { admin: { policyArn: "arn:policy", accessScope: { type: "cluster" } } };
    new Cluster(
      "open",
      {
        ...clusterArgs,
        accessEntries: { ops: { principalArn: "arn:ops", username: "ops", accessPolicies } },
        corednsAddonOptions: { enabled: true, version: "v1" },
      },
      {},
    );
    await children();
    const entry = inputsOf("aws:eks/accessEntry:AccessEntry");
    assert.deepEqual(entry, { clusterName: "lab-one", principalArn: "arn:ops", userName: "ops" });
    assert.equal(inputsOf("aws:eks/accessPolicyAssociation:AccessPolicyAssociation").policyArn, "arn:policy");
    assert(made.some(({ name, inputs }) => name === "open-coredns" && inputs.addonVersion === "v1"));
  });

  it("builds a node group with a launch template that requires IMDSv2", async () => {
    const cluster = new Cluster("one", clusterArgs, {});
    const nodeRole = new iam.Role("node", { assumeRolePolicy: "{}" });
    const group = new ManagedNodeGroup(
      "nodes",
      { cluster, nodeRole, instanceTypes: ["m7g.large"], enableIMDSv2: true, diskSize: 30 },
      {},
    );
    await children();
    assert.deepEqual(inputsOf("aws:ec2/launchTemplate:LaunchTemplate"), {
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { volumeSize: 30 } }],
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2, httpEndpoint: "enabled" },
    });
    assert.deepEqual(inputsOf("aws:eks/nodeGroup:NodeGroup"), {
      clusterName: "lab-one",
      nodeRoleArn: "arn:node",
      version: "1.35",
      instanceTypes: ["m7g.large"],
      scalingConfig: { desiredSize: 2, minSize: 1, maxSize: 2 },
      subnetIds: ["subnet-1", "subnet-2"],
      launchTemplate: { id: "nodes-launchTemplate-id", version: "3" },
    });
    assert.equal(await known(group.outputs.placementGroupName), "");
  });

  it("builds a node group without a launch template, and one with user data of its own", async () => {
    const cluster = new Cluster("one", clusterArgs, {});
    const common = { cluster, nodeRoleArn: "arn:role", version: "1.34" };
    new ManagedNodeGroup("plain", common, {});
    await children();
    assert.equal(inputsOf("aws:eks/nodeGroup:NodeGroup").launchTemplate, undefined);

    made.length = 0;
    const taints = [{ key: "cni", value: "none", effect: "NO_EXECUTE" }];
    new ManagedNodeGroup("flags", { ...common, kubeletExtraArgs: "--max-pods=20", taints }, {});
    await children();
    const template = inputsOf("aws:ec2/launchTemplate:LaunchTemplate");
    const image = "/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/image_id";
    assert.equal(template.imageId, `image at ${image}`);
    const userData = Buffer.from(String(template.userData), "base64").toString();
    assert.match(userData, /kind: NodeConfig\nspec:\n {2}cluster:\n {4}name: lab-one\n/);
    assert.match(userData, /- '--max-pods=20'\n {6}- '--register-with-taints=cni=none:NoExecute'\n/);
    assert.equal(inputsOf("aws:eks/nodeGroup:NodeGroup").version, undefined, "the image decides");
  });

  it("refuses what it would not honour, naming it", () => {
    const cluster = (change: object) => () => new Cluster("no", { ...clusterArgs, ...change }, {});
    assert.throws(cluster({ fargate: true, autoMode: {} }), /eks:index:Cluster does not support fargate, autoMode$/);
    assert.throws(cluster({ skipDefaultNodeGroup: false }), /set skipDefaultNodeGroup to true/);
    assert.throws(cluster({ skipDefaultSecurityGroups: undefined }), /set skipDefaultSecurityGroups to true/);
    assert.throws(cluster({ authenticationMode: undefined }), /set authenticationMode to "API"/);
    assert.throws(cluster({ vpcCniOptions: { securityContextPrivileged: true } }), /support securityContextPrivileged/);
    assert.throws(cluster({ subnetIds: ["subnet-3"] }), /subnetIds excludes/);
    const group = (args: object) => () => new ManagedNodeGroup("no", { cluster: {}, ...args }, {});
    assert.throws(group({ nodeRoleArn: "arn", enableEfaSupport: true }), /support enableEfaSupport$/);
    assert.throws(group({}), /either nodeRole or nodeRoleArn/);
    assert.throws(group({ nodeRoleArn: "arn", launchTemplate: {}, enableIMDSv2: true }), /excludes .*enableIMDSv2/);
    assert.deepEqual(made, []);
  });
});

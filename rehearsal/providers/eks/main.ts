/**
 * Stand-in for the eks component provider, as a process of its own: its children are registered through the Pulumi
 * runtime, whose settings belong to the whole process. Prints the port it serves on, as plugins do.
 */
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./cluster";
import { ManagedNodeGroup } from "./managed-node-group";

class EksProvider implements pulumi.provider.Provider {
  readonly version = "4.3.0";

  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    switch (type) {
      case "eks:index:Cluster": {
        const cluster = new Cluster(name, inputs, options);
        return { urn: cluster.urn, state: cluster.outputs };
      }
      case "eks:index:ManagedNodeGroup": {
        const group = new ManagedNodeGroup(name, inputs, options);
        return { urn: group.urn, state: group.outputs };
      }
      default:
        throw new Error(`the rehearsal's eks provider builds eks.Cluster and eks.ManagedNodeGroup, not ${type}`);
    }
  }

  async call(token: string, inputs: pulumi.Inputs): Promise<pulumi.provider.InvokeResult> {
    if (token !== "eks:index:Cluster/getKubeconfig") {
      throw new Error(`the rehearsal's eks provider does not know the function ${token}`);
    }
    const { __self__: cluster, roleArn, profileName } = inputs;
    return { outputs: { result: (cluster as Cluster).getKubeconfig({ roleArn, profileName }) } };
  }
}

// A node group is given its cluster by reference: this is how the reference becomes a Cluster again.
pulumi.runtime.registerResourceModule("eks", "index", {
  version: "4.3.0",
  construct: (name, type, urn) => {
    if (type === "eks:index:Cluster") return new Cluster(name, undefined, { urn });
    return new pulumi.ComponentResource(type, name, {}, { urn });
  },
});

// Ctrl-C reaches the whole group; whoever started this process ends it when the engine no longer needs it.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());

pulumi.provider.main(new EksProvider(), process.argv.slice(2));

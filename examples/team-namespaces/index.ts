/**
 * A program of somebody else with a lab in it, and beside the lab what that is for: a namespace for a team on each cluster.
 *
 * Here the package is found by its own name. Elsewhere `npm install ../multicluster-lab` links it, so that Pulumi compiles it as
 * it does the program; for that the program's tsconfig.json has the module settings of tsconfig.pulumi.json here, `noCheck`, and
 * `"rootDir": "/"`, since the lab is not below the program.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { multiclusterLab } from "multicluster-lab/lab";

async function program() {
  const { lab, outputs } = await multiclusterLab({
    adminCidrs: new pulumi.Config().requireObject<string[]>("adminCidrs"),
    backend: "linkerd",
    nodes: { desired: 3 },
    demo: { enabled: false },
  });
  const namespaces = lab.installed.map(
    ({ cluster, ready }) =>
      new k8s.core.v1.Namespace(
        `${cluster.plan.name}-team`,
        { metadata: { name: "team", annotations: { "linkerd.io/inject": "enabled" } } },
        { provider: cluster.provider, dependsOn: [...ready], parent: lab },
      ),
  );
  return { cost: outputs.cost, kubeconfigs: outputs.kubeconfigs, namespaces: namespaces.map(({ id }) => id) };
}

export = program;

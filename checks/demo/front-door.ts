import { frontend } from "../../components/demo/boutique";
import { frontDoor as door } from "../../components/demo/front-door";
import { addressOf } from "../common/balancer";
import { type ClusterCheck, type Verdict, verdict } from "../common/check";

interface DoorSpec {
  readonly type?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly ports?: readonly { readonly nodePort?: number }[];
}

/** People come in at the address that the outputs name, and nobody else does than they say. */
export const frontDoor: ClusterCheck = {
  id: "demo-front-door",
  expects: "the demo's website is where the outputs say, for those who may come",
  ofCluster: async (here, { demo }) => {
    const { name: cluster, kube } = here;
    const front = demo?.instances.some(({ service, cluster: where }) => service === frontend && where === cluster);
    if (!demo || !front) return { status: "skipped", detail: `the frontend is not on ${cluster}` };
    const service = await kube.get({
      apiVersion: "v1",
      kind: "Service",
      namespace: demo.namespace,
      name: door.name,
    });
    if (!service) return { status: "fail", detail: `there is no Service ${door.name}` };
    const spec = service.spec as DoorSpec;
    const host = addressOf(service, here);
    if (spec.type === "NodePort") return byNodePort(demo.url, host, spec);
    const ranges = spec.loadBalancerSourceRanges ?? [];
    return verdict(
      [
        demo.url !== `http://${host}` && `its load balancer is ${host ?? "nowhere"}, the outputs say ${demo.url}`,
        ranges.length === 0 && "everybody may come",
        ...ranges.filter((range) => !demo.visitors.includes(range)).map((range) => `${range} may come, too`),
        ...demo.visitors.filter((range) => !ranges.includes(range)).map((range) => `${range} may not come`),
      ],
      `${demo.url}, for ${ranges.join(", ")}`,
    );
  },
};

/** Nobody keeps visitors away from a node port but the network in front of the nodes. */
function byNodePort(url: string | undefined, host: string | undefined, { ports = [] }: DoorSpec): Verdict {
  const [port] = ports.map(({ nodePort }) => nodePort);
  return verdict(
    [url !== `http://${host}:${port}` && `its node port is ${port}, the outputs say ${url}`],
    `${url}, for whoever reaches the nodes`,
  );
}

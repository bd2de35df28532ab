import { frontend } from "../../components/demo/boutique";
import { frontDoor as door } from "../../components/demo/front-door";
import { type ClusterCheck, verdict } from "../common/check";

interface DoorService {
  readonly spec: { readonly loadBalancerSourceRanges?: readonly string[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly hostname?: string }[] } };
}

/** People come in at the address that the outputs name, and nobody else does than they say. */
export const frontDoor: ClusterCheck = {
  id: "demo-front-door",
  expects: "the demo's website is where the outputs say, for those who may come",
  ofCluster: async ({ name: cluster, kube }, { demo }) => {
    const front = demo?.instances.some(({ service, cluster: where }) => service === frontend && where === cluster);
    if (!demo || !front) return { status: "skipped", detail: `the frontend is not on ${cluster}` };
    const service = await kube.get({
      apiVersion: "v1",
      kind: "Service",
      namespace: demo.namespace,
      name: door.name,
    });
    if (!service) return { status: "fail", detail: `there is no Service ${door.name}` };
    const { spec, status } = service as unknown as DoorService;
    const hostname = status?.loadBalancer?.ingress?.[0]?.hostname;
    const ranges = spec.loadBalancerSourceRanges ?? [];
    return verdict(
      [
        demo.url !== `http://${hostname}` &&
          `its load balancer is ${hostname ?? "nowhere"}, the outputs say ${demo.url}`,
        ranges.length === 0 && "everybody may come",
        ...ranges.filter((range) => !demo.visitors.includes(range)).map((range) => `${range} may come, too`),
        ...demo.visitors.filter((range) => !ranges.includes(range)).map((range) => `${range} may not come`),
      ],
      `${demo.url}, for ${ranges.join(", ")}`,
    );
  },
};

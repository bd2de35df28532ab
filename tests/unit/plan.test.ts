import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { backendNames } from "../../components/backends/profiles";
import { addressAt, contains, overlaps, prefixLength, subnetwork } from "../../components/base/cidr";
import { pairsOf } from "../../components/base/pairs";
import { isEks } from "../../components/config/cluster";
import type { RawConfig } from "../../components/config/validate";
import type { LabPlan } from "../../components/lab/plan";
import { planAddresses } from "../../components/plan/addresses";
import type { BalancerPlan } from "../../components/plan/balancer";
import type { Flow, Traffic } from "../../components/plan/flows";
import type { IngressRule } from "../../components/plan/ingress-rules";
import { pathMtu, planMtu } from "../../components/plan/mtu";
import { priceText } from "../../components/plan/price";
import { clustersOf, isAccepted, planOf } from "../support/config";
import { settingsOf } from "../support/demo";

const vpc = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 24 }), fc.nat(255))
  .map(([second, prefix, index]) => subnetwork(`10.${second}.0.0/16`, prefix, index % 2 ** (prefix - 16)));

/** Whatever the program takes with each backend. */
const lab: fc.Arbitrary<RawConfig> = fc
  .record({
    backend: fc.constantFrom(...backendNames),
    clusters: fc
      .tuple(fc.integer({ min: 2, max: 6 }), fc.constantFrom(["us-east-1"], ["us-east-1", "eu-west-1"]))
      .map(([count, regions]) => clustersOf(count, regions)),
    interconnect: fc.constantFrom("peering", "internet"),
    exposure: fc.constantFrom("private", "public"),
    demo: fc.constant("{}"),
  })
  .filter(isAccepted);

/** What a security group sees of a packet. */
interface Packet {
  readonly source: string;
  readonly traffic: Traffic;
}

/** NAT gateways' addresses, as AWS might have chosen them. */
const natAddress = (plan: LabPlan, cluster: string) =>
  addressAt("203.0.113.0/24", plan.clusters.findIndex(({ name }) => name === cluster) + 1);

function admits(plan: LabPlan, rule: IngressRule, packet: Packet): boolean {
  const cidr = rule.source.kind === "cidr" ? rule.source.cidr : `${natAddress(plan, rule.source.cluster)}/32`;
  return contains(cidr, `${packet.source}/32`) && JSON.stringify(rule.traffic) === JSON.stringify(packet.traffic);
}

/** The packet that a flow becomes when it arrives at the nodes; undefined when it goes elsewhere. */
function arriving(plan: LabPlan, flow: Flow, host: number): Packet | undefined {
  const from = plan.clusters.filter(isEks).find(({ name }) => name === flow.from.cluster);
  const to = plan.clusters.find(({ name }) => name === flow.to.cluster);
  if (!from || !to) throw new Error("a flow of clusters that are not there");
  // A public load balancer's name resolves to public addresses, in peered networks too.
  const outward = flow.to.kind === "balancer" && plan.config.exposure === "public";
  const source =
    plan.config.interconnect === "internet" || outward
      ? natAddress(plan, from.name)
      : addressAt(from.vpcCidr, host % 2 ** (32 - prefixLength(from.vpcCidr)));
  if (flow.to.kind === "apiServer") return undefined;
  if (flow.to.kind !== "balancer") return { source, traffic: flow.traffic };
  const { balancer } = flow.to;
  const port = to.balancers
    .find(({ name }) => name === balancer)
    ?.ports.find((each) => flow.traffic.protocol === "tcp" && each.port === flow.traffic.port);
  if (!port) throw new Error(`nothing listens for ${JSON.stringify(flow.traffic)}`);
  return { source, traffic: { protocol: "tcp", port: port.nodePort } };
}

describe("pairs of clusters", () => {
  it("are the same whichever cluster is listed first", () => {
    const listed = JSON.parse(clustersOf(3)) as object[];
    const pairs = (clusters: object[]) => planOf({ clusters: JSON.stringify(clusters) }).pairs;
    deepEqual(pairs(listed.toReversed()), pairs(listed));
  });
});

describe("plan: addresses", () => {
  it("puts disjoint subnets that AWS takes into every VPC", () => {
    fc.assert(
      fc.property(vpc, (cidr) => {
        const { private: inner, public: outer } = planAddresses(cidr);
        const all = [...inner, ...outer].map((subnet) => subnet.cidr);
        for (const subnet of all) {
          ok(contains(cidr, subnet));
          ok(prefixLength(subnet) >= 16 && prefixLength(subnet) <= 28);
        }
        for (const [a, b] of pairsOf(all)) ok(!overlaps(a, b), `${a} overlaps ${b}`);
        equal(new Set(inner.map(({ zone }) => zone)).size, 2);
        equal(new Set(outer.map(({ zone }) => zone)).size, 2);
      }),
    );
  });

  it("counts subnetworks like AWS does and knows when there are no more", () => {
    equal(subnetwork("10.1.0.0/16", 18, 3), "10.1.192.0/18");
    equal(addressAt("172.20.0.0/16", 10), "172.20.0.10");
    for (const [prefix, index] of [
      [15, 0],
      [18, 4],
      [33, 0],
      [18, -1],
    ] as const) {
      try {
        ok(false, subnetwork("10.1.0.0/16", prefix, index));
      } catch (error) {
        ok(error instanceof RangeError, String(error));
      }
    }
  });
});

describe("plan: rules", () => {
  it("admit every flow that the backend declares, from every address it may come from", () => {
    fc.assert(
      fc.property(lab, fc.nat(65535), (settings, host) => {
        const plan = planOf(settings);
        for (const flow of plan.flows) {
          const packet = arriving(plan, flow, host);
          const rules = plan.clusters.find(({ name }) => name === flow.to.cluster)?.ingressRules ?? [];
          if (packet)
            ok(
              rules.some((rule) => admits(plan, rule, packet)),
              `${flow.why}: ${JSON.stringify(packet)}`,
            );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("admit nothing that no flow asks for", () => {
    fc.assert(
      fc.property(lab, fc.nat(65535), (settings, host) => {
        const plan = planOf(settings);
        for (const cluster of plan.clusters) {
          const doors = cluster.frontDoor ? [cluster.frontDoor] : [];
          const balancers = [...cluster.balancers, ...doors];
          const asked = plan.flows
            .filter(({ to }) => to.cluster === cluster.name)
            .flatMap((flow) => arriving(plan, flow, host) ?? []);
          for (const rule of cluster.ingressRules) {
            const { traffic, source } = rule;
            const leadsTo = ({ ports }: BalancerPlan) =>
              traffic.protocol === "tcp" && ports.some(({ nodePort }) => nodePort === traffic.port);
            const healthCheck = balancers.some(
              (balancer) =>
                leadsTo(balancer) &&
                source.kind === "cidr" &&
                isEks(cluster) &&
                cluster.subnets[balancer.exposure].some(({ cidr }) => cidr === source.cidr),
            );
            const person = doors.some(
              (door) => leadsTo(door) && door.sources.some((each) => JSON.stringify(each) === JSON.stringify(source)),
            );
            const pathDiscovery = traffic.protocol === "icmp" && traffic.type === 3 && traffic.code === 4;
            ok(
              healthCheck || person || pathDiscovery || asked.some((packet) => admits(plan, rule, packet)),
              `${cluster.name} ${rule.name}`,
            );
            // An open door is only ever left for ICMP from routers on the internet, and for nodes whose public addresses
            // AWS chooses when they start.
            if (source.kind === "cidr" && source.cidr === "0.0.0.0/0") {
              const publicNodes = plan.flows.some(
                ({ from, traffic: asks }) =>
                  from.kind === "publicNodes" && JSON.stringify(asks) === JSON.stringify(traffic),
              );
              const { interconnect, exposure } = plan.config;
              ok(pathDiscovery ? interconnect === "internet" || exposure === "public" : publicNodes);
              ok(!publicNodes || interconnect === "internet");
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("are what EC2 takes: none twice, at most sixty, and descriptions in its alphabet", () => {
    fc.assert(
      fc.property(lab, (settings) => {
        for (const { ingressRules } of planOf(settings).clusters) {
          equal(
            new Set(ingressRules.map((rule) => JSON.stringify([rule.source, rule.traffic]))).size,
            ingressRules.length,
          );
          equal(new Set(ingressRules.map(({ name }) => name)).size, ingressRules.length);
          ok(ingressRules.length <= 60);
          for (const { description } of ingressRules)
            match(description, /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("let nobody into a load balancer whom they do not let into its nodes", () => {
    for (const cluster of planOf().clusters) {
      for (const balancer of cluster.balancers) {
        for (const source of balancer.sources)
          ok(cluster.ingressRules.some((rule) => JSON.stringify(rule.source) === JSON.stringify(source)));
      }
    }
  });

  it("open an API server to administrators and the peers' NAT gateways", () => {
    const [open] = planOf().clusters;
    equal(
      JSON.stringify(open?.apiSources),
      '[{"kind":"cidr","cidr":"198.51.100.0/24"},{"kind":"natAddress","cluster":"cluster2"}]',
    );
  });

  it("keep their names when a cluster is added", () => {
    const [before] = planOf({ clusters: clustersOf(2) }).clusters;
    const [after] = planOf({ clusters: clustersOf(3) }).clusters;
    const names = new Set(after?.ingressRules.map(({ name }) => name));
    for (const { name } of before?.ingressRules ?? []) ok(names.has(name));
  });
});

describe("plan: load balancers", () => {
  for (const backend of backendNames) {
    it(`have node ports of their own on every cluster with ${backend}, that of the demo's front door included`, () => {
      for (const { balancers, frontDoor } of planOf(settingsOf(backend)).clusters) {
        const taken = new Map<number, string>();
        for (const { name, ports } of frontDoor ? [frontDoor, ...balancers] : balancers) {
          for (const { nodePort } of ports) {
            ok(nodePort >= 30000 && nodePort <= 32767, `${name} has the node port ${nodePort}`);
            ok(!taken.has(nodePort), `${name} has the node port of ${taken.get(nodePort)}, ${nodePort}`);
            taken.set(nodePort, name);
          }
        }
      }
    });
  }
});

describe("plan: MTU", () => {
  it("is never above the narrowest path and never below 1280", () => {
    const path = fc
      .tuple(
        fc.constantFrom("us-east-1", "eu-west-1"),
        fc.constantFrom("us-east-1", "eu-west-1"),
        fc.constantFrom("peering" as const, "internet" as const),
      )
      .map(([from, to, interconnect]) => pathMtu(from, to, interconnect));
    fc.assert(
      fc.property(
        fc.array(path, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 220 }),
        (paths, overhead) => {
          const { node, pod } = planMtu(paths, { cni: "vpc-cni", encapsulation: { name: "test", overhead } });
          for (const { bytes } of paths) ok(node <= bytes && pod + overhead <= bytes);
          ok(pod >= 1280 && pod <= node && node <= 9001);
        },
      ),
    );
  });

  it("is 9001 within a region, 8500 between regions, 1500 over the internet (EC2 user guide)", () => {
    equal(planOf({ clusters: clustersOf(2, ["us-east-1"]) }).clusters[0]?.mtu.pod, 9001);
    equal(planOf().clusters[0]?.mtu.pod, 8500);
    equal(planOf({ interconnect: "internet", exposure: "public" }).clusters[0]?.mtu.pod, 1500);
    equal(planOf({ clusters: clustersOf(3, ["us-east-1", "us-east-1", "eu-west-1"]) }).clusters[0]?.mtu.node, 8500);
  });
});

describe("plan: price", () => {
  it("adds up", () => {
    const { price } = planOf();
    const sum = price.items.reduce((total, { count, each }) => total + count * each, 0);
    ok(Math.abs(sum - price.perHour) < 0.001);
    // 2 x (0.10 control plane + 2 x 0.0752 nodes + 0.045 NAT + 0.0225 balancer + 0.005 address)
    equal(price.perHour, 0.646);
  });

  it("says in the line of the sum that spot nodes have no price, and what they cost at most", () => {
    const { price } = planOf({ nodes: '{"capacity":"spot"}' });
    equal(
      priceText(price),
      "USD 0.34 an hour, without the 4 nodes (spot t3a.large: no fixed price, at most USD 0.30 together), traffic and " +
        "disks, at the prices of us-east-1",
    );
    equal(priceText(planOf().price), "USD 0.65 an hour, without traffic and disks, at the prices of us-east-1");
  });
});

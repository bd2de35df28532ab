/** The way of a request through the demo, drawn from the plan: what runs where, who calls whom, and what carries it. */

import { frontend, globalService, redisCart } from "../../../components/demo/boutique";
import type { DemoPlan, ServiceInstance } from "../../../components/demo/plan";
import type { UseCase } from "../../../components/demo/settings";
import type { LabPlan } from "../../../components/lab/plan";
import type { PlannedExport } from "../../../components/plan/exports";
import { trafficText } from "../../../components/plan/flows";
import type { Arrow, Box, Topology } from "../../../rehearsal/report/topology";
import { crossing } from "./crossing";

/** A call by a pod on one cluster of a service on the same or on another one. */
interface Call {
  readonly caller: string;
  readonly called: string;
  readonly from: string;
  readonly to: string;
}

/** The pods that have to do with a use case, and the ways between them. */
export function pathOf(useCase: UseCase, lab: LabPlan): Topology {
  const { demo } = lab;
  if (!demo) throw new Error("the demo is off");
  const calls = callsOf(useCase, demo);
  const steps = calls.map((call) => stepsOf(call, demo, lab));
  const boxes = [...entrance(lab, demo).boxes, ...steps.flatMap((each) => each.boxes)];
  return {
    groups: lab.clusters.map(({ name, region }) => ({
      id: `cluster/${name}`,
      title: `${name} · ${region}`,
      lines: [],
      boxes: unique(boxes.filter(({ cluster }) => cluster === name).map(({ box }) => box)),
    })),
    arrows: unique([...entrance(lab, demo).arrows, ...steps.flatMap((each) => each.arrows)]),
    links: [],
    omitted: [],
  };
}

interface Placed {
  readonly cluster: string;
  readonly box: Box;
}

interface Steps {
  readonly boxes: readonly Placed[];
  readonly arrows: readonly (Arrow & { readonly id: string })[];
}

/** From outside to the frontend. */
function entrance({ clusters }: LabPlan, demo: DemoPlan): Steps {
  return clusters.reduce<Steps>(
    ({ boxes, arrows }, { name, frontDoor }) => {
      const [port] = frontDoor?.ports ?? [];
      if (!frontDoor || !port) return { boxes, arrows };
      const door: Box = {
        id: `door/${name}`,
        kind: "balancer",
        title: frontDoor.name,
        lines: [frontDoor.why],
      };
      const front = podBox(frontend, name, demo);
      return {
        boxes: [...boxes, { cluster: name, box: door }, { cluster: name, box: front }],
        arrows: [...arrows, arrow(door, front, `tcp ${port.targetPort}`, frontDoor.why)],
      };
    },
    { boxes: [], arrows: [] },
  );
}

/** One arrow within a cluster; through a load balancer where there is one on the way; straight between nodes otherwise. */
function stepsOf({ caller, called, from, to }: Call, demo: DemoPlan, lab: LabPlan): Steps {
  const [begin, end] = [podBox(caller, from, demo), podBox(called, to, demo)];
  const ends = [
    { cluster: from, box: begin },
    { cluster: to, box: end },
  ];
  const what = `${caller} calls ${called}`;
  const last = `tcp ${portOf(called, demo)}`;
  if (from === to) return { boxes: ends, arrows: [arrow(begin, end, last, what)] };
  const flow = crossing(shareOf(called, demo), from, to, lab);
  const outer = trafficText(flow.traffic);
  const why = `${what}, ${flow.why}`;
  if (flow.to.kind !== "balancer") {
    const label = flow.traffic.protocol === "tcp" ? outer : `${last} in ${outer}`;
    return { boxes: ends, arrows: [arrow(begin, end, label, why)] };
  }
  const gateway: Box = {
    id: `balancer/${to}/${flow.to.balancer}`,
    kind: "balancer",
    title: flow.to.balancer,
    lines: ["load balancer", "and gateway"],
  };
  return {
    boxes: [...ends, { cluster: to, box: gateway }],
    arrows: [arrow(begin, gateway, outer, why), arrow(gateway, end, last, why)],
  };
}

/** Those who call the global service, or everything on the way to the carts, Redis' copies included. */
function callsOf(useCase: UseCase, demo: DemoPlan): Call[] {
  const goal = useCase === "global-load-balancing" ? globalService : redisCart;
  const direct = new Set([goal]);
  const way = useCase === "global-load-balancing" ? direct : leadingTo(goal, demo);
  return [
    ...demo.instances.flatMap((instance) =>
      calledBy(instance)
        .filter((called) => way.has(called) && instance.service.protocol !== "none")
        .flatMap((called) =>
          reached(called, instance.cluster, demo).map((to) => ({
            caller: instance.service.name,
            called,
            from: instance.cluster,
            to,
          })),
        ),
    ),
    ...(goal === redisCart
      ? demo.replicas.flatMap(({ cluster }) =>
          reached(redisCart, cluster, demo).map((to) => ({
            caller: `copy of ${redisCart}`,
            called: redisCart,
            from: cluster,
            to,
          })),
        )
      : []),
  ];
}

/** `goal`, and every service that calls one of these. */
function leadingTo(goal: string, { instances }: DemoPlan): ReadonlySet<string> {
  const found = new Set([goal]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const instance of instances) {
      if (calledBy(instance).some((called) => found.has(called))) found.add(instance.service.name);
    }
  }
  return found;
}

/** Services whose addresses an instance is given. */
function calledBy({ service }: ServiceInstance): string[] {
  return Object.values(service.calls);
}

/** Where a call ends: at all instances of a global service, at the only one of another. */
function reached(called: string, caller: string, { instances, exports }: DemoPlan): string[] {
  const places = instances.filter(({ service }) => service.name === called).map(({ cluster }) => cluster);
  const global = exports.some(({ name, global }) => name === called && global);
  return places.includes(caller) && !global ? [caller] : places;
}

/** A pod; of a Service that is shared also the name that it has for callers elsewhere. */
function podBox(name: string, cluster: string, { exports }: DemoPlan): Box {
  const exported = exports.find((each) => each.name === name && each.from.includes(cluster));
  return { id: `pod/${cluster}/${name}`, kind: "pod", title: name, lines: exported ? nameLines(exported) : [] };
}

/** The names are long: what the title says already is left out, and the rest is broken where a picture stays narrow. */
function nameLines({ name, plan: { host }, port, namespace }: PlannedExport): string[] {
  const cut = host.indexOf(`.${namespace}.`);
  const [first, service, domain] = [host.slice(0, cut), `.${namespace}.svc`, host.slice(cut)];
  const rest = [service, `${domain.slice(service.length)}:${port}`];
  return first === name ? rest : [first, ...rest];
}

function shareOf(service: string, { exports }: DemoPlan): PlannedExport {
  const found = exports.find(({ name }) => name === service);
  if (!found) throw new Error(`${service} is not shared`);
  return found;
}

function portOf(name: string, { instances }: DemoPlan): number | undefined {
  const service = instances.find((each) => each.service.name === name)?.service;
  return service?.targetPort ?? service?.port;
}

function arrow(from: Box, to: Box, label: string, why: string): Arrow & { id: string } {
  return { id: `${from.id} ${to.id}`, from: from.id, to: to.id, label, why, kind: to.kind };
}

function unique<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((each) => [each.id, each])).values()];
}

/**
 * The plan of one swarm run, drawn from its seed: what cluster, and what is done to it when. Plain data: objects that an
 * act is about are named by a number, and found when the act is done.
 */
import type { ClusterOptions } from "../../sim/index.ts";
import { Draw } from "./draw.ts";

export type Act =
  | {
      readonly act: "create deployment";
      readonly namespace: number;
      readonly name: string;
      readonly kind: string;
      readonly replicas: number;
      readonly strategy: number;
    }
  | { readonly act: "scale"; readonly which: number; readonly replicas: number }
  | { readonly act: "set image"; readonly which: number; readonly image: string }
  | {
      readonly act: "undo" | "delete deployment" | "label pod" | "delete pod" | "restart";
      readonly which: number;
      readonly grace?: number;
    }
  | {
      readonly act: "create pod";
      readonly namespace: number;
      readonly name: string;
      readonly kind: string;
      readonly policy: string;
    }
  | { readonly act: "create namespace" | "delete namespace"; readonly namespace: number }
  | {
      readonly act: "taint" | "cordon" | "label node" | "delete node";
      readonly which: number;
      readonly effect?: string;
    }
  | {
      readonly act: "create service";
      readonly namespace: number;
      readonly name: string;
      readonly app: string;
      readonly form: number;
    }
  | {
      readonly act: "create set";
      readonly namespace: number;
      readonly name: string;
      readonly kind: string;
      readonly replicas: number;
      readonly form: number;
    }
  | {
      readonly act: "create job";
      readonly namespace: number;
      readonly name: string;
      readonly kind: string;
      readonly completions: number;
      readonly form: number;
    }
  | { readonly act: "create daemon set"; readonly namespace: number; readonly name: string; readonly form: number }
  | { readonly act: "scale set"; readonly which: number; readonly replicas: number }
  | { readonly act: "set image of set" | "delete set"; readonly which: number; readonly resource: SetResource }
  | { readonly act: "change service"; readonly which: number; readonly form: number }
  | { readonly act: "delete service"; readonly which: number }
  | { readonly act: "untaint" }
  | { readonly act: "kill" | "start" | "bounce"; readonly process: number; readonly central: boolean }
  | { readonly act: "stop machine" | "start machine" | "reboot"; readonly machine: number }
  | { readonly act: "cut" | "heal"; readonly a: number; readonly b: number; readonly central: boolean };

/** What runs pods besides Deployments. */
export type SetResource = "statefulsets" | "daemonsets" | "jobs";

/** An act at an instant since boot, in microseconds, and so many steps after it, to hit what is on its way. */
export interface Timed {
  readonly at: number;
  readonly steps: number;
  readonly act: Act;
}

export interface Plan {
  readonly seed: number;
  readonly options: ClusterOptions;
  /** No faults: only API requests, so that limits hold at every step. */
  readonly calm: boolean;
  readonly acts: readonly Timed[];
}

const second = 1_000_000;
const podKinds = ["server", "crash", "exit 0", "sleep", "missing image", "init", "init crash", "huge", "stubborn"];
const images = ["nginx:1.27", "nginx:1.28", "redis", "httpd", "nginx:does-not-exist"];
export const namespaces = ["default", "red", "blue"];

function replicas(draw: Draw): number {
  return draw.percent(15) ? draw.below(30) : draw.below(7);
}

function serviceRequest(draw: Draw, n: number): Act {
  const form = draw.below(6);
  const which = draw.below(1000);
  if (draw.percent(20)) return { act: "delete service", which };
  if (draw.percent(25)) return { act: "change service", which, form };
  return { act: "create service", namespace: draw.below(3), name: `s${n}`, app: `d${draw.below(n + 1)}`, form };
}

function setRequest(draw: Draw, n: number): Act {
  const which = draw.below(1000);
  const place = { namespace: draw.below(3), form: draw.below(4) };
  switch (draw.below(9)) {
    case 0:
    case 1: {
      const kind = draw.percent(80) ? "server" : draw.pick(podKinds);
      return { act: "create set", ...place, name: `t${n}`, kind, replicas: draw.below(5) };
    }
    case 2:
    case 3: {
      const kind = draw.pick(["exit 0", "exit 0", "crash", "sleep"]);
      return { act: "create job", ...place, name: `j${n}`, kind, completions: 1 + draw.below(5) };
    }
    case 4:
      return { act: "create daemon set", ...place, name: `m${n}` };
    case 5:
    case 6:
      return { act: "scale set", which, replicas: draw.below(6) };
    case 7:
      return { act: "set image of set", which, resource: draw.pick(["statefulsets", "daemonsets"] as const) };
    default:
      return { act: "delete set", which, resource: draw.pick(["statefulsets", "daemonsets", "jobs"] as const) };
  }
}

/** Sets are drawn from a stream of their own, in every other seed: what earlier seeds found stays as it was. */
function request(draw: Draw, n: number, sets?: Draw): Act {
  if (sets?.percent(40)) return setRequest(sets, n);
  const which = draw.below(1000);
  if (draw.percent(15)) return serviceRequest(draw, n);
  switch (draw.below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return {
        act: "create deployment",
        namespace: draw.below(3),
        name: `d${n}`,
        replicas: replicas(draw),
        strategy: draw.below(5),
        kind: draw.percent(70) ? "server" : draw.pick(podKinds),
      };
    case 4:
    case 5:
      return { act: "scale", which, replicas: replicas(draw) };
    case 6:
    case 7:
      return { act: "set image", which, image: draw.pick(images) };
    case 8:
      return { act: "undo", which };
    case 9:
      return { act: "delete deployment", which };
    case 10:
      return { act: "label pod", which };
    case 11:
    case 12:
      return { act: "delete pod", which, ...(draw.percent(40) && { grace: draw.below(2) * 5 }) };
    case 13:
    case 14:
      return {
        act: "create pod",
        namespace: draw.below(3),
        name: `p${draw.below(6)}`,
        kind: draw.pick(podKinds),
        policy: draw.pick(["Always", "OnFailure", "Never"]),
      };
    case 15:
      return { act: "create namespace", namespace: 1 + draw.below(2) };
    case 16:
      return { act: "delete namespace", namespace: 1 + draw.below(2) };
    case 17:
      return {
        act: draw.pick(["cordon", "taint", "label node"] as const),
        which,
        effect: draw.pick(["NoSchedule", "NoExecute", "PreferNoSchedule"]),
      };
    case 18:
      return { act: "untaint" };
    default:
      return { act: "restart", which };
  }
}

function fault(draw: Draw): Act {
  const process = draw.below(1000);
  const a = draw.below(1000);
  const b = draw.below(1000);
  const central = draw.percent(50);
  switch (draw.below(14)) {
    case 0:
    case 1:
      return { act: "kill", process, central };
    case 2:
    case 3:
      return { act: "start", process, central };
    case 4:
    case 5:
    case 6:
      return { act: "bounce", process, central };
    case 7:
      return { act: "stop machine", machine: a };
    case 8:
      return { act: "start machine", machine: a };
    case 9:
      return { act: "reboot", machine: a };
    case 10:
    case 11:
      return { act: "cut", a, b, central };
    case 12:
      return { act: "heal", a, b, central };
    default:
      return { act: "delete node", which: a };
  }
}

/** What happens in the run of a seed. */
export function planOf(seed: number): Plan {
  const draw = new Draw(seed);
  const calm = draw.percent(25);
  const options: ClusterOptions = {
    seed: 1 + draw.below(1_000_000),
    zones: 1 + draw.below(3),
    workersPerZone: 1 + draw.below(2),
    podsPerNode: draw.percent(20) ? 4 + draw.below(8) : 110,
    latency: draw.pick(["lesson", "lesson", "realistic", "realistic", "instant"] as const),
  };
  const sets = seed % 2 === 0 ? new Draw(seed ^ 0x5e75) : undefined;
  const acts: Timed[] = [];
  const count = 8 + draw.below(40);
  const faulty = draw.pick([15, 30, 60]);
  const pause = draw.pick([10_000, 300_000, 3 * second, 20 * second, 90 * second]);
  let at = second;
  for (let n = 0; n < count; n++) {
    at += draw.percent(30) ? draw.below(4) * 1_000 : draw.below(pause);
    if (draw.percent(5)) at += 400 * second;
    const steps = draw.percent(40) ? draw.below(40) : 0;
    acts.push({ at, steps, act: n > 2 && !calm && draw.percent(faulty) ? fault(draw) : request(draw, n, sets) });
  }
  return { seed, options, calm, acts };
}

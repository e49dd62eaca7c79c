/** Draws the tree of owners: cards with what is ready, owners' edges solid, selectors' edges dashed, folded pods as cells. */
import { box, icon, text } from "../draw.ts";
import { ownOf, plural, thousands } from "../order.ts";
import { POD_CLASSES, podLook } from "../pod-state.ts";
import type { Group, IconName, LegendEntry, LineStyle, Shape, Tone } from "../scene.ts";
import { textWidth } from "../text-width.ts";
import type { Grove, OwnedPod, ServiceNode, SliceNode, Workload } from "./forest.ts";
import { type Band, type OwnersPlan, SIZE, type Slot } from "./plan-owners.ts";

/** Everything of one moment and one namespace by its key. */
interface Present {
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly pods: ReadonlyMap<string, OwnedPod>;
  readonly services: ReadonlyMap<string, ServiceNode>;
  readonly slices: ReadonlyMap<string, SliceNode>;
}

function presentIn(grove: Grove): Present {
  const workloads = new Map<string, Workload>();
  const pods = new Map<string, OwnedPod>();
  const walk = (node: Workload): void => {
    workloads.set(node.key, node);
    for (const pod of node.pods) pods.set(pod.key, pod);
    node.children.forEach(walk);
  };
  grove.roots.forEach(walk);
  const services = new Map(grove.services.map((service) => [service.key, service]));
  const slices = new Map(
    grove.services.flatMap(({ slices: list }) => list.map((slice) => [slice.key, slice] as const)),
  );
  return { workloads, pods, services, slices };
}

const ICONS: Readonly<Record<string, IconName>> = {
  Deployment: "stack",
  ReplicaSet: "copies",
  StatefulSet: "store",
  DaemonSet: "machine",
  Job: "done",
  CronJob: "clock",
};

/** Diagonal strokes at the right end of a card: it is going. */
function hatch(w: number): readonly Shape[] {
  return [0, 1, 2, 3].map((at): Shape => {
    const y = 5 + at * 8;
    return { kind: "line", points: [w - 9, y + 4, w - 3, y - 2], tone: "going", line: "solid" };
  });
}

/** Share of a count that is ready, as a bar. */
function bar(x: number, y: number, w: number, ready: number, wanted: number): readonly Shape[] {
  const share = wanted <= 0 ? 1 : Math.max(0, Math.min(1, ready / wanted));
  const tone: Tone = share < 1 ? "wait" : "ok";
  return [
    box({ x, y, w, h: 6 }, { r: 3, tone, fill: "card", line: "solid" }),
    box({ x, y, w: Math.max(w * share, share > 0 ? 3 : 0), h: 6 }, { r: 3, tone, fill: "solid", line: "none" }),
  ];
}

interface CardLook {
  readonly icon: IconName;
  readonly name: string;
  readonly words: string;
  readonly tone: Tone;
  readonly line: LineStyle;
  readonly going: string;
  readonly bar?: readonly [ready: number, wanted: number];
}

function card(look: CardLook, w: number): readonly Shape[] {
  const { tone, going } = look;
  const barWidth = look.bar ? 30 : 0;
  const end = w - (going === "" ? 7 : 14);
  const isGoing = going !== "";
  const colour = isGoing ? "going" : tone;
  return [
    box(
      { x: 0, y: 0, w, h: SIZE.card },
      {
        r: 6,
        tone: colour,
        line: isGoing ? "dashed" : look.line,
        fill: tone === "muted" && !isGoing ? "card" : "tint",
      },
    ),
    icon(7, 6, 11, look.icon, colour === "muted" ? "plain" : colour),
    text(22, 15, look.name, end - 22, { size: 11, bold: true, name: true }),
    text(7, 29, isGoing ? going : look.words, end - barWidth - 11, { size: 10, tone: colour }),
    ...(look.bar ? bar(end - barWidth, 22.5, barWidth, ...look.bar) : []),
    ...(isGoing ? hatch(w) : []),
  ];
}

function workloadLook(node: Workload): CardLook {
  const old = node.children.filter((child) => child.wanted === 0 && child.pods.length === 0).length;
  const count = `${thousands(node.ready)}/${thousands(node.wanted)}`;
  const kind = node.kind === "" ? "ready" : node.kind;
  const words = `${count} ${kind}${old > 0 ? ` · ${old} old` : ""}`;
  const short = node.ready < node.wanted;
  const name = node.kind === "" ? "no owner" : node.name;
  return {
    icon: ownOf(ICONS, node.kind) ?? "gear",
    name,
    words,
    tone: short ? "wait" : "muted",
    line: short ? "heavy" : "solid",
    going: node.going,
    bar: [node.ready, node.wanted],
  };
}

/** A workload in words. */
function workloadWords(node: Workload): string {
  const what = node.kind === "" ? node.name : `${node.kind} ${node.namespace}/${node.name}`;
  return `${what}, ${thousands(node.ready)} of ${thousands(node.wanted)} ready${node.going === "" ? "" : `, ${node.going}`}`;
}

/** Counts of pods by state in words: "28 ready, 2 creating". */
export function stateCounts(pods: readonly OwnedPod[]): string {
  const words = POD_CLASSES.map((podClass) => {
    const count = pods.filter((pod) => pod.state.podClass === podClass).length;
    return count === 0 ? "" : `${thousands(count)} ${podLook(podClass).word}`;
  });
  return words.filter(Boolean).join(", ") || "no pods";
}

function podLookOf(pod: OwnedPod): CardLook {
  const look = podLook(pod.state.podClass);
  return { icon: look.icon, name: pod.name, words: pod.state.word, tone: look.tone, line: look.line, going: pod.going };
}

function cellLook(owner: Workload): CardLook {
  const ready = owner.pods.filter((pod) => pod.ready).length;
  const short = ready < owner.pods.length || ready < owner.wanted;
  return {
    icon: "crate",
    name: `${thousands(ready)}/${thousands(Math.max(owner.pods.length, owner.wanted))} pods ready`,
    words: stateCounts(owner.pods),
    tone: short ? "wait" : "ok",
    line: short ? "heavy" : "solid",
    going: "",
  };
}

/** What stands in a slot at a moment, with its name for people; undefined when it is not there. */
function lookOf(slot: Slot, present: Present): { readonly look: CardLook; readonly label: string } | undefined {
  const node = present.workloads.get(slot.kind === "cell" ? slot.parent : slot.key);
  const pod = present.pods.get(slot.key);
  const service = present.services.get(slot.key);
  const slice = present.slices.get(slot.key);
  if (slot.kind === "workload" && node) return { look: workloadLook(node), label: workloadWords(node) };
  if (slot.kind === "cell" && node && node.pods.length > 0)
    return { look: cellLook(node), label: `pods of ${node.name}: ${stateCounts(node.pods)}` };
  if (pod) return { look: podLookOf(pod), label: `pod ${pod.namespace}/${pod.name}, ${pod.state.word}` };
  if (service) {
    const empty = service.pods.length === 0;
    const line = empty ? "dashed" : "solid";
    const base = {
      icon: "plug",
      name: service.name,
      words: service.words.replace(/^ClusterIP · (?=[0-9a-f])/, ""),
      tone: "info",
      line,
      going: service.going,
    } as const;
    return {
      look: base,
      label: `Service ${service.namespace}/${service.name}, ${service.words}, selects ${plural(service.pods.length, "pod")}`,
    };
  }
  if (!slice) return undefined;
  const words = `${slice.ready}/${slice.wanted} endpoints`;
  const tone = slice.wanted === 0 || slice.ready < slice.wanted ? "wait" : "muted";
  const look = {
    icon: "list",
    name: slice.name,
    words,
    tone,
    line: "solid",
    going: slice.going,
    bar: [slice.ready, slice.wanted],
  } as const;
  return { look, label: `EndpointSlice ${slice.namespace}/${slice.name}, ${words} ready` };
}

const columnX = (plan: OwnersPlan, column: number): number => SIZE.pad + column * (plan.card + plan.gap);

/** Edges from owners, and from Services to the pods that they select. */
function edges(band: Band, present: Present, plan: OwnersPlan): readonly Shape[] {
  const drawn = new Map(band.slots.filter((slot) => lookOf(slot, present)).map((slot) => [slot.key, slot]));
  const middle = (slot: Slot): number => slot.y + SIZE.card / 2;
  const shapes: Shape[] = [];
  for (const slot of drawn.values()) {
    const owner = drawn.get(slot.parent);
    if (!owner) continue;
    const [x0, x1] = [columnX(plan, owner.column) + plan.card, columnX(plan, slot.column) - 2];
    const turn = x0 + 10;
    const straight = [x0, middle(slot), x1, middle(slot)];
    const points =
      owner.y === slot.y ? straight : [x0, middle(owner), turn, middle(owner), turn, middle(slot), x1, middle(slot)];
    shapes.push({ kind: "line", points, tone: "muted", line: "solid", head: true });
  }
  let track = 0;
  for (const slot of drawn.values()) {
    const service = present.services.get(slot.key);
    if (slot.kind !== "service" || !service) continue;
    const targets = new Set(service.pods.map((pod) => drawn.get(band.shows.get(pod) ?? "")));
    const from = columnX(plan, 3);
    const to = columnX(plan, 2) + plan.card + 2;
    const turn = from - 6 - (track++ % 4) * 4;
    for (const target of targets) {
      if (!target) continue;
      const points =
        target.y === slot.y
          ? [from, middle(slot), to, middle(slot)]
          : [from, middle(slot), turn, middle(slot), turn, middle(target), to, middle(target)];
      shapes.push({ kind: "line", points, tone: "info", line: "dashed", head: true });
    }
  }
  return shapes;
}

/** What is not drawn of a namespace, in words; "" when all of it is. */
export function hiddenWords(band: Band, grove: Grove): string {
  const hidden = grove.roots.filter((root) => band.hiddenRoots.includes(root.key));
  const ready = hidden.reduce((sum, root) => sum + root.ready, 0);
  const wanted = hidden.reduce((sum, root) => sum + root.wanted, 0);
  const roots =
    hidden.length === 0
      ? ""
      : `${plural(hidden.length, "more workload")}: ${thousands(ready)}/${thousands(wanted)} pods ready`;
  const services = band.hiddenServices <= 0 ? "" : plural(band.hiddenServices, "more Service");
  return [roots, services].filter(Boolean).join(" · ");
}

/** One namespace: its panel, edges and cards. */
export function drawBand(band: Band, grove: Grove | undefined, plan: OwnersPlan): Group[] {
  const w = plan.width - 2 * SIZE.margin;
  const held = grove
    ? `${plural(grove.roots.filter((root) => root.kind !== "").length, "workload")} · ${thousands(grove.ready)}/${thousands(grove.pods)} pods ready`
    : "empty";
  const name = band.namespace === "" ? "cluster" : band.namespace;
  const nameWidth = textWidth(name, { size: 12, bold: true }) + 1;
  const rest = grove ? hiddenWords(band, grove) : "";
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w, h: band.h }, { r: 10, fill: "panel" }),
    text(SIZE.pad, 18, name, w * 0.4, { size: 12, bold: true }),
    text(SIZE.pad + Math.min(nameWidth, w * 0.4) + 10, 18, held, w * 0.5, { size: 11, tone: "muted" }),
    ...(rest === "" ? [] : [text(SIZE.pad, band.h - 8, rest, w - 2 * SIZE.pad, { size: 11, tone: "muted" })]),
  ];
  const panel: Group = {
    key: `namespace//${band.namespace}`,
    x: SIZE.margin,
    y: band.y,
    label: `namespace ${name}: ${held}`,
    shapes,
  };
  if (!grove) return [panel];
  const present = presentIn(grove);
  const groups: Group[] = [
    panel,
    { key: `edges/${band.namespace}`, x: SIZE.margin, y: band.y, shapes: edges(band, present, plan) },
  ];
  for (const slot of band.slots) {
    const found = lookOf(slot, present);
    if (!found) continue;
    const x = SIZE.margin + columnX(plan, slot.column);
    groups.push({ key: slot.key, x, y: band.y + slot.y, label: found.label, shapes: card(found.look, plan.card) });
  }
  return groups;
}

const COLUMNS = ["Workload", "ReplicaSet", "Pods", "Service", "EndpointSlice"];

/** Names of the columns. */
export function drawColumns(plan: OwnersPlan): Group {
  const shapes = COLUMNS.map((name, at) =>
    text(columnX(plan, at), 14, name, plan.card, { size: 11, bold: true, tone: "muted" }),
  );
  return { key: "columns", x: SIZE.margin, y: SIZE.top - 22, shapes };
}

/** What the marks mean. */
export const OWNERS_LEGEND: readonly LegendEntry[] = [
  { text: "all ready", tone: "ok", line: "solid" },
  { text: "fewer ready than wanted", tone: "wait", line: "heavy" },
  { text: "terminating, hatched", tone: "going", icon: "leave", line: "dashed" },
  { text: "owns", tone: "muted", line: "solid", arrow: true },
  { text: "selects by labels", tone: "info", line: "dashed", arrow: true },
];

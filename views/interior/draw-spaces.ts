/** Draws network namespaces: pods' frames, the host's box, their interfaces as pills, and the cables between them. */
import type { InterfaceSnapshot, NamespaceSnapshot } from "../../sim/snapshot.ts";
import { box, icon, type Rect, text } from "../draw.ts";
import { thousands } from "../order.ts";
import type { Group, Shape } from "../scene.ts";
import { type Inside, interfaceKey, type PodSpace } from "./inside.ts";
import { HOST_PILL, type InteriorPlan, MARGIN, POD } from "./plan-interior.ts";

const listed = (values: readonly string[] | undefined): string => (values ?? []).join(", ");

/** What an interface is, in words. */
export function interfaceWords(device: InterfaceSnapshot): string {
  const peer = device.peer ? `, joined to ${device.peer.device} in ${device.peer.namespace}` : "";
  const master = device.master ? `, port of ${device.master}` : "";
  const address = listed(device.addresses) || "no address";
  return `${device.name}, ${device.kind}, ${device.up ? "up" : "down"}, MTU ${device.mtu}, ${address}${peer}${master}`;
}

/** One interface: name, state, MTU and, in taller pills, its address. */
function interfacePill(space: NamespaceSnapshot, device: InterfaceSnapshot, rect: Rect, changed: boolean): Group {
  const { w, h } = rect;
  const tone = device.up ? (changed ? "info" : "muted") : "bad";
  const line = changed ? "heavy" : device.up ? "solid" : "dashed";
  const marked = changed || !device.up;
  const state = `${device.up ? "up" : "down"} · MTU ${device.mtu}`;
  const address = listed(device.addresses);
  const shapes: Shape[] = [
    box({ x: 0, y: 0, w, h }, { r: 7, tone, line, fill: changed || !device.up ? "tint" : "card" }),
    text(7, 14.5, device.name, w - (marked ? 26 : 12), { size: 10, bold: true }),
    text(7, 28.5, state, w - 12, { size: 10, tone: device.up ? "muted" : "bad" }),
    text(7, 42, address || (h > 44 ? "no address" : ""), w - 12, {
      size: 10,
      ...(address ? {} : { tone: "muted" as const }),
    }),
  ];
  if (marked) shapes.push(icon(w - 16, 4, 11, device.up ? "changed" : "cross", device.up ? "info" : "bad"));
  const label = `interface ${interfaceWords(device)}${changed ? ", changed" : ""}`;
  return { key: interfaceKey(space, device), x: rect.x, y: rect.y, label, shapes };
}

const podX = (plan: InteriorPlan, at: number): number => MARGIN + at * (plan.podWidth + POD.gap);

function podFrame(pod: PodSpace, x: number, plan: InteriorPlan, chosen: boolean): Group {
  const w = plan.podWidth;
  const heavy = chosen || pod.isNew;
  const shapes: Shape[] = [
    box(
      { x: 0, y: 0, w, h: POD.h },
      { r: 8, fill: "panel", tone: heavy ? "info" : "muted", line: heavy ? "heavy" : "solid" },
    ),
    icon(7, 7, 12, pod.isNew ? "plus" : "crate", heavy ? "info" : "plain"),
    text(23, 17, pod.name, w - 29, { size: 11, bold: true, name: true }),
    text(8, 32, pod.namespace || pod.space.name, w - 16, { size: 10, tone: "muted" }),
  ];
  const label = `network namespace ${pod.space.name} of pod ${pod.namespace}/${pod.name}${pod.isNew ? ", new" : ""}`;
  return { key: pod.key, x, y: plan.podsTop, label, shapes };
}

/** A pod's frame, its interface, its cable, and the host's end of it. */
function drawPod(inside: Inside, pod: PodSpace, plan: InteriorPlan, chosen: boolean): Group[] {
  const x = podX(plan, pod.slot);
  const groups = [podFrame(pod, x, plan, chosen)];
  const own = (pod.space.interfaces ?? []).filter((device) => device.kind !== "loopback");
  const first = own.find((device) => device.peer !== undefined) ?? own[0];
  const pillTop = plan.podsTop + POD.h - POD.pill - 6;
  if (first) {
    const rect = { x: x + 5, y: pillTop, w: plan.podWidth - 10, h: POD.pill - 8 };
    groups.push(interfacePill(pod.space, first, rect, inside.changed.has(interfaceKey(pod.space, first))));
  }
  if (!pod.cable || !inside.host || !first) return groups;
  const middle = x + plan.podWidth / 2;
  const top = pillTop + POD.pill - 8;
  const hostTop = plan.host.y + 8;
  const live = first.up && pod.cable.up;
  groups.push({
    key: `cable/${pod.space.name}`,
    x: 0,
    y: 0,
    label: `veth pair ${first.name} to ${pod.cable.name}${live ? "" : ", down"}`,
    shapes: [
      {
        kind: "line",
        points: [middle, top, middle, hostTop],
        tone: live ? "info" : "bad",
        line: live ? "heavy" : "heavy-dashed",
      },
    ],
  });
  const rect = { x: x + 8, y: hostTop, w: plan.podWidth - 16, h: HOST_PILL.top - 10 };
  groups.push(interfacePill(inside.host, pod.cable, rect, inside.changed.has(interfaceKey(inside.host, pod.cable))));
  return groups;
}

const EDGE = new Set(["ethernet", "ipip", "vxlan"]);

/** The host's interfaces that do not lead to pods; those towards the network stand last, on the edge. */
function hostDevices(host: NamespaceSnapshot, pods: ReadonlySet<string>): readonly InterfaceSnapshot[] {
  const own = (host.interfaces ?? []).filter((device) => !device.peer || !pods.has(device.peer.namespace));
  return [...own.filter((device) => !EDGE.has(device.kind)), ...own.filter((device) => EDGE.has(device.kind))];
}

const HOST_DEVICES_MAX = 4;

function drawEdge(inside: Inside, host: NamespaceSnapshot, plan: InteriorPlan, spaces: ReadonlySet<string>): Group[] {
  const { host: area, network } = plan;
  const devices = hostDevices(host, spaces);
  const shown = devices.length > HOST_DEVICES_MAX ? devices.slice(-HOST_DEVICES_MAX) : devices;
  const w = Math.min(150, (area.w - 16 - HOST_PILL.gap * (HOST_DEVICES_MAX - 1)) / HOST_DEVICES_MAX);
  const first = area.x + area.w - 8 - shown.length * (w + HOST_PILL.gap) + HOST_PILL.gap;
  const y = area.y + area.h - HOST_PILL.bottom - 8;
  const groups: Group[] = [];
  shown.forEach((device, at) => {
    const x = first + at * (w + HOST_PILL.gap);
    const key = interfaceKey(host, device);
    if (EDGE.has(device.kind)) {
      const tunnel = device.kind !== "ethernet";
      const points = [x + w / 2, y + HOST_PILL.bottom, x + w / 2, network.y];
      const line = !device.up ? "heavy-dashed" : tunnel ? "dashed" : "heavy";
      const tone = !device.up ? "bad" : tunnel ? "going" : "info";
      const words = { ethernet: "cable", ipip: "IP-in-IP", vxlan: "VXLAN" }[device.kind as "ethernet"] ?? "";
      const label = text(x + w / 2 + 6, y + HOST_PILL.bottom + 28, words, w / 2, { size: 10, tone: "muted" });
      groups.push({ key: `wire/${device.name}`, x: 0, y: 0, shapes: [{ kind: "line", points, tone, line }, label] });
    }
    groups.push(interfacePill(host, device, { x, y, w, h: HOST_PILL.bottom }, inside.changed.has(key)));
  });
  return groups;
}

function hostBox(inside: Inside, plan: InteriorPlan, machine: string, spaces: ReadonlySet<string>): Group {
  const { host } = inside;
  const { w, h } = plan.host;
  const devices = host?.interfaces?.length ?? 0;
  const drawn =
    inside.pods.filter((pod) => pod.cable).length +
    (host ? hostDevices(host, spaces).slice(-HOST_DEVICES_MAX).length : 0);
  const rest = devices - drawn;
  const up = inside.snapshot.machines?.find((candidate) => candidate.name === machine)?.up ?? true;
  const title = host ? `${machine} · host namespace` : `${machine} · no network namespace is recorded`;
  const y = HOST_PILL.top + 26;
  const more =
    rest > 0 ? `${thousands(devices)} interfaces, ${thousands(rest)} not drawn` : `${thousands(devices)} interfaces`;
  const shapes: Shape[] = [
    box(
      { x: 0, y: 0, w, h },
      { r: 10, fill: "panel", tone: up ? "muted" : "bad", line: up ? "solid" : "heavy-dashed" },
    ),
    icon(10, y - 11, 14, up ? "machine" : "cross", up ? "plain" : "bad"),
    text(30, y, `${title}${up ? "" : " · machine down"}`, w - 40, { size: 12, bold: true }),
    text(30, y + 16, more, w - 40, { size: 10.5, tone: "muted" }),
  ];
  return {
    key: `namespace/${host?.name ?? machine}`,
    x: plan.host.x,
    y: plan.host.y,
    label: `${title}: ${more}`,
    shapes,
  };
}

/** All namespaces of a moment, back to front. */
export function drawSpaces(
  inside: Inside,
  plan: InteriorPlan,
  wanted: { machine: string; pod: string | undefined },
): Group[] {
  const { host, pods, hiddenPods, snapshot } = inside;
  const spaces = new Set(
    (snapshot.namespaces?.(wanted.machine) ?? []).filter((space) => space.kind === "pod").map((space) => space.name),
  );
  const more = hiddenPods > 0 ? ` · ${thousands(hiddenPods)} more not drawn` : "";
  const label = `Pods' network namespaces · ${thousands(pods.length)}${more}`;
  const { network } = plan;
  const groups: Group[] = [
    {
      key: "pods",
      x: MARGIN,
      y: plan.podsTop - 22,
      shapes: [text(0, 14, label, plan.left, { size: 11, bold: true, tone: "muted" })],
    },
    hostBox(inside, plan, wanted.machine, spaces),
    {
      key: "namespace/network",
      x: network.x,
      y: network.y,
      label: "the network between the machines",
      shapes: [
        box({ x: 0, y: 0, w: network.w, h: network.h }, { r: 8, tone: "muted", line: "dashed", fill: "card" }),
        icon(10, 9, 14, "globe"),
        text(32, 20, "network between the machines", network.w - 44, { size: 11, bold: true }),
      ],
    },
  ];
  pods.forEach((pod) => {
    groups.push(...drawPod(inside, pod, plan, pod.space.pod !== "" && pod.space.pod === wanted.pod));
  });
  if (host) groups.push(...drawEdge(inside, host, plan, spaces));
  return groups;
}

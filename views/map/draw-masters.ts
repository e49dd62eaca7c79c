/** Draws the client, the control plane's machines and what each of their processes is doing. */

import type { ProcessSnapshot } from "../../sim/snapshot.ts";
import { type ClusterModel, INSTALLER, type MasterView } from "../cluster-model.ts";
import { box, icon, type Rect, text } from "../draw.ts";
import { ownOf } from "../order.ts";
import type { Group, IconName, Shape } from "../scene.ts";
import { textWidth, wrapText } from "../text-width.ts";
import type { MapPlan } from "./plan.ts";
import { API_SERVER, CONTROLLER_MANAGER, chipText, type MasterPanel } from "./plan-masters.ts";

const ICONS: Readonly<Record<string, IconName>> = {
  etcd: "store",
  "kube-apiserver": "gate",
  "kube-scheduler": "target",
  "kube-controller-manager": "gears",
  kubelet: "agent",
  containerd: "crate",
  "cri-o": "crate",
  runtime: "crate",
  "container-runtime": "crate",
  "kube-proxy": "fork",
  "cloud-controller-manager": "globe",
  kubeadm: "person",
};

/** Icon of a component; a gear for those without one of their own. */
export function componentIcon(component: string): IconName {
  return ownOf(ICONS, component) ?? "gear";
}

/** True when the process did something in the step shown. */
export function isActive(process: ProcessSnapshot, step: number): boolean {
  return process.running && process.doingStep === step && step >= 0;
}

/** True when a process says that it leads its group. */
function leads(process: ProcessSnapshot): boolean {
  return process.running && /^leader\b/.test(process.doing);
}

/** What a process is doing, in words, with the step if that is over. */
export function doingWords(process: ProcessSnapshot, step: number): string {
  if (!process.running) return "not running";
  if (process.doing === "") return "idle";
  return isActive(process, step) || process.doingStep < 0
    ? process.doing
    : `${process.doing} (step ${process.doingStep})`;
}

/** The name, without "kube-" where the whole does not fit. */
function shortName(component: string, max: number): string {
  const fits = textWidth(component, { size: 13, bold: true }) <= max;
  return fits ? component : component.replace(/^kube-/, "");
}

function processCard(process: ProcessSnapshot, rect: Rect, step: number, chips: boolean): Group {
  const active = isActive(process, step);
  const down = !process.running;
  const wide = rect.h < 60;
  const nameMax = rect.w - 40;
  const crown = leads(process) ? 17 : 0;
  const shapes: Shape[] = [
    box(
      { ...rect, x: 0, y: 0 },
      down
        ? { r: 6, tone: "bad", line: "heavy-dashed", fill: "tint" }
        : { r: 6, line: active ? "heavy" : "solid", tone: active ? "info" : "muted" },
    ),
    icon(10, 8, 16, down ? "cross" : componentIcon(process.component), down ? "bad" : active ? "info" : "plain"),
    text(32, 21, shortName(process.component, nameMax), nameMax, {
      size: 13,
      bold: true,
      ...(down ? { tone: "bad" } : {}),
    }),
  ];
  const tone = down ? "bad" : active ? "info" : "muted";
  const style = { size: 11, tone, bold: down } as const;
  const lineCount = wide ? 1 : chips ? 1 : Math.max(1, Math.floor((rect.h - 34) / 14));
  const top = wide ? 37 : 39;
  if (crown > 0) shapes.push(icon(10, top - 11, 13, "crown", "wait"));
  const lines = wrapText(doingWords(process, step), rect.w - 20 - crown, lineCount, style);
  lines.forEach((content, at) => {
    shapes.push(text(10 + crown, top + at * 14, content, rect.w - 20 - crown, style));
  });
  const label = `${process.component} on ${process.machine}: ${doingWords(process, step)}`;
  return { key: `process/${process.id}`, x: rect.x, y: rect.y, label, shapes };
}

function barCard(process: ProcessSnapshot, rect: Rect, step: number): Group {
  const active = isActive(process, step);
  const down = !process.running;
  const tone = down ? "bad" : active ? "info" : "muted";
  const shapes: Shape[] = [
    box(
      { ...rect, x: 0, y: 0 },
      { r: 8, tone, line: down ? "heavy-dashed" : "heavy", fill: down || active ? "tint" : "card" },
    ),
    icon(14, 13, 18, down ? "cross" : "gate", down ? "bad" : active ? "info" : "plain"),
    text(40, 27, process.component, 150, { size: 14, bold: true, ...(down ? { tone: "bad" } : {}) }),
    text(182, 27, doingWords(process, step), rect.w - 200, { size: 12, tone }),
  ];
  const label = `${process.component} on ${process.machine}: ${doingWords(process, step)}`;
  return { key: `process/${process.id}`, x: rect.x, y: rect.y, label, shapes };
}

function chip(process: ProcessSnapshot, rect: Rect, step: number): Group {
  const active = isActive(process, step);
  const down = !process.running;
  const name = chipText(process.component);
  const shapes: Shape[] = [
    box(
      { ...rect, x: 0, y: 0 },
      {
        r: 9,
        tone: down ? "bad" : active ? "info" : "muted",
        fill: active ? "solid" : "card",
        line: down ? "heavy-dashed" : "solid",
      },
    ),
    text(rect.w / 2, 13, name, rect.w - 6, {
      size: 10,
      anchor: "middle",
      bold: active,
      ...(active ? { inverse: true } : { tone: down ? "bad" : "muted" }),
    }),
  ];
  return { key: `process/${process.id}`, x: rect.x, y: rect.y, label: `${name}: ${doingWords(process, step)}`, shapes };
}

function panelGroup(view: MasterView, place: MasterPanel, several: boolean): Group {
  const { machine } = view;
  const { panel } = place;
  const heading = several ? machine.name : `Control plane · ${machine.name}`;
  const zone = machine.zone === "" ? "" : ` · ${machine.zone}`;
  const shapes: Shape[] = [
    box(
      { ...panel, x: 0, y: 0 },
      machine.up ? { r: 10, fill: "panel" } : { r: 10, fill: "panel", tone: "bad", line: "heavy-dashed" },
    ),
    text(12, 17, `${heading}${zone}`, panel.w - (several ? (machine.up ? 24 : 136) : 226), {
      size: 11,
      bold: true,
      tone: "muted",
    }),
  ];
  if (!machine.up) {
    shapes.push(
      icon(panel.w - 118, 6, 13, "cross", "bad"),
      text(panel.w - 100, 17, "machine down", 92, { size: 11, bold: true, tone: "bad" }),
    );
  }
  const label = `control-plane machine ${machine.name}${machine.up ? "" : ", down"}`;
  return { key: `machine/${machine.name}/control-plane`, x: panel.x, y: panel.y, label, shapes };
}

function clientCard(model: ClusterModel, rect: Rect): Group {
  const { messages, step } = model.snapshot;
  const entry = model.snapshot.journal.find(
    (candidate) => candidate.step === step && /^(user|kubectl)/.test(candidate.actor),
  );
  const sent = messages.find((message) => /^(user|kubectl|client)/.test(message.from));
  const words = sent?.label ?? (entry ? `${entry.verb} ${entry.object}` : "");
  const shapes: Shape[] = [
    box({ ...rect, x: 0, y: 0 }, { r: 6, fill: "page", line: "dashed", tone: words === "" ? "muted" : "info" }),
    icon(10, 8, 16, "person", words === "" ? "plain" : "info"),
    text(32, 21, "you", rect.w - 42, { size: 13, bold: true }),
  ];
  const style = { size: 11, tone: words === "" ? "muted" : "info" } as const;
  wrapText(words === "" ? "kubectl" : words, rect.w - 20, 2, style).forEach((content, at) => {
    shapes.push(text(10, 39 + at * 14, content, rect.w - 20, style));
  });
  return { key: "client", x: rect.x, y: rect.y, label: `you, with kubectl${words === "" ? "" : `: ${words}`}`, shapes };
}

/** Groups of the control plane, back to front. */
export function drawMasters(plan: MapPlan, model: ClusterModel): Group[] {
  const { step } = model.snapshot;
  const groups: Group[] = [clientCard(model, plan.client)];
  for (const place of plan.masters.machines) {
    const view = model.masters.find((master) => master.machine.name === place.machine);
    if (!view) continue;
    groups.push(panelGroup(view, place, plan.masters.several));
    const chipped = view.controllers.some((controller) => controller.component !== INSTALLER);
    for (const process of view.processes) {
      const rect = place.cards.get(process.id);
      if (!rect) continue;
      const hasChips = !plan.masters.several && process.component === CONTROLLER_MANAGER && chipped;
      const bar = process.component === API_SERVER && !plan.masters.several;
      groups.push(bar ? barCard(process, rect, step) : processCard(process, rect, step, hasChips));
    }
    for (const controller of view.controllers) {
      const rect = place.chips.get(controller.id);
      if (rect) groups.push(chip(controller, rect, step));
    }
  }
  return groups;
}

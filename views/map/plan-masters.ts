/** Ground plan of the control plane: one machine as a row of cards over a wide API server, several as columns of cards. */
import { type ClusterModel, INSTALLER, type MasterView } from "../cluster-model.ts";
import type { Rect } from "../draw.ts";
import { compareNatural } from "../order.ts";
import { textWidth } from "../text-width.ts";

/** Name of the process that everybody talks to. */
export const API_SERVER = "kube-apiserver";
/** The process that runs the controllers. */
export const CONTROLLER_MANAGER = "kube-controller-manager";

/** Plan of one control-plane machine. */
export interface MasterPanel {
  readonly machine: string;
  readonly panel: Rect;
  /** Process id → card. The API server is among them. */
  readonly cards: ReadonlyMap<string, Rect>;
  /** Controller's process id → chip. */
  readonly chips: ReadonlyMap<string, Rect>;
}

/** Plan of the whole control plane; `laneA`, `laneT` and `bottom` are where lanes for links begin. */
export interface MasterPlan {
  readonly several: boolean;
  readonly client: Rect;
  readonly machines: readonly MasterPanel[];
  readonly laneA: number;
  readonly laneT: number;
  readonly bottom: number;
}

const CLIENT_WIDTH = 112;
const GAP = 12;
const PAD = 12;
const LABEL = 24;
const CARD_HEIGHT = 70;
const BAR_HEIGHT = 44;
const CHIP = { h: 18, gap: 4, rows: 4 } as const;
const COLUMN_GUTTER = 32;
const COLUMN_CARD = 46;
const COLUMN_PITCH = COLUMN_CARD + 8;
/** Pitch of the rows of links in a lane. */
export const LANE_ROW = 18;

/** Masters of all moments with every process that was ever seen on them. */
function unite(models: readonly ClusterModel[]): MasterView[] {
  const byName = new Map<string, MasterView>();
  for (const model of models) {
    for (const master of model.masters) {
      const before = byName.get(master.machine.name);
      const known = new Set(master.processes.map((process) => process.id));
      const chips = new Set(master.controllers.map((process) => process.id));
      byName.set(master.machine.name, {
        machine: master.machine,
        processes: [...master.processes, ...(before?.processes.filter((process) => !known.has(process.id)) ?? [])],
        controllers: [
          ...master.controllers,
          ...(before?.controllers.filter((process) => !chips.has(process.id)) ?? []),
        ],
      });
    }
  }
  return [...byName.values()].sort((a, b) => compareNatural(a.machine.name, b.machine.name));
}

/** Text on a controller's chip: its name without what all of them share. */
export function chipText(component: string): string {
  return component.replace(/^kube-controller-manager[/.]/, "").replace(/-controller$/, "");
}

function placeChips(master: MasterView, area: Rect): Map<string, Rect> {
  const chips = new Map<string, Rect>();
  let x = area.x;
  let row = 0;
  for (const controller of master.controllers) {
    const w = Math.min(area.w, Math.ceil(textWidth(chipText(controller.component), { size: 10, bold: true })) + 10);
    if (x > area.x && x + w > area.x + area.w) {
      x = area.x;
      row++;
    }
    if (row >= CHIP.rows) break;
    chips.set(controller.id, { x, y: area.y + row * (CHIP.h + CHIP.gap), w, h: CHIP.h });
    x += w + CHIP.gap;
  }
  return chips;
}

function lowest(rects: Iterable<Rect>, least: number): number {
  let bottom = least;
  for (const rect of rects) bottom = Math.max(bottom, rect.y + rect.h);
  return bottom;
}

/** Widths of the upper cards: room for each name, and the rest for the manager with its chips, or for all alike. */
function cardWidths(components: readonly string[], total: number, chips: boolean): number[] {
  const rest = total - GAP * (components.length - 1);
  const manager = chips ? components.indexOf(CONTROLLER_MANAGER) : -1;
  const others = components.length - 1;
  const wide = others === 0 ? rest : Math.max(rest * 0.54, rest - others * 200);
  if (manager >= 0 && others < 3) return components.map((_, at) => (at === manager ? wide : (rest - wide) / others));
  const needs = components.map(
    (component) => 46 + textWidth(component.replace(/^kube-/, ""), { size: 13, bold: true }),
  );
  const spare = Math.max(0, rest - needs.reduce((sum, need) => sum + need, 0));
  const scale = Math.min(
    1,
    rest /
      Math.max(
        1,
        needs.reduce((sum, need) => sum + need, 0),
      ),
  );
  return needs.map((need, at) => need * scale + (manager < 0 ? spare / needs.length : at === manager ? spare : 0));
}

const withoutInstaller = (master: MasterView): MasterView => ({
  ...master,
  controllers: master.controllers.filter((process) => process.component !== INSTALLER),
});

function planOne(master: MasterView, area: Rect, laneHeight: number): MasterPlan {
  const upper = master.processes.filter((process) => process.component !== API_SERVER);
  const api = master.processes.find((process) => process.component === API_SERVER);
  const panelX = area.x + CLIENT_WIDTH + GAP;
  const panelWidth = area.w - CLIENT_WIDTH - GAP;
  const top = area.y + LABEL + 2;
  const widths = cardWidths(
    upper.map((process) => process.component),
    panelWidth - 2 * PAD,
    withoutInstaller(master).controllers.length > 0,
  );
  let x = panelX + PAD;
  const cards = new Map<string, Rect>();
  let chips = new Map<string, Rect>();
  upper.forEach((process, at) => {
    const rect = { x, y: top, w: widths[at]!, h: CARD_HEIGHT };
    cards.set(process.id, rect);
    if (process.component === CONTROLLER_MANAGER)
      chips = placeChips(withoutInstaller(master), { x: x + 10, y: top + 46, w: rect.w - 20, h: 0 });
    x += rect.w + GAP;
  });
  const bottom = lowest(chips.values(), top + CARD_HEIGHT - 10) + 10;
  for (const [id, rect] of cards) cards.set(id, { ...rect, h: bottom - top });
  const barTop = bottom + laneHeight;
  if (api) cards.set(api.id, { x: area.x, y: barTop, w: area.w, h: BAR_HEIGHT });
  const installer = master.controllers.find((process) => process.component === INSTALLER);
  if (installer) {
    const w = Math.ceil(textWidth(INSTALLER, { size: 10, bold: true })) + 14;
    chips.set(installer.id, { x: panelX + panelWidth - PAD - w - 124, y: area.y + 4, w, h: CHIP.h });
  }
  return {
    several: false,
    client: { x: area.x, y: top, w: CLIENT_WIDTH, h: bottom - top },
    machines: [
      {
        machine: master.machine.name,
        panel: { x: panelX, y: area.y, w: panelWidth, h: barTop - area.y + (api ? BAR_HEIGHT / 2 : 0) },
        cards,
        chips,
      },
    ],
    laneA: bottom,
    laneT: bottom,
    bottom: barTop + (api ? BAR_HEIGHT : 0),
  };
}

/** One machine's column: its cards in common rows, its controllers' chips, and the API server at the bottom. */
function planColumn(master: MasterView, column: Rect, rows: readonly string[], top: number): MasterPanel {
  const cards = new Map<string, Rect>();
  const x = column.x + COLUMN_GUTTER;
  const w = column.w - COLUMN_GUTTER - 10;
  for (const process of master.processes) {
    const row = rows.indexOf(process.component);
    if (row >= 0) cards.set(process.id, { x, y: top + row * COLUMN_PITCH, w, h: COLUMN_CARD });
  }
  const chips = placeChips(master, { x, y: top + rows.length * COLUMN_PITCH, w, h: 0 });
  return { machine: master.machine.name, panel: column, cards, chips };
}

function addApiServer(column: MasterPanel, master: MasterView, y: number): MasterPanel {
  const api = master.processes.find((process) => process.component === API_SERVER);
  if (!api) return column;
  const x = column.panel.x + COLUMN_GUTTER;
  const rect = { x, y, w: column.panel.w - COLUMN_GUTTER - 10, h: COLUMN_CARD };
  return { ...column, cards: new Map([...column.cards, [api.id, rect]]) };
}

const COLUMN_ORDER = ["etcd", "kube-scheduler", CONTROLLER_MANAGER, "cloud-controller-manager"];

function planSeveral(masters: readonly MasterView[], area: Rect, laneRowsT: number): MasterPlan {
  const left = area.x + CLIENT_WIDTH + GAP;
  const width = (area.w - CLIENT_WIDTH - GAP * masters.length) / masters.length;
  const present = new Set(masters.flatMap((master) => master.processes.map((process) => process.component)));
  const known = COLUMN_ORDER.filter((component) => present.has(component));
  const extra = [...present].filter((component) => !known.includes(component) && component !== API_SERVER).sort();
  const rows = [...known, ...extra];
  const laneT = area.y + LABEL;
  const top = laneT + (laneRowsT === 0 ? 2 : 8 + laneRowsT * LANE_ROW);
  const upper = masters.map((master, at) =>
    planColumn(master, { x: left + at * (width + GAP), y: area.y, w: width, h: 0 }, rows, top),
  );
  const chipBottom = lowest(
    upper.flatMap((column) => [...column.chips.values()]),
    top + rows.length * COLUMN_PITCH - 8,
  );
  const columns = upper.map((column, at) => addApiServer(column, masters[at]!, chipBottom + 8));
  const bottom = chipBottom + (present.has(API_SERVER) ? COLUMN_PITCH : 0) + 10;
  const machines = columns.map((column) => ({ ...column, panel: { ...column.panel, h: bottom - area.y } }));
  const client = { x: area.x, y: area.y + LABEL + 2, w: CLIENT_WIDTH, h: CARD_HEIGHT };
  return { several: true, client, machines, laneA: bottom, laneT, bottom };
}

/** Places client, control-plane machines and their processes below `area.y`; `laneHeight` is the room over the API server. */
export function planMasters(
  models: readonly ClusterModel[],
  area: Rect,
  laneHeight: number,
  laneRowsT: number,
): MasterPlan {
  const masters = unite(models);
  if (masters.length > 1) return planSeveral(masters, area, laneRowsT);
  const only = masters[0];
  if (only) return planOne(only, area, laneHeight);
  const client = { x: area.x, y: area.y, w: CLIENT_WIDTH, h: CARD_HEIGHT };
  const bottom = area.y + CARD_HEIGHT;
  return { several: false, client, machines: [], laneA: bottom, laneT: bottom, bottom };
}

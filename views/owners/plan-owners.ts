/**
 * Ground plan of the tree of owners, for all moments at once: a band for each namespace, owners at the left of what they
 * own, Services at the right of the pods that they select. What needs attention comes first; what does not fit is counted.
 */
import { compareNatural, groupBy } from "../order.ts";
import type { Grove, ServiceNode, Workload } from "./forest.ts";

/** One place in the picture, and what stands there. */
export interface Slot {
  readonly key: string;
  readonly kind: "workload" | "cell" | "pod" | "service" | "slice";
  readonly column: number;
  readonly y: number;
  /** Key of the owner's slot; "" for none. */
  readonly parent: string;
}

/** One namespace on the page. */
export interface Band {
  readonly namespace: string;
  readonly y: number;
  readonly h: number;
  readonly slots: readonly Slot[];
  /** Pod's key → key of the slot that shows it, alone or in a cell. */
  readonly shows: ReadonlyMap<string, string>;
  readonly hiddenRoots: readonly string[];
  readonly hiddenServices: number;
}

/** Where everything stands. */
export interface OwnersPlan {
  readonly width: number;
  readonly height: number;
  readonly card: number;
  readonly gap: number;
  readonly bands: readonly Band[];
  readonly hiddenNamespaces: number;
  readonly legendY: number;
}

/** Margins and sizes. */
export const SIZE = { margin: 16, pad: 10, card: 36, pitch: 42, label: 26, top: 84, gap: 30, columns: 5 } as const;
const ROWS_MAX = 48;
const BANDS_MAX = 10;
/** Pods of one owner that get a card each; above this they fold to one cell. */
const PODS_MAX = 8;

/** A workload of all moments: its pods and children are those of any moment. */
interface Merged {
  readonly key: string;
  readonly name: string;
  readonly trouble: boolean;
  readonly isLoose: boolean;
  readonly pods: readonly string[];
  readonly children: readonly Merged[];
}

const inTrouble = (node: Workload): boolean =>
  node.going !== "" ||
  node.ready < node.wanted ||
  node.pods.some((pod) => pod.going !== "") ||
  node.children.some(inTrouble);

function merge(versions: readonly Workload[]): Merged {
  const first = versions[0]!;
  const pods = new Map<string, string>();
  for (const version of versions) for (const pod of version.pods) pods.set(pod.key, pod.name);
  const children = [
    ...groupBy(
      versions.flatMap((version) => version.children),
      (child) => child.key,
    ).values(),
  ]
    .map(merge)
    .filter((child) => child.pods.length > 0 || child.children.length > 0 || child.trouble);
  return {
    key: first.key,
    name: first.name,
    trouble: versions.some(inTrouble),
    isLoose: first.kind === "",
    pods: [...pods].sort((a, b) => compareNatural(a[1], b[1]) || (a[0] < b[0] ? -1 : 1)).map(([key]) => key),
    children: children.sort((a, b) => Number(b.trouble) - Number(a.trouble) || compareNatural(a.name, b.name)),
  };
}

function mergeRoots(groves: readonly Grove[]): Merged[] {
  return [
    ...groupBy(
      groves.flatMap((grove) => grove.roots),
      (root) => root.key,
    ).values(),
  ]
    .map(merge)
    .sort(
      (a, b) =>
        Number(a.isLoose) - Number(b.isLoose) ||
        Number(b.trouble) - Number(a.trouble) ||
        compareNatural(a.name, b.name),
    );
}

/** Rows that a tree takes with a card for each pod, or with a cell for each owner of pods. */
function rowsOf(node: Merged, folded: boolean): number {
  const own = node.pods.length === 0 ? 0 : folded || node.pods.length > PODS_MAX ? 1 : node.pods.length;
  const below = node.children.reduce((sum, child) => sum + rowsOf(child, folded), 0);
  return Math.max(1, own + below);
}

/** Places trees below each other; each row is `SIZE.pitch` high. */
class BandMaker {
  readonly slots: Slot[] = [];
  readonly shows = new Map<string, string>();
  row = 0;

  #put(key: string, kind: Slot["kind"], column: number, row: number, parent: string): void {
    this.slots.push({ key, kind, column, y: SIZE.label + row * SIZE.pitch, parent });
  }

  tree(node: Merged, folded: boolean, column: number, parent: string): void {
    const start = this.row;
    this.#put(node.key, "workload", column, start, parent);
    for (const child of node.children) this.tree(child, folded, Math.min(column + 1, 1), node.key);
    if (node.pods.length > 0) this.#pods(node, folded);
    this.row = Math.max(this.row, start + 1);
  }

  #pods(node: Merged, folded: boolean): void {
    if (folded || node.pods.length > PODS_MAX) {
      const cell = `pods/${node.key}`;
      this.#put(cell, "cell", 2, this.row++, node.key);
      for (const pod of node.pods) this.shows.set(pod, cell);
      return;
    }
    for (const pod of node.pods) {
      this.#put(pod, "pod", 2, this.row++, node.key);
      this.shows.set(pod, pod);
    }
  }

  /** Services beside the first pod that they select, none above another; returns how many found no room. */
  services(services: readonly ServiceNode[], rowsMax: number): number {
    const at = new Map(this.slots.map((slot) => [slot.key, (slot.y - SIZE.label) / SIZE.pitch]));
    const rowsOf = (service: ServiceNode): readonly number[] =>
      service.pods.flatMap((pod) => at.get(this.shows.get(pod) ?? "") ?? []);
    // A Service whose pods are not drawn is left out too; one that selects none stands at the end.
    const wanted = services
      .map((service) => ({ service, rows: rowsOf(service) }))
      .filter(({ service, rows }) => rows.length > 0 || service.pods.length === 0)
      .map(({ service, rows }) => ({ service, row: Math.min(this.row, ...rows) }));
    wanted.sort((a, b) => a.row - b.row || compareNatural(a.service.name, b.service.name));
    let free = 0;
    const shown = wanted.slice(0, rowsMax);
    shown.forEach(({ service, row }, index) => {
      const latest = Math.max(free, rowsMax - (shown.length - index));
      const place = Math.max(free, Math.min(row, latest));
      this.#put(service.key, "service", 3, place, "");
      for (const slice of service.slices.slice(0, 1)) this.#put(slice.key, "slice", 4, place, service.key);
      free = place + 1;
    });
    this.row = Math.max(this.row, free);
    return services.length - shown.length;
  }
}

/** Newest version of each Service of a namespace. */
function mergeServices(groves: readonly Grove[]): ServiceNode[] {
  const found = new Map<string, ServiceNode>();
  for (const grove of groves) for (const service of grove.services) found.set(service.key, service);
  return [...found.values()];
}

function planBand(
  namespace: string,
  groves: readonly Grove[],
  y: number,
  room: number,
): Band & { readonly rows: number } {
  const maker = new BandMaker();
  const roots = mergeRoots(groves);
  const hidden: string[] = [];
  let left = room;
  const crowded = roots.reduce((sum, root) => sum + rowsOf(root, false), 0) > room;
  roots.forEach((root, at) => {
    const reserve = Math.min(roots.length - at - 1, 12);
    // Where not all pods fit, those of workloads that need no attention fold first.
    const folded = rowsOf(root, false) > Math.max(1, left - reserve) || (crowded && !root.trouble);
    const rows = rowsOf(root, folded);
    if (rows > left) {
      hidden.push(root.key);
      return;
    }
    maker.tree(root, folded, 0, "");
    left -= rows;
  });
  const services = mergeServices(groves);
  const hiddenServices = maker.services(services, Math.max(maker.row, Math.min(services.length, 3)));
  const rest = hidden.length > 0 || hiddenServices > 0 ? 18 : 0;
  const h = SIZE.label + Math.max(1, maker.row) * SIZE.pitch + rest + 2;
  return {
    namespace,
    y,
    h,
    slots: maker.slots,
    shows: maker.shows,
    hiddenRoots: hidden,
    hiddenServices,
    rows: maker.row,
  };
}

const hasTrouble = (groves: readonly Grove[]): boolean => groves.some((grove) => grove.roots.some(inTrouble));

/** Lays out all moments (each a list of groves) on a page `width` pixels wide. */
export function planOwners(moments: readonly (readonly Grove[])[], width: number): OwnersPlan {
  const byNamespace = [...groupBy(moments.flat(), (grove) => grove.namespace)].filter(([, groves]) =>
    groves.some((grove) => grove.roots.length + grove.services.length > 0),
  );
  byNamespace.sort(
    ([a, mine], [b, other]) =>
      Number(hasTrouble(other)) - Number(hasTrouble(mine)) ||
      Number(a.startsWith("kube-")) - Number(b.startsWith("kube-")) ||
      compareNatural(a, b),
  );
  const shown = byNamespace.slice(0, BANDS_MAX);
  const bands: Band[] = [];
  let y = SIZE.top as number;
  let left = ROWS_MAX;
  shown.forEach(([namespace, groves], at) => {
    const reserve = (shown.length - at - 1) * 3;
    const { rows, ...band } = planBand(namespace, groves, y, Math.max(3, left - reserve));
    bands.push(band);
    left -= rows;
    y += band.h + 10;
  });
  const inner = width - 2 * SIZE.margin - 2 * SIZE.pad;
  const card = Math.floor((inner - SIZE.gap * (SIZE.columns - 1)) / SIZE.columns);
  const hiddenNamespaces = byNamespace.length - shown.length;
  const legendY = y + (hiddenNamespaces > 0 ? 22 : 4);
  return { width, height: Math.ceil(legendY + 44), card, gap: SIZE.gap, bands, hiddenNamespaces, legendY };
}

/** Draws machines that are too many for columns: a tile for some of them, with its pods by owner and what is taken. */
import { box, icon, text } from "../draw.ts";
import { groupBy, plural, thousands } from "../order.ts";
import type { Group, Shape } from "../scene.ts";
import { percent } from "./amount.ts";
import { bar, type Letters, ownerTone, shareWords } from "./draw-share.ts";
import type { Host, Share } from "./occupancy.ts";
import type { Column } from "./plan-placement.ts";

type OwnerCounts = readonly (readonly [owner: string, count: number])[];

/** Pods of some machines by owner, most first; owners of equal counts in the order of their letters. */
function ownerCounts(hosts: readonly Host[]): OwnerCounts {
  const groups = groupBy(
    hosts.flatMap(({ pods }) => pods),
    ({ owner }) => owner,
  );
  return [...groups]
    .map(([owner, list]) => [owner, list.length] as const)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

const OWNERS_SAID = 4;

/** "12 of Deployment default/web, 3 of nobody". */
function ownersWords(owners: OwnerCounts): string {
  const said = owners.slice(0, OWNERS_SAID).map(([owner, count]) => `${thousands(count)} of ${owner || "nobody"}`);
  const more = owners.length - said.length;
  return [...said, ...(more > 0 ? [`and ${plural(more, "more owner")}`] : [])].join(", ");
}

/** A bar with a piece for each owner; pieces too thin to be seen make room for one of the rest. */
function ownerBar(at: { x: number; y: number; w: number }, owners: OwnerCounts, letters: Letters): Shape[] {
  const all = owners.reduce((sum, [, count]) => sum + count, 0);
  const shapes: Shape[] = [box({ ...at, h: 12 }, { r: 2, tone: "muted", fill: "page", line: "solid" })];
  let x = at.x;
  for (const [owner, count] of owners) {
    const w = (at.w * count) / all;
    if (w < 4) break;
    shapes.push(box({ x, y: at.y, w, h: 12 }, { r: 2, tone: ownerTone(owner, letters), fill: "solid", line: "none" }));
    const letter = letters.get(owner);
    if (letter !== undefined && w >= 12)
      shapes.push(
        text(x + w / 2, at.y + 9.5, letter, w, {
          size: 9,
          bold: true,
          anchor: "middle",
          tone: ownerTone(owner, letters),
          inverse: true,
        }),
      );
    x += w;
  }
  return shapes;
}

/** Several machines as one tile: how many pods, how full, and whether one of them is tainted or not ready. */
export function drawTile(column: Column, hosts: readonly Host[], letters: Letters): Group {
  const { x, y, w, h, machines } = column;
  const total = (at: number): Share => ({
    ...hosts[0]!.shares[at]!,
    used: hosts.reduce((sum, { shares }) => sum + shares[at]!.used, 0),
    all: hosts.reduce((sum, { shares }) => sum + shares[at]!.all, 0),
  });
  const pods = hosts.reduce((sum, host) => sum + host.pods.length, 0);
  const tainted = hosts.filter(({ taints }) => taints.length > 0).length;
  const broken = hosts.filter(({ node }) => !node.health.healthy);
  const name = machines.length === 1 ? machines[0]! : `${machines[0]} +${machines.length - 1}`;
  const cpu = total(0);
  const owners = ownerCounts(hosts);
  const marks = broken.length > 0 || tainted > 0 ? 18 : 0;
  const shapes: Shape[] = [
    box(
      { x: 0, y: 0, w, h },
      { r: 6, tone: broken.length > 0 ? "bad" : "plain", line: broken.length > 0 ? "heavy" : "hairline" },
    ),
    text(7, 16, name, w - 14 - marks, { size: 10, bold: true, name: machines.length === 1 }),
    text(7, 30, plural(pods, "pod"), w - 14, { size: 10, tone: "muted" }),
    ...ownerBar({ x: 7, y: 36, w: w - 14 }, owners, letters),
    ...bar({ x: 7, y: 54, w: 40 }, cpu),
    text(51, 60.5, `${percent(cpu.used, cpu.all)}% CPU`, w - 55, { size: 9, tone: "muted" }),
  ];
  if (marks > 0)
    shapes.push(icon(w - 19, 5, 12, broken.length > 0 ? "cross" : "stop", broken.length > 0 ? "bad" : "wait"));
  const wrong =
    broken.length === 0 ? "" : `, not well: ${broken.map(({ node }) => `${node.name} ${node.health.word}`).join("; ")}`;
  const label = `${machines.length === 1 ? `node ${name}` : `nodes ${machines[0]} to ${machines.at(-1)}`}: ${plural(pods, "pod")}, ${shareWords(cpu)}, ${thousands(tainted)} tainted${wrong}; ${ownersWords(owners)}`;
  return { key: `tile/${machines[0]}`, x, y, label, shapes };
}

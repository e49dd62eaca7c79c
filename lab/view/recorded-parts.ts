/** What can be said of a mark without a notebook kernel: what the picture itself holds. */
import type { InspectorPart } from "../../lessons/live/protocol.ts";
import type { Scene } from "../../views/index.ts";

const more = "YAML, events and causes come from a running notebook kernel: run the cell again.";

/** The inspector's texts from a scene alone; with `recorded` it says what there would be in a live view. */
export function recordedParts(scene: Scene, key: string, recorded: boolean): readonly InspectorPart[] {
  const label = scene.groups.find((group) => group.key === key)?.label ?? key;
  const row = scene.table.rows.find((one) => one.key === key);
  const cells = row?.cells.map((cell, at) => (cell === "" ? "" : `${scene.table.columns[at] ?? ""}: ${cell}`)) ?? [];
  const text = [label, ...cells.filter((cell) => cell !== "")].join("\n");
  return [{ heading: "In the picture", text }, ...(recorded ? [{ heading: "More", text: more }] : [])];
}

/** Draws a request's diagram: what has happened by the step shown stands out, what is to come is faint and in its place. */
import { box, icon, text } from "../draw.ts";
import { thousands } from "../order.ts";
import type { Group, IconName, LegendEntry, LineStyle, Shape, Tone } from "../scene.ts";
import { nameLines, textWidth } from "../text-width.ts";
import { type Lifeline, type PlacedRow, SEQUENCE, type SequencePlan } from "./plan-sequence.ts";
import type { StoryRow } from "./request-story.ts";

/** Whether a line has happened before the step shown, happens in it, or is to come. */
type Time = "past" | "now" | "future";

/** When a line happens, seen from a step. */
function timeOf({ step }: StoryRow, shown: number): Time {
  if (step === undefined || step > shown) return "future";
  return step === shown ? "now" : "past";
}

const ICONS: Readonly<Record<string, IconName>> = {
  etcd: "store",
  "kube-apiserver": "gate",
  "kube-scheduler": "target",
  kubelet: "agent",
  "kube-proxy": "plug",
  user: "person",
};

function headIcon(id: string): IconName {
  const component = id.split("/")[0] ?? "";
  return ICONS[component] ?? (/controller/.test(component) ? "gears" : "gear");
}

function drawHead(lifeline: Lifeline): Group {
  const { id, name, remark, x, w } = lifeline;
  const { top, head } = SEQUENCE;
  const left = w > 100 ? 26 : 6;
  const room = w - left - 3;
  const shapes: Shape[] = [box({ x: -w / 2, y: 0, w, h: head - 6 }, { r: 6, line: "solid" })];
  if (w > 100) shapes.push(icon(7 - w / 2, 11, 15, headIcon(id), "plain"));
  const usual = { size: 11, bold: true } as const;
  const style = textWidth(name, usual) <= room ? usual : { size: 10, bold: true };
  const words = nameLines(name, room, style);
  const second = words.length === 1 && remark !== "" ? [remark] : [];
  const pitch = words.length > 2 ? 11 : 14;
  const first = 23 - ((words.length + second.length - 1) * pitch) / 2;
  words.forEach((word, at) => {
    shapes.push(text(left - w / 2, first + at * pitch, word, room, style));
  });
  for (const word of second) shapes.push(text(left - w / 2, first + pitch, word, room, { size: 10, tone: "muted" }));
  const label = remark === "" ? name : `${name}, ${remark}`;
  return { key: `process/${id}`, x, y: top, label, shapes };
}

const ARROWS: Readonly<Record<string, readonly [Tone, LineStyle]>> = {
  request: ["info", "solid"],
  store: ["info", "solid"],
  commit: ["info", "dashed"],
  answer: ["info", "dashed"],
  notice: ["going", "dotted"],
};

/** What stands on an arrow; of a commit the revision alone, which is what it is for. */
function arrowWords({ kind, title, words }: StoryRow): string {
  if (kind === "request" || kind === "notice") return words;
  return `${title}: ${kind === "commit" ? (words.split(", ").at(-1) ?? words) : words}`;
}

function arrowShapes({ row, from, to }: PlacedRow, time: Time): Shape[] {
  const [ownTone, ownLine] = ARROWS[row.kind] ?? ["info", "solid"];
  const tone: Tone = time === "future" ? "muted" : row.refused ? "bad" : ownTone;
  const line: LineStyle = time === "future" ? "hairline" : ownLine;
  const way = to.x > from.x ? 1 : -1;
  const left = Math.min(from.x, to.x);
  const max = Math.abs(to.x - from.x) - 26;
  const words = arrowWords(row);
  const style = { size: 11, bold: time === "now" };
  const y = 26;
  const start = left - from.x + 12;
  const drawn = text(start, y - 6, words, max, {
    ...style,
    tone: time === "future" ? "muted" : row.refused ? "bad" : "plain",
  });
  const w = drawn.kind === "text" ? textWidth(drawn.text, style) : 0;
  return [
    box({ x: start - 3, y: y - 17, w: w + 6, h: 14 }, { fill: "page", line: "none" }),
    drawn,
    {
      kind: "line",
      points: [way * 4, y, to.x - from.x - way * 2, y],
      tone,
      line,
      ...(line === "hairline" ? {} : { head: true }),
    },
  ];
}

function boxShapes({ row, h, lines }: PlacedRow, w: number, time: Time): Shape[] {
  const silent = row.kind === "silence";
  const tone: Tone = time === "future" || silent ? "muted" : row.refused ? "bad" : "ok";
  const line: LineStyle =
    silent || time === "future" ? "dotted" : row.refused ? "heavy" : time === "now" ? "heavy" : "solid";
  const fill = time === "future" || silent ? "card" : "tint";
  const name: IconName = silent ? "stop" : row.refused ? "cross" : time === "future" ? "dots" : "check";
  const title = row.refused ? `${row.title}: refused here` : row.title;
  return [
    box({ x: -w / 2, y: 3, w, h: h - 6 }, { r: 6, tone, fill, line }),
    icon(8 - w / 2, 10, 14, name, tone),
    text(29 - w / 2, 17, title, w - 36, {
      size: 11,
      bold: true,
      tone: time === "future" || silent ? "muted" : row.refused ? "bad" : "plain",
    }),
    ...lines.map((words, at) =>
      text(29 - w / 2, 31 + at * 14, words, w - 36, { size: 11, tone: row.refused ? "bad" : "muted" }),
    ),
  ];
}

const WHENS: Readonly<Record<Time, string>> = { past: "", now: ", in this step", future: ", still to come" };

function drawRow(plan: SequencePlan, placed: PlacedRow, at: number, shown: number): Group {
  const { row, from, to, y } = placed;
  const time = timeOf(row, shown);
  const isBox = row.kind === "stage" || row.kind === "silence";
  const place = isBox ? from.name : `${from.name} to ${to.name}`;
  const when = row.step === undefined ? ", on its way" : WHENS[time];
  const how = row.refused ? ", refused" : "";
  return {
    key: `row/${plan.story.object}#${at}`,
    x: from.x,
    y,
    label: `${row.step === undefined ? "" : `step ${thousands(row.step)}: `}${place}: ${row.title}${how}: ${row.words}${when}`,
    shapes: isBox ? boxShapes(placed, plan.stageW, time) : arrowShapes(placed, time),
  };
}

/** Step numbers at the left, each beside its first line; the one shown is filled. */
function drawGutter(plan: SequencePlan, shown: number): Group {
  const shapes: Shape[] = [text(0, SEQUENCE.top + 24, "step", 40, { size: 11, tone: "muted" })];
  let before: number | undefined;
  for (const { row, y, h } of plan.rows) {
    if (row.step === undefined || row.step === before) continue;
    before = row.step;
    const words = thousands(row.step);
    const w = Math.min(SEQUENCE.gutter - 4, textWidth(words, { size: 11, bold: true }) + 12);
    const now = row.step === shown;
    const middle = y + Math.min(h, SEQUENCE.arrow) / 2 + 4;
    shapes.push(
      box(
        { x: 0, y: middle - 9, w, h: 18 },
        { r: 9, tone: now ? "info" : "muted", fill: now ? "solid" : "card", line: "solid" },
      ),
      text(w / 2, middle + 4, words, w - 4, {
        size: 11,
        bold: true,
        anchor: "middle",
        tone: now ? "info" : "muted",
        inverse: now,
      }),
    );
  }
  return { key: "steps", x: SEQUENCE.margin, y: 0, shapes };
}

function drawLines(plan: SequencePlan): Group {
  const y = SEQUENCE.top + SEQUENCE.head - 6;
  const shapes = plan.lifelines.map(
    ({ x }): Shape => ({ kind: "line", points: [x, y, x, plan.bottom], line: "hairline" }),
  );
  return { key: "lifelines", x: 0, y: 0, shapes };
}

/** Everything between heading and legend, as it is at a step. */
export function drawSequence(plan: SequencePlan, shown: number): Group[] {
  return [
    drawLines(plan),
    drawGutter(plan, shown),
    ...plan.lifelines.map(drawHead),
    ...plan.rows.map((row, at) => drawRow(plan, row, at, shown)),
  ];
}

/** What arrows and boxes mean. */
export const SEQUENCE_LEGEND: readonly LegendEntry[] = [
  { text: "stage passed", tone: "ok", icon: "check", line: "solid" },
  { text: "refused", tone: "bad", icon: "cross", line: "heavy" },
  { text: "never reached", tone: "muted", icon: "stop", line: "dotted" },
  { text: "still to come", tone: "muted", icon: "dots", line: "dotted" },
  { text: "request", tone: "info", line: "solid", arrow: true },
  { text: "answer", tone: "info", line: "dashed", arrow: true },
  { text: "watch notice", tone: "going", line: "dotted", arrow: true },
];

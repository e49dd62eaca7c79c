/**
 * One request as a sequence diagram: its client, the stages in kube-apiserver, etcd, and the watchers that learn of it; a frame
 * for each step. A refusal is marked where it happened, with what the request never reached.
 */
import type { Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { timeWords } from "./caption.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { heading } from "./heading.ts";
import { drawLegend } from "./map/draw-frame.ts";
import { plural, thousands } from "./order.ts";
import type { Scene, TwinRow } from "./scene.ts";
import { drawSequence, SEQUENCE_LEGEND } from "./sequence/draw-sequence.ts";
import { planSequence, SEQUENCE, type SequencePlan } from "./sequence/plan-sequence.ts";
import { type MomentOf, requestStory, type Wanted } from "./sequence/request-story.ts";

/** What a caller may choose about a sequence diagram. */
export interface SequenceOptions extends Wanted {
  /** Width in CSS pixels, at least 760; 900 fits a notebook. */
  readonly width?: number;
  /** The cluster right after a step, which tells who was told of a write; without it no watcher is drawn. */
  readonly momentOf?: MomentOf;
  /** User-Agent of the request that an operation sent, counted from 0. */
  readonly agentOf?: (operation: number) => string | undefined;
}

const WIDTH = 900;
const WIDTH_MIN = 760;

/** What a step brought, in one line: a refusal first, else the last thing. */
function captionOf(plan: SequencePlan, step: number): string {
  const rows = plan.rows.filter(({ row }) => row.step === step);
  const refused = rows.find(({ row }) => row.refused && row.kind === "stage");
  if (refused) return `Step ${thousands(step)} · refused at ${refused.row.title}: ${refused.row.words}`;
  const last = rows.at(-1);
  if (last === undefined) return "";
  const { row, from, to } = last;
  const asked = rows.find(({ row: one }) => one.kind === "request");
  if (asked) {
    const stages = rows.filter(({ row: one }) => one.kind === "stage").length;
    const then = row.kind === "store" ? `, then asks etcd: ${row.title} ${row.words}` : "";
    return `Step ${thousands(step)} · ${asked.from.name} → ${asked.to.name}: ${asked.row.words}; it passes ${plural(stages, "stage")}${then}`;
  }
  return `Step ${thousands(step)} · ${from.name} → ${to.name}: ${row.title}: ${row.words}`;
}

function rowsOf(plan: SequencePlan): TwinRow[] {
  return plan.rows.map(({ row, from, to }, at) => {
    const when = row.step === undefined ? "on its way" : `step ${thousands(row.step)}`;
    const where = from === to || row.kind === "silence" ? from.name : `${from.name} → ${to.name}`;
    return {
      key: `row/${at}`,
      depth: 0,
      cells: [when, where, row.refused ? `${row.title}: refused` : row.title, row.words],
    };
  });
}

function outcomeWords({ story }: SequencePlan): string {
  if (story.code === "") return "not answered yet";
  return story.refused ? `refused with ${story.code}` : `answered with ${story.code}`;
}

function drawScene(plan: SequencePlan, step: number, now: number): Scene {
  const { story, width, height } = plan;
  const title = `${story.verb} ${story.object.replace("//", "/")}`.trim();
  const caption = captionOf(plan, step);
  const right = `${outcomeWords(plan)} · time ${timeWords(now)}`;
  const told = plural(story.watchers.length, "watcher");
  const { margin } = SEQUENCE;
  const groups = [
    heading([title, right, caption], width),
    ...drawSequence(plan, step),
    drawLegend(SEQUENCE_LEGEND, { x: margin, y: plan.bottom + 10, w: width - 2 * margin, h: 40 }),
  ];
  return {
    width,
    height,
    step,
    title,
    desc: `A request of ${plan.lifelines[0]!.name} in step ${thousands(story.step)}, ${outcomeWords(plan)}; ${told} told of it. ${caption}`,
    caption,
    groups: groups.map(roundGroup),
    legend: SEQUENCE_LEGEND,
    table: { columns: ["Step", "Where", "What", "In its own words"], rows: rowsOf(plan) },
  };
}

/** A picture that says that there is no such request, and how to name one. */
function noScene(step: number, { step: wanted, object }: SequenceOptions, width: number): Scene {
  const what = object !== undefined ? ` about ${object}` : wanted !== undefined ? ` in step ${thousands(wanted)}` : "";
  const caption = `kube-apiserver's record has no request${what} yet; name an object as kind/name or kind/namespace/name.`;
  const title = "No such request so far";
  const groups = [heading([title, "", caption], width)];
  const table = { columns: ["Step", "Where", "What", "In its own words"], rows: [] };
  return { width, height: 62, step, title, desc: caption, caption, groups, legend: [], table };
}

/** The diagram as scenes: one for each step in which something of the request happened. */
export function sequenceScenes(snapshot: Snapshot, options: SequenceOptions = {}): readonly Scene[] {
  const width = pageWidth(options.width, WIDTH_MIN, WIDTH);
  const story = requestStory(snapshot, options, options.momentOf ?? (() => undefined));
  if (story === undefined) return [noScene(snapshot.step, options, width)];
  const agent = story.operation === undefined ? undefined : options.agentOf?.(story.operation);
  const plan = planSequence(
    story,
    snapshot.processes.map(({ id }) => id),
    width,
    agent,
  );
  const steps = [...new Set(plan.rows.flatMap(({ row }) => (row.step === undefined ? [] : [row.step])))];
  return steps.map((step) => {
    const entry = snapshot.journal.findLast((one) => one.step <= step);
    return drawScene(plan, step, entry?.at ?? snapshot.now);
  });
}

/** One request of the steps that the snapshot holds, as something that a notebook can show. */
export function requestSequence(snapshot: Snapshot, options: SequenceOptions = {}): Display {
  return makeDisplay("sequence", sequenceScenes(snapshot, options), 0);
}

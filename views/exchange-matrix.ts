/**
 * Who talks to whom: a matrix in which rows call columns, filled from what the steps given have really sent; what may happen
 * and has not is told apart from what never does. A learner's own table can be laid over it.
 */
import type { Snapshot } from "../sim/snapshot.ts";
import { type Display, makeDisplay } from "./bundle.ts";
import { pageWidth, roundGroup } from "./draw.ts";
import { heading } from "./heading.ts";
import { drawLegend, legendHeight } from "./map/draw-frame.ts";
import {
  drawFrame,
  drawPair,
  type MatrixPlan,
  matrixLegend,
  type Pair,
  pairWords,
  planMatrix,
} from "./matrix/draw-matrix.ts";
import { type Exchange, exchangesOf } from "./matrix/exchanges.ts";
import { type Guess, guessedPairs, pairKey, type Verdict, verdictOn } from "./matrix/guesses.ts";
import { namedParty, PARTIES, partyOf, purposeOf } from "./matrix/parties.ts";
import { compareNatural, plural, thousands } from "./order.ts";
import type { Scene, TwinRow, TwinTable } from "./scene.ts";

/** What a caller may choose about a matrix. */
export interface MatrixOptions {
  /** A learner's own pairs of caller and called, laid over the record: [["kubelet", "kube-apiserver"]]. */
  readonly guess?: Guess;
  /** Only these rows and columns, and no other name in a guess: ["user", "etcd"]; everybody unless told otherwise. */
  readonly parties?: readonly string[];
  /** Width in CSS pixels, at least 860; 900 fits a notebook. */
  readonly width?: number;
  /** Most frames: the last steps in which somebody called somebody; 8 unless told otherwise. */
  readonly steps?: number;
}

const WIDTH = 900;
const WIDTH_MIN = 860;
const STEPS = 8;
/** More components than the usual ones get no line of their own beyond this. */
const PARTIES_MAX = 14;

function partiesOf(snapshot: Snapshot, calls: readonly Exchange[]): readonly string[] {
  const seen = new Set(snapshot.processes.map(({ id }) => partyOf(id)));
  for (const { caller, called } of calls) seen.add(caller).add(called);
  const others = [...seen].filter((name) => !(PARTIES as readonly string[]).includes(name) && name !== "network");
  return [...PARTIES, ...others.sort(compareNatural)].slice(0, PARTIES_MAX);
}

/** The parties to show, in their usual order. Throws a TypeError that names what is none of them. */
function chosenParties(chosen: unknown, all: readonly string[]): readonly string[] {
  if (chosen === undefined) return all;
  if (!Array.isArray(chosen) || chosen.length === 0)
    throw new TypeError('parties is a list of names, such as ["user", "kube-apiserver"]');
  const names = new Set(
    chosen.map((name: unknown) => {
      const party = typeof name === "string" ? namedParty(name, all) : undefined;
      if (party === undefined)
        throw new TypeError(`parties names ${JSON.stringify(name)}; the names are ${all.join(", ")}`);
      return party;
    }),
  );
  return all.filter((name) => names.has(name));
}

/** What was said up to a step, by pair. */
interface Told {
  count: number;
  fresh: number;
  last: Exchange;
}

function tell(told: Map<string, Told>, call: Exchange): void {
  const key = pairKey(call.caller, call.called);
  const before = told.get(key);
  if (before === undefined) told.set(key, { count: 1, fresh: 1, last: call });
  else
    told.set(key, {
      count: before.count + 1,
      fresh: before.last.step === call.step ? before.fresh + 1 : 1,
      last: call,
    });
}

function pairsAt(
  parties: readonly string[],
  told: ReadonlyMap<string, Told>,
  step: number,
  guessed: ReadonlySet<string> | undefined,
): readonly Pair[] {
  return parties.flatMap((caller) =>
    parties.map((called): Pair => {
      const key = pairKey(caller, called);
      const { count = 0, fresh = 0, last } = told.get(key) ?? {};
      const purpose = purposeOf(caller, called);
      const verdict = guessed && verdictOn(guessed.has(key), count > 0, purpose !== undefined);
      return { caller, called, count, fresh: last?.step === step ? fresh : 0, last, purpose, verdict };
    }),
  );
}

const COLUMNS = ["Caller → called", "How often", "Last, or what for", "Your table"];

/** Every pair that is anything but silent for ever; the rest is counted. */
function tableOf(pairs: readonly Pair[]): TwinTable {
  const told = pairs.filter(
    ({ count, purpose, verdict }) => count > 0 || purpose !== undefined || verdict !== undefined,
  );
  const rows = told
    .toSorted((a, b) => Number(b.count > 0) - Number(a.count > 0))
    .map((pair): TwinRow => ({ key: `edge/${pairKey(pair.caller, pair.called)}`, depth: 0, cells: pairWords(pair) }));
  const never = pairs.length - told.length;
  if (never > 0)
    rows.push({ key: "edge/never", depth: 0, cells: [`${thousands(never)} other pairs`, "never", "", ""] });
  return { columns: COLUMNS, rows };
}

function scoreWords(pairs: readonly Pair[]): string {
  const count = (wanted: Verdict): number => pairs.filter(({ verdict }) => verdict === wanted).length;
  const parts = [`${count("right")} right`, `${count("missing")} missing`, `${count("wrong")} wrong`];
  const silent = count("silent");
  return [...parts, ...(silent > 0 ? [`${silent} possible but silent so far`] : [])].join(", ");
}

function captionOf(pairs: readonly Pair[], guessing: boolean): string {
  const seen = pairs.filter(({ count }) => count > 0);
  const fresh = pairs
    .filter((pair) => pair.fresh > 0)
    .map(({ caller, called, last }) => `${caller} → ${called}: ${last?.words}`);
  if (guessing) return `Your table: ${scoreWords(pairs)}.`;
  const more = fresh.length > 1 ? ` (and ${fresh.length - 1} more)` : "";
  if (fresh.length > 0) return `${fresh[0]}${more}`;
  return `${seen.length} of ${pairs.length} pairs have talked; in this step nobody called anybody.`;
}

function drawScene(plan: MatrixPlan, pairs: readonly Pair[], step: number, since: string, guessing: boolean): Scene {
  const title = "Who talks to whom";
  const caption = captionOf(pairs, guessing);
  const calls = pairs.reduce((sum, { count }) => sum + count, 0);
  const legend = matrixLegend(guessing);
  const groups = [
    heading([title, `step ${thousands(step)} · ${plural(calls, "call")} ${since}`, caption], plan.width),
    drawFrame(plan),
    ...pairs.map((pair) => drawPair(plan, pair)),
    drawLegend(legend, { x: 16, y: plan.legendY, w: plan.width - 32, h: 40 }),
  ];
  const silent = pairs.filter(({ count, purpose }) => count === 0 && purpose !== undefined).length;
  const seen = pairs.filter(({ count }) => count > 0).length;
  const desc = `${plural(seen, "pair")} of ${plan.parties.length} parties have talked, ${silent} more may. ${caption}`;
  const { width, height } = plan;
  return { width, height, step, title, desc, caption, groups: groups.map(roundGroup), legend, table: tableOf(pairs) };
}

/** The matrix as scenes, one for each of the last steps in which somebody called somebody. */
export function matrixScenes(snapshot: Snapshot, options: MatrixOptions = {}): readonly Scene[] {
  const calls = exchangesOf(snapshot);
  const parties = chosenParties(options.parties, partiesOf(snapshot, calls));
  const guessed = options.guess === undefined ? undefined : guessedPairs(options.guess, parties);
  const width = pageWidth(options.width, WIDTH_MIN, WIDTH);
  const plan = planMatrix(parties, width, legendHeight(matrixLegend(guessed !== undefined), width - 32));
  const steps = [...new Set([...calls.map(({ step }) => step), snapshot.step])].filter((step) => step <= snapshot.step);
  const frames = steps.slice(-Math.max(1, options.steps ?? STEPS));
  const first = snapshot.messages.reduce((least, { step }) => Math.min(least, step), snapshot.step);
  const since = first <= 1 ? "since the start" : `since step ${thousands(first)}`;
  const told = new Map<string, Told>();
  let at = 0;
  return frames.map((step) => {
    for (; at < calls.length && calls[at]!.step <= step; at++) tell(told, calls[at]!);
    return drawScene(plan, pairsAt(parties, told, step, guessed), step, since, guessed !== undefined);
  });
}

/** Who talked to whom in the steps that the snapshot holds, as something that a notebook can show. */
export function exchangeMatrix(snapshot: Snapshot, options: MatrixOptions = {}): Display {
  return makeDisplay("matrix", matrixScenes(snapshot, options), 0);
}

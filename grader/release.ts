/**
 * A notebook beside the release that it was made from: which cells are whose, what was tampered with, and in which order
 * what runs. Locked cells run as they were released, whatever was handed in; a release's cells run in the release's order,
 * and a learner's own cells behind the one that they stand behind.
 */
import type { Notebook, NotebookCell } from "../lessons/engine/notebook.ts";
import type { HandedCell, HandedNotebook } from "./notebook.ts";

/** A cell to be run, or to be treated as run. */
export interface PlannedCell {
  readonly id: string;
  readonly source: string;
  /**
   * "release": as it was handed out. "answer": an answer cell, changed or not. "changed": another cell of the release that
   * its learner has edited. "added": a cell of the learner's own.
   */
  readonly origin: "release" | "answer" | "changed" | "added";
}

/** Something that a reader of the result should know about a cell. */
export interface Complaint {
  readonly cell: string;
  readonly message: string;
}

/** What to run, and what was found on the way. */
export interface Plan {
  readonly cells: readonly PlannedCell[];
  readonly complaints: readonly Complaint[];
  /** The release token in the first cell; undefined where there is none. */
  readonly token: string | undefined;
}

interface ReleasedCell {
  readonly id: string;
  readonly gradeId: string | undefined;
  readonly source: string;
  readonly isLocked: boolean;
  readonly isAnswer: boolean;
}

const normal = (source: string): string => source.replace(/\r\n?/g, "\n").trimEnd();
const opening = /^(const lesson = orrery\.lesson\("[^"]*")(?:,\s*"([^"]*)")?\)/;

function released({ id, metadata, source }: NotebookCell): ReleasedCell {
  const marks = metadata.nbgrader as { grade_id?: string; locked?: boolean; solution?: boolean } | undefined;
  const isAnswer = marks?.solution === true;
  const isLocked = !isAnswer && (marks?.locked === true || metadata.editable === false);
  return { id, gradeId: marks?.grade_id, source: normal(source.join("")), isLocked, isAnswer };
}

/** Whether a notebook has anything of a release: at least one cell of it. */
export function isOfRelease(handed: HandedNotebook, release: Notebook): boolean {
  const ids = new Set(release.cells.map(({ id }) => id));
  return handed.cells.some(({ id }) => ids.has(id));
}

/** Compares and puts in order. Pure; complaints are in the release's order, those about own cells last. */
export function planOf(handed: HandedNotebook, release: Notebook): Plan {
  const ofRelease = release.cells.filter(({ cell_type: type }) => type === "code").map(released);
  const found = matched(handed.cells, ofRelease);
  const complaints: Complaint[] = [];
  const cells: PlannedCell[] = [];
  let token: string | undefined;
  for (const own of found.behind.get(undefined) ?? []) cells.push(own);
  for (const cell of ofRelease) {
    const copies = found.copies.get(cell.id) ?? [];
    token ??= opening.exec(normal(copies[0]?.source ?? ""))?.[2];
    const complain = (message: string): void => void complaints.push({ cell: cell.id, message });
    cells.push(...plannedFor(cell, copies, complain));
    if (found.moved.has(cell.id)) complain("it stands in another place than it was handed out; it was run in its own");
    cells.push(...(found.behind.get(cell.id) ?? []));
  }
  return { cells, complaints, token };
}

function plannedFor(
  cell: ReleasedCell,
  copies: readonly HandedCell[],
  complain: (message: string) => void,
): readonly PlannedCell[] {
  const { id, source, isLocked, isAnswer } = cell;
  const asReleased: PlannedCell = { id, source, origin: isAnswer ? "answer" : "release" };
  const [first] = copies;
  if (first === undefined) {
    complain(
      isAnswer
        ? "the answer cell is missing: nothing was handed in with it"
        : "it is missing; it was run as it was handed out",
    );
    return isAnswer ? [] : [asReleased];
  }
  if (copies.length > 1)
    complain(`it is there ${copies.length} times; ${isLocked ? "one was run" : "all were run in turn"}`);
  if (isLocked) {
    if (copies.some((copy) => !isSame(copy, source)))
      complain("it is locked and was edited; it was run as it was handed out");
    return [asReleased];
  }
  if (!first.isCode) complain("it was turned into text; it was run as code");
  return copies.map((copy) => ({
    id,
    source: copy.source,
    origin: isAnswer ? "answer" : isSame(copy, source) ? "release" : "changed",
  }));
}

/** The first cell of a student's release differs from the plain one by its token alone. */
function isSame({ source, isCode }: HandedCell, released: string): boolean {
  return isCode && normal(source).replace(opening, "$1)") === released.replace(opening, "$1)");
}

interface Matched {
  readonly copies: ReadonlyMap<string, readonly HandedCell[]>;
  /** Own cells by the release's cell before them. */
  readonly behind: ReadonlyMap<string | undefined, readonly PlannedCell[]>;
  readonly moved: ReadonlySet<string>;
}

function matched(handed: readonly HandedCell[], release: readonly ReleasedCell[]): Matched {
  const places = new Map(release.map(({ id }, place) => [id, place]));
  const byGradeId = new Map(
    release.flatMap(({ id, gradeId }) => (gradeId === undefined ? [] : [[gradeId, id] as const])),
  );
  const copies = new Map<string, HandedCell[]>();
  const behind = new Map<string | undefined, PlannedCell[]>();
  const order: string[] = [];
  let last: string | undefined;
  for (const cell of handed) {
    const id = places.has(cell.id) ? cell.id : byGradeId.get(cell.gradeId ?? "");
    if (id !== undefined) {
      if (!copies.has(id)) order.push(id);
      copies.set(id, [...(copies.get(id) ?? []), cell]);
      last = id;
    } else if (cell.isCode && cell.source.trim() !== "") {
      const number = [...behind.values()].reduce((sum, each) => sum + each.length, 1);
      const own: PlannedCell = { id: cell.id === "" ? `own-${number}` : cell.id, source: cell.source, origin: "added" };
      behind.set(last, [...(behind.get(last) ?? []), own]);
    }
  }
  return { copies, behind, moved: movedOf(order.map((id) => [id, places.get(id) as number])) };
}

/** The fewest cells that must have been moved: those outside a longest run that still goes upwards. */
function movedOf(order: readonly (readonly [id: string, place: number])[]): ReadonlySet<string> {
  const best: { length: number; before: number }[] = [];
  let end = -1;
  for (const [at, [, place]] of order.entries()) {
    let chosen = { length: 1, before: -1 };
    for (let before = 0; before < at; before++) {
      const run = best[before] as { length: number };
      if ((order[before] as readonly [string, number])[1] < place && run.length + 1 > chosen.length)
        chosen = { length: run.length + 1, before };
    }
    best.push(chosen);
    if (end < 0 || chosen.length > (best[end] as { length: number }).length) end = at;
  }
  const kept = new Set<number>();
  for (let at = end; at >= 0; at = (best[at] as { before: number }).before) kept.add(at);
  return new Set(order.filter((_, at) => !kept.has(at)).map(([id]) => id));
}

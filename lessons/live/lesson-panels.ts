/**
 * The notebook kernel's side of lesson panels, free of any host: a channel a panel. Invariant: each request is carried out
 * whole or refused in a sentence; what a panel has kept is taken over before anything is answered.
 */
import type { Lesson } from "../lesson.ts";
import type { LessonState } from "../lesson-state.ts";
import type { Channel } from "./channel.ts";
import type { LessonAnswer, LessonProgress, LessonRequest } from "./lesson-protocol.ts";
import { fieldOf, RequestError } from "./protocol.ts";

/** What panels work with. */
interface PanelParts {
  /** The lesson that a cell has opened. */
  readonly lessonOf: (slug: string) => Lesson | undefined;
  /** What is kept of a lesson, opened or not. */
  readonly stateOf: (slug: string) => LessonState;
}

interface Panel {
  readonly channel: Channel;
  readonly slug: string;
  /** What it was told last. */
  told: string;
}

/** All open lesson panels of one notebook kernel. */
export class LessonPanels {
  readonly #parts: PanelParts;
  readonly #panels = new Map<Channel, Panel>();

  constructor(parts: PanelParts) {
    this.#parts = parts;
  }

  /** Takes a channel for the target `orrery.lesson`; the panel's first request says which lesson it shows. */
  open(channel: Channel): void {
    channel.onMessage = (message) => this.#guard(channel, () => this.#serve(channel, readLessonRequest(message)));
    channel.onClose = () => this.#panels.delete(channel);
  }

  /** Tells each panel how far its learner has come, if that is news: call it after each cell. */
  changed(): void {
    for (const panel of this.#panels.values()) this.#guard(panel.channel, () => this.#tellProgress(panel));
  }

  #serve(channel: Channel, request: LessonRequest): void {
    if (request.kind === "open") {
      const panel: Panel = { channel, slug: request.lesson, told: "" };
      this.#panels.set(channel, panel);
      this.#parts.stateOf(request.lesson).restore(request.progress);
      return this.#tellProgress(panel);
    }
    const panel = this.#panels.get(channel);
    if (panel === undefined) throw new RequestError('say which lesson first: a request of the kind "open"');
    const lesson = this.#parts.lessonOf(panel.slug);
    if (lesson === undefined) return tellPanel(channel, { kind: "refused", message: notOpened, needs: "first cell" });
    this.#carryOut(channel, lesson, request);
    this.changed();
  }

  #carryOut(channel: Channel, lesson: Lesson, request: Exclude<LessonRequest, { readonly kind: "open" }>): void {
    if (request.kind === "predict") lesson.predict(request.id, request.choice);
    else if (request.kind === "hint") {
      const { exercise } = request;
      const { count, of, cost, text } = lesson.takeHint(exercise);
      tellPanel(channel, { kind: "hint", exercise, number: count, of, cost, text });
    } else {
      const { exercise, points, of, lines } = lesson.checkQuietly(request.exercise);
      tellPanel(channel, { kind: "checked", exercise, points, of, lines });
    }
  }

  #tellProgress(panel: Panel): void {
    const progress = this.#parts.stateOf(panel.slug).progress();
    const answers = this.#parts.lessonOf(panel.slug)?.shownAnswers();
    const text = JSON.stringify([progress, answers]);
    if (text === panel.told) return;
    panel.told = text;
    tellPanel(panel.channel, { kind: "progress", progress, ...(answers === undefined ? {} : { answers }) });
  }

  #guard(channel: Channel, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#refuse(channel, error instanceof Error ? error.message : String(error));
    }
  }

  /** A panel that cannot even be told has gone. */
  #refuse(channel: Channel, message: string): void {
    try {
      tellPanel(channel, { kind: "refused", message });
    } catch {
      this.#panels.delete(channel);
    }
  }
}

function tellPanel(channel: Channel, answer: LessonAnswer): void {
  channel.send({ ...answer });
}

const notOpened = "run the first cell of the notebook, which opens the lesson";
const NAME_MAX = 200;
const TEXT_MAX = 2_000;
const ENTRIES_MAX = 2_000;

/** Reads a request. Throws a RequestError for what is none, whatever it is. */
function readLessonRequest(value: unknown): LessonRequest {
  const kind = fieldOf(value, "kind");
  const name = (field: string): string => textOf(fieldOf(value, field), field, NAME_MAX);
  switch (kind) {
    case "open":
      return { kind, lesson: name("lesson"), progress: readProgress(fieldOf(value, "progress")) };
    case "predict":
      return { kind, id: name("id"), choice: textOf(fieldOf(value, "choice"), "choice", TEXT_MAX) };
    case "hint":
    case "check":
      return { kind, exercise: name("exercise") };
    default:
      throw new RequestError('a request of a lesson panel has a "kind": open, predict, hint or check');
  }
}

function readProgress(value: unknown): LessonProgress {
  const part = <T>(name: string, read: (each: unknown) => T): Readonly<Record<string, T>> => {
    const entries = Object.entries(recordOf(fieldOf(value, name), name));
    return Object.fromEntries(entries.map(([id, each]) => [textOf(id, name, NAME_MAX), read(each)]));
  };
  const list = (name: string): readonly string[] => {
    const given = fieldOf(value, name) ?? [];
    if (!Array.isArray(given) || given.length > ENTRIES_MAX)
      throw new RequestError(`"${name}" must be a list of at most ${ENTRIES_MAX} names`);
    return given.map((each) => textOf(each, name, NAME_MAX));
  };
  return {
    predictions: part("predictions", (each) => textOf(each, "predictions", TEXT_MAX)),
    hints: part("hints", (each) => numberOf(each, "hints", 3)),
    checks: part("checks", (each) => ({
      points: numberOf(fieldOf(each, "points"), "points", 100),
      of: numberOf(fieldOf(each, "of"), "of", 100),
    })),
    visited: list("visited"),
    revealed: list("revealed"),
  };
}

function recordOf(value: unknown, name: string): object {
  const given = value ?? {};
  if (typeof given === "object" && !Array.isArray(given) && Object.keys(given).length <= ENTRIES_MAX) return given;
  throw new RequestError(`"${name}" must be an object of at most ${ENTRIES_MAX} fields`);
}

function textOf(value: unknown, name: string, max: number): string {
  if (typeof value === "string" && value.length <= max) return value;
  throw new RequestError(`"${name}" must be text of at most ${max} characters`);
}

function numberOf(value: unknown, name: string, max: number): number {
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw new RequestError(`"${name}" must be a number from 0 to ${max}`);
}

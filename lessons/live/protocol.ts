/**
 * What the page and the notebook kernel say to each other: plain messages over comms, one target a purpose. Both sides
 * import this file. Messages from the page are read by `readRequest`, which trusts nothing.
 */
import type { FrameSet } from "../../views/frames.ts";
import type { Scene } from "../../views/scene.ts";

/** Comm targets: one comm a view, one a toolbar, one a terminal. */
export const VIEW_TARGET = "orrery.view";
export const CLOCK_TARGET = "orrery.clock";
export const TERMINAL_TARGET = "orrery.terminal";

/** Ties an output to the process that made it: a restarted notebook kernel has another session. */
export interface LiveTag {
  readonly session: string;
  /** Which display of that session. */
  readonly id: string;
  /** Whether the controls move the cluster; if not, the picture is of something fixed and they walk its frames. */
  readonly moves: boolean;
  /** The branch that the cluster was on when it was drawn. */
  readonly branch: number;
}

/** The value under our MIME type when a live session made it. */
export type LiveFrameSet = FrameSet & { readonly live?: LiveTag };

/** A way to move the cluster: so many steps forward or back, or to a step of its branch. */
export type Move =
  | { readonly kind: "step"; readonly count: number }
  | { readonly kind: "back"; readonly count: number }
  | { readonly kind: "goto"; readonly step: number };

/** What a page may ask. `inspect` is for views, `input` and `resize` are for terminals. */
export type Request =
  | Move
  | { readonly kind: "inspect"; readonly key: string }
  | { readonly kind: "input"; readonly text: string }
  | { readonly kind: "resize"; readonly columns: number; readonly rows: number };

/** Where a cluster's clock stands. */
export interface ClockState {
  readonly step: number;
  /** Farthest step of the branch. */
  readonly tip: number;
  readonly branch: number;
  /** Step at which the branch left another one; frames after it are not of this branch. 0 for the first branch. */
  readonly since: number;
  /** Simulated time in words, e.g. "12.5 s". */
  readonly time: string;
  /** What happened in the step, in one line. */
  readonly caption: string;
}

/** One text of the inspector, e.g. "YAML". */
export interface InspectorPart {
  readonly heading: string;
  readonly text: string;
}

/** What the notebook kernel answers or tells by itself; `asked` where it answers a move that this page asked for. */
export type Answer =
  /** The clock alone; undefined while there is no cluster. */
  | { readonly kind: "clock"; readonly clock: ClockState | undefined; readonly asked: boolean }
  /** The picture of now, whole. */
  | { readonly kind: "frame"; readonly scene: Scene; readonly clock: ClockState; readonly asked: boolean }
  /** The picture of now as what differs from the one sent last over this comm. */
  | {
      readonly kind: "change";
      readonly change: FrameSet["changes"][number];
      readonly clock: ClockState;
      readonly asked: boolean;
    }
  | {
      readonly kind: "inspected";
      readonly key: string;
      readonly title: string;
      readonly parts: readonly InspectorPart[];
    }
  | { readonly kind: "output"; readonly text: string }
  /** In one sentence, why what was asked was not done. */
  | { readonly kind: "refused"; readonly message: string };

/** A request that was refused before anything was done. */
export class RequestError extends Error {}

const stepsMax = 100_000;
const textMax = 100_000;

function whole(value: unknown, name: string, min: number, max: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RequestError(`"${name}" must be a whole number from ${min} to ${max}`);
}

function text(value: unknown, name: string): string {
  if (typeof value === "string" && value.length <= textMax) return value;
  throw new RequestError(`"${name}" must be text of at most ${textMax} characters`);
}

/** The own field of something that may be anything. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Reads a request. Throws a RequestError for what is none, whatever it is. */
export function readRequest(value: unknown): Request {
  const kind = fieldOf(value, "kind");
  const field = (name: string): unknown => fieldOf(value, name);
  switch (kind) {
    case "step":
    case "back":
      return { kind, count: whole(field("count"), "count", 1, stepsMax) };
    case "goto":
      return { kind, step: whole(field("step"), "step", 0, Number.MAX_SAFE_INTEGER) };
    case "inspect":
      return { kind, key: text(field("key"), "key") };
    case "input":
      return { kind, text: text(field("text"), "text") };
    case "resize":
      return {
        kind,
        columns: whole(field("columns"), "columns", 1, 1000),
        rows: whole(field("rows"), "rows", 1, 1000),
      };
    default:
      throw new RequestError('a request has a "kind": step, back, goto, inspect, input or resize');
  }
}

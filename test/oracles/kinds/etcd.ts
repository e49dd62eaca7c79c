/**
 * Replays one recorded etcd sequence: requests go in, responses, refusals and watch responses come out in the recorded
 * form, with or without the recorded answers beside them.
 */
import { isDeepStrictEqual } from "node:util";
import { apply, type EtcdRequest } from "../../../sim/etcd/apply.ts";
import { EtcdError } from "../../../sim/etcd/errors.ts";
import { MvccStore, textValues } from "../../../sim/etcd/mvcc-store.ts";
import { cancelWatch, createWatch, pollWatch, progress, type Watch, type WatchTurn } from "../../../sim/etcd/watch.ts";
import type { WatchCreateRequest } from "../../../sim/etcd/wire.ts";

/** What a client asked, in order. */
interface Asked {
  readonly op: string;
  readonly watcher?: number;
  readonly req?: object;
}

/** What the server answered: exactly one of resp and err, except for a watch, whose answers are all under `watch`. */
interface Answered extends Asked {
  readonly resp?: unknown;
  readonly err?: unknown;
  readonly watch?: Readonly<Record<string, readonly unknown[]>>;
}

interface Sequence {
  readonly ops: readonly Answered[];
}

/** Requests follow each other within milliseconds, which is all that the order of expiry needs. */
const BETWEEN_REQUESTS_US = 1000;

/** Proto3's JSON with all defaults left out, except for the header's revision, which the recording always has. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key, field]) => key === "header_revision" || !isDefault(key, field))
    .map(([key, field]) => [key, withoutDefaults(field)]);
  return Object.fromEntries(kept);
}

function isDefault(key: string, field: unknown): boolean {
  if (key === "type" && field === "PUT") return true;
  return field === undefined || field === 0 || field === false || field === "" || (Array.isArray(field) && field.length === 0);
}

class Replay {
  private readonly store = new MvccStore(textValues);
  private readonly watches = new Map<number, Watch>();
  private nowUs = 0;

  run(asked: Asked): Answered {
    this.nowUs += BETWEEN_REQUESTS_US;
    const watch: Record<string, unknown[]> = {};
    const answer = asked.op.startsWith("watch") ? this.watchOp(asked, watch) : this.request(asked);
    for (const number of [...this.watches.keys()]) {
      this.take(number, pollWatch(this.store, this.watches.get(number)!), watch);
    }
    const { op, watcher, req } = asked;
    const said = Object.keys(watch).length > 0 ? { watch } : {};
    return { op, ...(watcher !== undefined && { watcher }), ...(req !== undefined && { req }), ...answer, ...said };
  }

  private request({ op, req = {} }: Asked): Pick<Answered, "resp" | "err"> {
    const answer = apply(this.store, { op, req } as EtcdRequest<string>, this.nowUs);
    if (answer instanceof EtcdError) return { err: { code: answer.code, text: answer.text } };
    return { resp: withoutDefaults(answer) };
  }

  private watchOp({ op, watcher = 0, req = {} }: Asked, watch: Record<string, unknown[]>): Pick<Answered, "resp"> {
    const open = this.watches.get(watcher);
    if (op === "watchCreate") this.take(watcher, createWatch(this.store, 0, req as WatchCreateRequest), watch);
    else if (op === "watchCancel" && open !== undefined) this.take(watcher, cancelWatch(this.store, open), watch);
    else if (op === "watchProgress") {
      const answer = progress(this.store, open === undefined ? [] : [open]);
      return { resp: answer === undefined ? "no answer" : withoutDefaults(answer) };
    }
    return {};
  }

  private take(number: number, turn: WatchTurn<string>, watch: Record<string, unknown[]>): void {
    if (turn.watch === undefined) this.watches.delete(number);
    else this.watches.set(number, turn.watch);
    if (turn.responses.length > 0) (watch[number] ??= []).push(...turn.responses.map(withoutDefaults));
  }
}

/** Seconds left on a lease depend on how fast the recording ran: only "no such lease" is compared. */
function comparable(answered: Answered): unknown {
  const resp = answered.resp as { TTL?: number } | undefined;
  if (answered.op !== "leaseTimeToLive" || resp?.TTL === undefined || resp.TTL < 0) return answered;
  return { ...answered, resp: { ...resp, TTL: "some" } };
}

/**
 * Runs the sequence on a fresh store. `actual` is the sequence with our answers in place of the recorded ones;
 * `agree` is null when there was nothing recorded to compare with.
 */
export function replay(recorded: unknown): { agree: boolean | null; actual: unknown; expected?: unknown } {
  const sequence = recorded as Sequence;
  const replay = new Replay();
  const ops = sequence.ops.map(({ op, watcher, req }) =>
    replay.run({ op, ...(watcher !== undefined && { watcher }), ...(req !== undefined && { req }) }),
  );
  const actual = { ...sequence, ops };
  const hasAnswers = sequence.ops.some((op) => "resp" in op || "err" in op || "watch" in op);
  if (!hasAnswers) return { agree: null, actual };
  return { agree: isDeepStrictEqual(ops.map(comparable), sequence.ops.map(comparable)), actual, expected: recorded };
}

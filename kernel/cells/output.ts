import type { MimeBundle } from "../environment.ts";
import type { Content, Header, Publication } from "../wire/protocol.ts";

/** Limits of what one cell may send. A front end keeps all of it in memory, and the notebook file too. */
const OUTPUT_LIMITS = {
  /** Characters a stream, of stdout and stderr each. */
  streamChars: 1_000_000,
  /** Characters a display, its forms together. */
  displayChars: 4_000_000,
  /** Characters of all displays and their updates. */
  displaysChars: 64_000_000,
} as const;

type StreamName = "stdout" | "stderr";

/** After so many writes in one cell the text is gathered for a moment, since each message costs more than its text. */
const WRITES_AT_ONCE = 2_000;
const GATHER_MS = 10;
const GATHER_CHARS = 16_384;

interface StreamState {
  shown: number;
  total: number;
}

function sizeOf(bundle: MimeBundle): number {
  let size = 0;
  for (const value of Object.values(bundle)) size += typeof value === "string" ? value.length : jsonLength(value);
  return size;
}

function jsonLength(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

function figure(count: number): string {
  return count.toLocaleString("en-US");
}

/** What one cell sends to the front ends, in order, and cut at the limits with a sentence that says by how much. */
export class CellOutput {
  readonly #send: (message: Publication) => void;
  readonly #parent: Header | undefined;
  readonly #streams: Record<StreamName, StreamState> = {
    stdout: { shown: 0, total: 0 },
    stderr: { shown: 0, total: 0 },
  };
  #displayed = 0;
  #cutDisplays = 0;
  #writes = 0;
  #gathered = "";
  #gatheredName: StreamName = "stdout";
  #gatheredAt = 0;
  #ended = false;

  constructor(send: (message: Publication) => void, parent: Header | undefined) {
    this.#send = send;
    this.#parent = parent;
  }

  /** Sends a message that no limit concerns, after the text before it. */
  publish(type: string, content: Content, metadata?: Content): void {
    this.#flush();
    this.#post(type, content, metadata);
  }

  /** Text of a stream. */
  stream(name: StreamName, text: string): void {
    if (text.length === 0) return;
    const state = this.#streams[name];
    const room = Math.max(0, OUTPUT_LIMITS.streamChars - state.shown);
    const wasWhole = state.total <= OUTPUT_LIMITS.streamChars;
    const shown = text.length <= room ? text : wholeCharacters(text.slice(0, room));
    state.total += text.length;
    state.shown += shown.length < text.length ? room : shown.length;
    if (shown) this.#write(name, shown);
    if (this.#ended && wasWhole && state.total > OUTPUT_LIMITS.streamChars) this.#sayCut(name);
  }

  /** A display, or with `update` a new value for the displays of that id. */
  display(bundle: MimeBundle, id?: string, update = false): void {
    const size = sizeOf(bundle);
    if (size > OUTPUT_LIMITS.displayChars || this.#displayed + size > OUTPUT_LIMITS.displaysChars) {
      this.#cutDisplays++;
      if (this.#cutDisplays > 1) return;
      const text = `[A display of ${figure(size)} characters is left out: the limit is ${figure(OUTPUT_LIMITS.displayChars)} for one and ${figure(OUTPUT_LIMITS.displaysChars)} for a cell. Show less at a time.]`;
      this.publish("display_data", { data: { "text/plain": text }, metadata: {}, transient: {} });
      return;
    }
    this.#displayed += size;
    const transient = id === undefined ? {} : { display_id: id };
    this.publish(update ? "update_display_data" : "display_data", { data: bundle, metadata: {}, transient });
  }

  /** The value of the cell's last statement; one over the limit is left out with a sentence, one without forms silently. */
  result(bundle: MimeBundle, count: number): void {
    if (Object.keys(bundle).length === 0) return;
    const size = sizeOf(bundle);
    const text = `[A result of ${figure(size)} characters is left out: the limit is ${figure(OUTPUT_LIMITS.displayChars)}.]`;
    const data = size > OUTPUT_LIMITS.displayChars ? { "text/plain": text } : bundle;
    this.publish("execute_result", { execution_count: count, data, metadata: {} });
  }

  /** The cell has ended: says what was cut. Text that comes later, from timers, counts on. */
  end(): void {
    this.#flush();
    this.#ended = true;
    for (const name of ["stdout", "stderr"] as const) {
      if (this.#streams[name].total > OUTPUT_LIMITS.streamChars) this.#sayCut(name);
    }
    if (this.#cutDisplays > 1) {
      this.#post("stream", {
        name: "stderr",
        text: `[${figure(this.#cutDisplays)} displays were over the limit and are left out.]\n`,
      });
    }
  }

  #sayCut(name: StreamName): void {
    const { shown, total } = this.#streams[name];
    const text = `\n[Output cut: ${figure(shown)} of ${figure(total)} characters of ${name} are shown, ${figure(total - shown)} are left out. Print less, or write it to a file.]\n`;
    this.#post("stream", { name, text });
  }

  #write(name: StreamName, text: string): void {
    this.#writes++;
    if (this.#writes <= WRITES_AT_ONCE) {
      this.#post("stream", { name, text });
      return;
    }
    if (name !== this.#gatheredName) this.#flush();
    if (this.#gathered === "") setImmediate(() => this.#flush());
    this.#gatheredName = name;
    this.#gathered += text;
    const now = performance.now();
    if (now - this.#gatheredAt < GATHER_MS && this.#gathered.length < GATHER_CHARS) return;
    this.#gatheredAt = now;
    this.#flush();
  }

  #flush(): void {
    if (this.#gathered === "") return;
    const text = this.#gathered;
    this.#gathered = "";
    this.#post("stream", { name: this.#gatheredName, text });
  }

  #post(type: string, content: Content, metadata?: Content): void {
    this.#send({ kind: "publish", type, parent: this.#parent, content, ...(metadata ? { metadata } : {}) });
  }
}

/** A cut must not leave half of a character that takes two code units. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

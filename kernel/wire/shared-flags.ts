/**
 * Memory that the main thread and the socket thread share, because a thread that computes reads no messages.
 * Invariant: only the socket thread raises `interrupt` and answers `input`; only the main thread lowers them.
 */
const WORDS = 8;
/** Room for an answer to `prompt()`, in bytes. */
const INPUT_BYTES_MAX = 1 << 16;

const RUNNING = 1;
const INTERRUPTS = 2;
const INPUT_STATE = 3;
const INPUT_BYTES = 4;

/** States of `prompt()`: none asked, waiting for the answer, answered, given up by an interrupt. */
const IDLE = 0;
const WAITING = 1;
const ANSWERED = 2;
const GIVEN_UP = 3;

/** Both ends of the shared memory. */
export class SharedFlags {
  /** Word 0 is the interrupt flag that cells' guards and the simulation's step loop poll. */
  readonly words: Int32Array;
  readonly #input: Uint8Array;
  readonly buffer: SharedArrayBuffer;

  constructor(buffer = new SharedArrayBuffer(WORDS * 4 + INPUT_BYTES_MAX)) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer, 0, WORDS);
    this.#input = new Uint8Array(buffer, WORDS * 4);
  }

  /** Raises the interrupt and wakes a waiting `prompt()`; returns the interrupt's number. */
  raiseInterrupt(): number {
    Atomics.store(this.words, 0, 1);
    if (Atomics.compareExchange(this.words, INPUT_STATE, WAITING, GIVEN_UP) === WAITING) {
      Atomics.notify(this.words, INPUT_STATE);
    }
    return Atomics.add(this.words, INTERRUPTS, 1) + 1;
  }

  /** Lowers the interrupt; returns the number of the last one, so that its message is not taken for a new one. */
  lowerInterrupt(): number {
    Atomics.store(this.words, 0, 0);
    return Atomics.load(this.words, INTERRUPTS);
  }

  /** True while an interrupt has not been acted upon. */
  get interrupted(): boolean {
    return Atomics.load(this.words, 0) !== 0;
  }

  /** True while a cell's synchronous part runs on the main thread. */
  get running(): boolean {
    return Atomics.load(this.words, RUNNING) !== 0;
  }

  set running(value: boolean) {
    Atomics.store(this.words, RUNNING, value ? 1 : 0);
  }

  /** Marks the start of a wait; call it before the question is sent. */
  expectInput(): void {
    Atomics.store(this.words, INPUT_STATE, WAITING);
  }

  /** Blocks the main thread until the answer is there; undefined when an interrupt came first. */
  waitForInput(): string | undefined {
    Atomics.wait(this.words, INPUT_STATE, WAITING);
    const answered = Atomics.load(this.words, INPUT_STATE) === ANSWERED;
    Atomics.store(this.words, INPUT_STATE, IDLE);
    if (!answered) return undefined;
    return new TextDecoder().decode(this.#input.slice(0, Atomics.load(this.words, INPUT_BYTES)));
  }

  /** Hands the answer to the waiting main thread; a longer one than there is room for is cut. */
  answerInput(text: string): void {
    const { written } = new TextEncoder().encodeInto(text, this.#input);
    Atomics.store(this.words, INPUT_BYTES, written);
    if (Atomics.compareExchange(this.words, INPUT_STATE, WAITING, ANSWERED) === WAITING) {
      Atomics.notify(this.words, INPUT_STATE);
    }
  }
}

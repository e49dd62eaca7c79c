/** A socket as far as sending goes. */
export interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

/** Something to send; `merge` may take the next one in and so spare a message. */
export interface Outgoing {
  frames(): Uint8Array[];
  merge?(next: Outgoing): boolean;
}

/**
 * The one way to a socket: ZeroMQ's binding refuses a second send while one is under way, so each is awaited.
 * A queue can be held until somebody listens.
 */
export class SendQueue {
  readonly #socket: Sender;
  #queue: Outgoing[] = [];
  #held: boolean;
  #sending: Promise<void> | undefined;

  constructor(socket: Sender, held = false) {
    this.#socket = socket;
    this.#held = held;
  }

  /** Adds one; text that waits behind text of the same stream is sent with it. */
  push(item: Outgoing): void {
    if (this.#queue.at(-1)?.merge?.(item)) return;
    this.#queue.push(item);
    if (!this.#held) this.#start();
  }

  /** Lets a held queue go. */
  release(): void {
    this.#held = false;
    this.#start();
  }

  /** Settles when all that was pushed has been handed to the socket. */
  async drained(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  #start(): void {
    if (this.#sending || this.#queue.length === 0) return;
    this.#sending = this.#run().finally(() => {
      this.#sending = undefined;
    });
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const item of batch) await this.#socket.send(item.frames());
    }
  }
}

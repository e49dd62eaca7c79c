/**
 * A forkable append-only list of which the old end can be dropped: change logs and the journal.
 * Kept in chunks that forks share. A chunk is extended in place by whoever stands at its end; a fork that finds
 * its place already taken copies the chunk first, so each side reads only what lies before its own end.
 * Invariant: an index names the same entry for ever; dropping moves `start`, it never renumbers.
 */

const CHUNK = 512;

/** Entries by ever-growing index. */
export class Log<T> {
  private chunks: T[][] = [];
  /** The index of the first entry of the first chunk: a multiple of the chunk size. */
  private origin = 0;
  private from = 0;
  private to = 0;

  /** The lowest index still held. */
  get start(): number {
    return this.from;
  }

  /** One more than the highest index. */
  get end(): number {
    return this.to;
  }

  /** Appends one entry and returns its index. */
  push(value: T): number {
    const index = this.to++;
    const offset = index - this.origin;
    const place = offset % CHUNK;
    const which = (offset - place) / CHUNK;
    let chunk = this.chunks[which];
    if (chunk === undefined) {
      chunk = [];
      this.chunks.push(chunk);
    } else if (chunk.length !== place) {
      chunk = chunk.slice(0, place);
      this.chunks[which] = chunk;
    }
    chunk.push(value);
    return index;
  }

  /** The entry at an index, or undefined when it was dropped or not yet written. */
  at(index: number): T | undefined {
    if (index < this.from || index >= this.to) return undefined;
    const offset = index - this.origin;
    return this.chunks[Math.floor(offset / CHUNK)]?.[offset % CHUNK];
  }

  /** Forgets the entries below an index and frees the chunks that held only such. */
  dropBefore(index: number): void {
    this.from = Math.max(this.from, Math.min(index, this.to));
    const whole = Math.floor((this.from - this.origin) / CHUNK);
    if (whole === 0) return;
    this.chunks = this.chunks.slice(whole);
    this.origin += whole * CHUNK;
  }

  /** An independent log with the same entries. */
  fork(): Log<T> {
    const copy = new Log<T>();
    copy.chunks = this.chunks.slice();
    copy.origin = this.origin;
    copy.from = this.from;
    copy.to = this.to;
    return copy;
  }
}

/**
 * Strings to dense numbers, so that tables can be vectors and routing keys can be integers.
 * Append-only, and shared by every fork of what it serves: a number never changes its string.
 * Left out: forgetting strings; a name that a finished branch used stays for the life of the cluster.
 * Invariant: numbers depend on the order in which branches asked, so no number may be shown, sent, hashed or sorted by.
 */

/** Gives each distinct string the next whole number, from 0, for use as an index only. */
export class Interner {
  private readonly ids = new Map<string, number>();
  private readonly names: string[] = [];

  /** How many strings are known: every id is below it. */
  get size(): number {
    return this.names.length;
  }

  /** The string's id, made now if it is new. */
  intern(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.names.length;
    this.ids.set(name, id);
    this.names.push(name);
    return id;
  }

  /** The string's id if it has one: a lookup must not make names. */
  idOf(name: string): number | undefined {
    return this.ids.get(name);
  }

  /** The string behind an id. Throws RangeError for an id that was never given out. */
  nameOf(id: number): string {
    const name = this.names[id];
    if (name === undefined) throw new RangeError(`id ${id} was never given out`);
    return name;
  }
}

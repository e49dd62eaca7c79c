/**
 * A compact notation for the Go structs of the Kubernetes API, and its reader: field names in Go order, types, what
 * `omitempty` drops, and strategic-merge keys (Kubernetes 1.32, api/ (core|apps|coordination)/v1/types.go).
 * One struct a line: `Name field field:type field!:type`, where type is s (string, the default), i (int32), l (int64), b (bool),
 * q (quantity), t (time), m (micro-time), y (bytes in base64), x (int or string), * (any JSON), T (struct T), {q} (map to q), [T] (list), [T|k] (list
 * merged by key k), [s|] (list of strings merged as a set). `!` = always encoded; `?` after a scalar = pointer, so zero is kept.
 * Invariant: a struct is parsed at its first use only, so that kinds nobody touches cost nothing.
 */

/** How a field is decoded. */
export type FieldType =
  | {
      readonly form: "scalar";
      readonly scalar: "s" | "i" | "l" | "b" | "q" | "t" | "m" | "x" | "y" | "*";
      readonly pointer: boolean;
    }
  | { readonly form: "struct"; readonly struct: string }
  | { readonly form: "map"; readonly of: FieldType }
  | { readonly form: "list"; readonly of: FieldType; readonly mergeKey?: string };

/** One field of a struct. `always`: encoded even when empty (no `omitempty`, or a struct that is no pointer). */
export interface Field {
  readonly name: string;
  readonly always: boolean;
  readonly type: FieldType;
}

/** A struct: its fields in the order Go encodes them. */
export interface Struct {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
}

function typeOf(text: string): FieldType {
  if (text.startsWith("{")) return { form: "map", of: typeOf(text.slice(1, -1)) };
  if (text.startsWith("[")) {
    const [of, mergeKey] = text.slice(1, -1).split("|") as [string, string | undefined];
    return mergeKey === undefined ? { form: "list", of: typeOf(of) } : { form: "list", of: typeOf(of), mergeKey };
  }
  const pointer = text.endsWith("?");
  const name = pointer ? text.slice(0, -1) : text;
  if (name.length === 1) {
    return { form: "scalar", scalar: name as "s", pointer };
  }
  return { form: "struct", struct: name };
}

function fieldOf(text: string): Field {
  const colon = text.indexOf(":");
  const head = colon < 0 ? text : text.slice(0, colon);
  const always = head.endsWith("!");
  return {
    name: always ? head.slice(0, -1) : head,
    always,
    type: typeOf(colon < 0 ? "s" : text.slice(colon + 1)),
  };
}

/** A set of structs; `find` throws for a name that no table has, which is a mistake in a table, not in a request. */
export class Schema {
  readonly #lines = new Map<string, string>();
  readonly #structs = new Map<string, Struct>();

  /** Takes tables in the notation above; lines may be blank. */
  constructor(...tables: readonly string[]) {
    for (const table of tables) {
      for (const line of table.split("\n")) {
        const text = line.trim();
        if (text !== "") this.#lines.set(text.slice(0, `${text} `.indexOf(" ")), text);
      }
    }
  }

  find(name: string): Struct {
    const known = this.#structs.get(name);
    if (known) return known;
    const line = this.#lines.get(name);
    if (line === undefined) throw new Error(`the schema tables have no struct ${name}; add a line for it`);
    const fields = line.split(" ").slice(1).map(fieldOf);
    const struct = { name, fields, byName: new Map(fields.map((field) => [field.name, field])) };
    this.#structs.set(name, struct);
    return struct;
  }

  /** All struct names, in the order of the tables; for tests that resolve every reference. */
  names(): readonly string[] {
    return [...this.#lines.keys()];
  }
}

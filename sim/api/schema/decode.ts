/**
 * Reads a request body into an object as the API server's JSON decoder and encoder together would leave it: unknown fields are
 * dropped and reported, empty optional fields vanish, fields without `omitempty` appear, quantities become canonical
 * (Kubernetes 1.32, apimachinery pkg/runtime/serializer/json).
 * Left out: duplicate fields (they are gone once JSON is parsed; the gateway reports them in `duplicateFields`).
 * Invariant: parts that need no change are returned by identity, so objects of one template go on sharing them.
 */
import { formatQuantity, parseQuantity, QuantityError } from "../quantity.ts";
import type { Json, JsonObject } from "../types.ts";
import { base64ErrorAt } from "./base64.ts";
import type { Field, FieldType, Schema, Struct } from "./notation.ts";
import { unknownFields } from "./unknown-fields.ts";

/** Thrown for a body whose types are wrong; the message is Go's, and goes into a 400. */
export class DecodeError extends Error {}

/** What the walk knows: where it is, and how many unknown fields it has met. */
interface Walk {
  readonly schema: Schema;
  readonly path: (string | number)[];
  unknown: number;
}

/** A decoded object and the strict-decoding complaints about it, in the order of the body. */
export interface Decoded {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

const NONE: readonly string[] = [];

/** Structs whose instances are shared by many objects: their decoded form is remembered by identity. */
const SHARED = new Set(["PodSpec", "PodTemplateSpec", "EndpointAddress"]);
const remembered = new WeakMap<object, JsonObject>();

/** The path as Go's type errors print it: without list indexes. */
function pathText(path: readonly (string | number)[]): string {
  return path.filter((step) => typeof step === "string").join(".");
}

const GO_TYPE = {
  s: "string",
  i: "int32",
  l: "int64",
  b: "bool",
  q: "resource.Quantity",
  t: "v1.Time",
  m: "v1.MicroTime",
  x: "intstr.IntOrString",
  y: "[]uint8",
  "*": "interface {}",
} as const;

function jsonTypeName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function mismatch(walk: Walk, struct: Struct, value: unknown, goType: string): DecodeError {
  const what = typeof value === "number" && !Number.isInteger(value) ? `number ${value}` : jsonTypeName(value);
  return new DecodeError(
    `json: cannot unmarshal ${what} into Go struct field ${struct.name}.${pathText(walk.path)} of type ${goType}`,
  );
}

const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function decodeTime(value: string): string {
  if (TIME.test(value)) return value;
  const layout = "2006-01-02T15:04:05Z07:00";
  const part = /^\d{4}/.test(value) ? [value.slice(4), "-"] : [value, "2006"];
  throw new DecodeError(
    `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(part[0])} as ${JSON.stringify(part[1])}`,
  );
}

function decodeQuantity(value: string | number): string {
  try {
    return formatQuantity(parseQuantity(value));
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
}

function decodeBytes(value: string): string {
  const wrongAt = base64ErrorAt(value);
  if (wrongAt !== undefined) throw new DecodeError(`illegal base64 data at input byte ${wrongAt}`);
  return value;
}

/** A scalar that is present and not null; undefined when `omitempty` drops it. */
function decodeScalar(
  walk: Walk,
  struct: Struct,
  type: Extract<FieldType, { form: "scalar" }>,
  value: unknown,
  always: boolean,
): Json | undefined {
  const keepZero = always || type.pointer;
  switch (type.scalar) {
    case "*":
      return value as Json;
    case "s":
      if (typeof value !== "string") break;
      return value === "" && !keepZero ? undefined : value;
    case "i":
    case "l":
      if (typeof value !== "number" || !Number.isInteger(value)) break;
      return value === 0 && !keepZero ? undefined : value;
    case "b":
      if (typeof value !== "boolean") break;
      return !value && !keepZero ? undefined : value;
    case "q":
      if (typeof value !== "string" && typeof value !== "number") break;
      return decodeQuantity(value);
    case "t":
    case "m":
      if (typeof value !== "string") break;
      return decodeTime(value);
    case "x":
      if (typeof value !== "string" && typeof value !== "number") break;
      return value;
    case "y":
      if (typeof value !== "string") break;
      return decodeBytes(value);
  }
  throw mismatch(walk, struct, value, GO_TYPE[type.scalar]);
}

function decodeMap(walk: Walk, struct: Struct, of: FieldType, value: unknown): JsonObject {
  if (typeof value !== "object" || Array.isArray(value)) throw mismatch(walk, struct, value, "map[string]string");
  const map = value as JsonObject;
  let changed: Record<string, Json | undefined> | undefined;
  for (const key in map) {
    // Go's type errors name the fields of structs on the way, and no keys of maps.
    const before = map[key];
    const after = before === null ? zeroOf(walk, of) : decodeValue(walk, struct, of, before, true, undefined);
    if (after === before) continue;
    changed ??= { ...map };
    changed[key] = after;
  }
  return changed ?? map;
}

function decodeList(walk: Walk, struct: Struct, of: FieldType, value: unknown, previous: unknown): readonly Json[] {
  if (!Array.isArray(value))
    throw mismatch(walk, struct, value, `[]${of.form === "struct" ? `v1.${of.struct}` : "string"}`);
  let changed: Json[] | undefined;
  const before = Array.isArray(previous) ? previous : undefined;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (before !== undefined && item === before[index]) continue;
    walk.path.push(index);
    const after = item === null ? zeroOf(walk, of) : decodeValue(walk, struct, of, item, true, before?.[index]);
    walk.path.pop();
    if (after === item) continue;
    changed ??= [...value];
    changed[index] = after as Json;
  }
  return changed ?? value;
}

function decodeValue(
  walk: Walk,
  struct: Struct,
  type: FieldType,
  value: unknown,
  always: boolean,
  previous: unknown,
): Json | undefined {
  switch (type.form) {
    case "scalar":
      return decodeScalar(walk, struct, type, value, always);
    case "struct":
      if (typeof value !== "object" || Array.isArray(value)) throw mismatch(walk, struct, value, `v1.${type.struct}`);
      return decodeStruct(walk, walk.schema.find(type.struct), value as JsonObject, previous as JsonObject | undefined);
    case "map": {
      const map = decodeMap(walk, struct, type.of, value);
      return !always && isEmpty(map) ? undefined : map;
    }
    case "list": {
      const list = decodeList(walk, struct, type.of, value, previous);
      return !always && list.length === 0 ? undefined : list;
    }
  }
}

function isEmpty(map: JsonObject): boolean {
  for (const _ in map) return false;
  return true;
}

/** An object says what it is; that is read elsewhere. */
function isTypeField(key: string): boolean {
  return key === "kind" || key === "apiVersion";
}

/** What Go encodes for a field that was never set and has no `omitempty`. */
function zeroOf(walk: Walk, type: FieldType): Json {
  if (type.form === "struct") return decodeStruct(walk, walk.schema.find(type.struct), {}, undefined);
  if (type.form !== "scalar" || type.pointer) return null;
  switch (type.scalar) {
    case "s":
      return "";
    case "y":
      return null;
    case "i":
    case "l":
    case "x":
      return 0;
    case "b":
      return false;
    case "q":
      return "0";
    default:
      return null;
  }
}

function decodeField(walk: Walk, struct: Struct, field: Field, value: JsonObject, previous: JsonObject | undefined) {
  const before = value[field.name];
  if (before === undefined || before === null) return field.always ? zeroOf(walk, field.type) : undefined;
  const old = previous?.[field.name];
  if (old === before) return before;
  walk.path.push(field.name);
  const after = decodeValue(walk, struct, field.type, before, field.always, old);
  walk.path.pop();
  return after;
}

function decodeStruct(walk: Walk, struct: Struct, value: JsonObject, previous: JsonObject | undefined): JsonObject {
  if (value === previous) return value;
  const shared = SHARED.has(struct.name);
  const known = shared ? remembered.get(value) : undefined;
  if (known) return known;
  const unknownBefore = walk.unknown;
  const object: Record<string, Json | undefined> = {};
  let same = true;
  let used = 0;
  for (const field of struct.fields) {
    const before = value[field.name];
    if (before !== undefined) used++;
    const after = decodeField(walk, struct, field, value, previous);
    if (after !== before) same = false;
    if (after !== undefined) object[field.name] = after;
  }
  const keys = Object.keys(value);
  if (keys.length !== used) {
    same = false;
    for (const key of keys) {
      if (!struct.byName.has(key) && !(walk.path.length === 0 && isTypeField(key))) walk.unknown++;
    }
  }
  const result = same ? value : object;
  if (shared && walk.unknown === unknownBefore) {
    remembered.set(value, result);
    remembered.set(result, result);
  }
  return result;
}

/**
 * Decodes `body` as the struct named; `kind` and `apiVersion` are not part of it. `previous` is the stored object of an update:
 * parts that are identical to its parts are taken over unread. Throws {@link DecodeError} for wrong types.
 */
export function decode(schema: Schema, structName: string, body: JsonObject, previous?: JsonObject): Decoded {
  const walk: Walk = { schema, path: [], unknown: 0 };
  const struct = schema.find(structName);
  const object = decodeStruct(walk, struct, body, previous);
  return { object, unknown: walk.unknown === 0 ? NONE : unknownFields(schema, structName, body) };
}

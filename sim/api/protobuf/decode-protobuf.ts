/**
 * Reads an object from the protobuf form in which typed clients send it (kubectl create among them), as JSON
 * (Kubernetes 1.32, apimachinery pkg/runtime/serializer/protobuf/protobuf.go and runtime.Unknown).
 * Left out: answers in protobuf: clients take JSON as well; fields that the schema tables do not know are passed over.
 * Invariant: the JSON is what the same client would have sent as JSON, but for empty fields, which decoding drops anyway.
 */
import { findKind, KINDS, KUBE_SCHEMA } from "../kinds/registry.ts";
import { base64OfBytes } from "../schema/base64.ts";
import type { Field, FieldType } from "../schema/notation.ts";
import type { Json, JsonObject } from "../types.ts";
import { type ProtoFields, protoFields } from "./numbers.ts";
import { timeText } from "./time-text.ts";
import { WireError, WireReader, type WireValue } from "./wire.ts";

type Range = Exclude<WireValue, number>;

const magic = [0x6b, 0x38, 0x73, 0x00];

/** The object in a body of type application/vnd.kubernetes.protobuf. Throws a WireError for anything else. */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (magic.some((byte, index) => bytes[index] !== byte)) {
    throw new WireError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  const reader = new WireReader(bytes);
  let apiVersion = "";
  let kind = "";
  let raw: Range = { start: 0, end: 0 };
  for (const [number, value] of reader.fields(magic.length, bytes.length)) {
    if (typeof value === "number") continue;
    if (number === 1) {
      const type = texts(reader, value);
      apiVersion = type.get(1) ?? "";
      kind = type.get(2) ?? "";
    } else if (number === 2) raw = value;
  }
  const struct = structOf(apiVersion, kind);
  if (struct === undefined || !KUBE_SCHEMA.names().includes(struct)) {
    throw new WireError(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  }
  return { kind, apiVersion, ...message(reader, struct, raw) };
}

/** The struct of a kind in a version; what is no kind of its own (a scale, an eviction) is named like its struct. */
function structOf(apiVersion: string, kind: string): string | undefined {
  const found = findKind(apiVersion, kind)?.struct;
  if (found !== undefined || KINDS.every((each) => each.kind !== kind)) return found ?? kind;
  return apiVersion === "autoscaling/v1" && kind === "HorizontalPodAutoscaler" ? `Old${kind}` : undefined;
}

/** The text fields of a small message, by number. */
function texts(reader: WireReader, { start, end }: Range): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [number, value] of reader.fields(start, end)) {
    if (typeof value !== "number") found.set(number, reader.text(value));
  }
  return found;
}

function message(reader: WireReader, struct: string, range: Range): JsonObject {
  const object: Record<string, Json> = {};
  fill(reader, object, protoFields(KUBE_SCHEMA.find(struct)), range);
  return object;
}

function fill(reader: WireReader, object: Record<string, Json>, fields: ProtoFields, { start, end }: Range): void {
  for (const [number, value] of reader.fields(start, end)) {
    const field = fields.get(number);
    if (field === undefined) continue;
    if (isEmbedded(field)) {
      if (typeof value !== "number") fill(reader, object, field, value);
    } else put(reader, object, field, value);
  }
}

function isEmbedded(field: Field | ProtoFields): field is ProtoFields {
  return field instanceof Map;
}

/** Sets a field, or adds to it where it is a list or a map: those come one element at a time. */
function put(reader: WireReader, object: Record<string, Json>, { name, type }: Field, value: WireValue): void {
  if (type.form === "list") {
    const before = (object[name] as readonly Json[] | undefined) ?? [];
    object[name] = [...before, read(reader, type.of, value, name)];
  } else if (type.form === "map") {
    const [key, of] = entry(reader, type.of, value, name);
    object[name] = { ...(object[name] as JsonObject | undefined), [key]: of };
  } else object[name] = read(reader, type, value, name);
}

function entry(reader: WireReader, of: FieldType, value: WireValue, name: string): readonly [string, Json] {
  let key = "";
  let content: Json = of.form === "scalar" && "siq".includes(of.scalar) ? "" : {};
  const { start, end } = rangeOf(value, name);
  for (const [number, part] of reader.fields(start, end)) {
    if (number === 1) key = reader.text(rangeOf(part, name));
    else if (number === 2) content = read(reader, of, part, name);
  }
  return [key, content];
}

function read(reader: WireReader, type: FieldType, value: WireValue, name: string): Json {
  if (type.form === "struct") return message(reader, type.struct, rangeOf(value, name));
  if (type.form !== "scalar") throw new WireError(`${name}: a list in a list is not known here; send JSON instead`);
  switch (type.scalar) {
    case "i":
    case "l":
      return numberOf(value, name);
    case "b":
      return numberOf(value, name) !== 0;
    case "s":
      return reader.text(rangeOf(value, name));
    case "y":
      return bytesText(reader, rangeOf(value, name));
    case "q":
      return texts(reader, rangeOf(value, name)).get(1) ?? "0";
    case "x":
      return intOrString(reader, rangeOf(value, name));
    case "t":
    case "m":
      return timeText(reader, rangeOf(value, name), type.scalar === "m");
    case "*":
      return opaque(reader, name, rangeOf(value, name));
  }
}

function bytesText(reader: WireReader, { start, end }: Range): string {
  return base64OfBytes([...reader.bytes.subarray(start, end)]);
}

function intOrString(reader: WireReader, { start, end }: Range): Json {
  let isText = false;
  let number = 0;
  let text = "";
  for (const [field, value] of reader.fields(start, end)) {
    if (typeof value !== "number") text = reader.text(value);
    else if (field === 1) isText = value === 1;
    else if (field === 2) number = value;
  }
  return isText ? text : number;
}

/** What the tables do not describe: the record of managed fields is JSON; anything else must be sent as JSON. */
function opaque(reader: WireReader, name: string, range: Range): Json {
  if (name === "fieldsV1") return JSON.parse(texts(reader, range).get(1) ?? "{}") as Json;
  throw new WireError(`${name} can't be read from protobuf here; send the object as JSON`);
}

function rangeOf(value: WireValue, name: string): Range {
  if (typeof value === "number") throw new WireError(`proto: wrong wireType = 0 for field ${name}`);
  return value;
}

function numberOf(value: WireValue, name: string): number {
  if (typeof value !== "number") throw new WireError(`proto: wrong wireType = 2 for field ${name}`);
  return value;
}

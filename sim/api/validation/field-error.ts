/**
 * Errors about one field of an object, with upstream's wording, and how they print in a Status
 * (Kubernetes 1.32, apimachinery pkg/util/validation/field/errors.go).
 * Left out: the "typed" errors (TypeInvalid) that only generated code raises.
 * Invariant: an error is plain data; values are rendered as Go's %q, %v or %#v would render them when it is made.
 */
import type { StatusCause } from "../types.ts";

/** One error about one field; `body` is the text after "field: ". */
export interface FieldError {
  readonly reason: string;
  readonly field: string;
  readonly body: string;
}

/** Text of a bad value that is no string, number or bool: already in Go's %#v form. */
export interface GoValue {
  readonly go: string;
}

type BadValue = string | number | boolean | null | undefined | GoValue;

function render(value: BadValue): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "object") return value.go;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A `map[string]string` in Go's %#v form; undefined prints as a nil map. */
export function goStringMap(map: Readonly<Record<string, string>> | undefined): GoValue {
  return { go: goStringMapText(map) };
}

/** The text of {@link goStringMap}, for use inside larger structs. */
export function goStringMapText(map: Readonly<Record<string, string>> | undefined): string {
  if (!map) return "map[string]string(nil)";
  const pairs = Object.keys(map)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(map[key])}`);
  return `map[string]string{${pairs.join(", ")}}`;
}

/** A `[]string` in Go's %#v form. */
export function goStrings(list: readonly string[] | undefined): GoValue {
  if (!list) return { go: "[]string(nil)" };
  return { go: `[]string{${list.map((item) => JSON.stringify(item)).join(", ")}}` };
}

/** An `intstr.IntOrString` in Go's %#v form. */
export function goIntOrString(value: number | string): GoValue {
  if (typeof value === "number") return { go: `intstr.IntOrString{Type:0, IntVal:${value}, StrVal:""}` };
  return { go: `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(value)}}` };
}

function withDetail(head: string, detail: string): string {
  return detail === "" ? head : `${head}: ${detail}`;
}

/** The field must be present. */
export function required(field: string, detail = ""): FieldError {
  return { reason: "FieldValueRequired", field, body: withDetail("Required value", detail) };
}

/** The value is malformed. */
export function invalid(field: string, value: BadValue, detail: string): FieldError {
  return { reason: "FieldValueInvalid", field, body: withDetail(`Invalid value: ${render(value)}`, detail) };
}

/** The value is not one of an enumeration; `supported` is printed in the order given. */
export function notSupported(field: string, value: BadValue, supported: readonly string[]): FieldError {
  const detail = `supported values: ${supported.map((text) => JSON.stringify(text)).join(", ")}`;
  return { reason: "FieldValueNotSupported", field, body: withDetail(`Unsupported value: ${render(value)}`, detail) };
}

/** The value occurs twice where it must be unique. */
export function duplicate(field: string, value: BadValue): FieldError {
  return { reason: "FieldValueDuplicate", field, body: `Duplicate value: ${render(value)}` };
}

/** The field may not be set, or not be changed, in this situation. */
export function forbidden(field: string, detail: string): FieldError {
  return { reason: "FieldValueForbidden", field, body: withDetail("Forbidden", detail) };
}

/** The value names something that does not exist. */
export function notFound(field: string, value: BadValue): FieldError {
  return { reason: "FieldValueNotFound", field, body: `Not found: ${render(value)}` };
}

/** The value has more than `bytesMax` bytes. */
export function tooLong(field: string, bytesMax: number): FieldError {
  return { reason: "FieldValueTooLong", field, body: `Too long: may not be more than ${bytesMax} bytes` };
}

/** The errors as one sentence: a single one bare, several in brackets, each text once. */
export function aggregate(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.body}`))];
  return texts.length === 1 ? texts[0]! : `[${texts.join(", ")}]`;
}

/** The errors as the causes of a Status. */
export function causesOf(errors: readonly FieldError[]): readonly StatusCause[] {
  return errors.map((error) => ({ reason: error.reason, message: error.body, field: error.field }));
}

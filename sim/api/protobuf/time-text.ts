/**
 * A moment's protobuf form as the text that JSON has for it (Kubernetes 1.32, apimachinery pkg/apis/meta/v1/time_proto.go).
 * Left out: times before 1970.
 * Invariant: an empty message is no time at all.
 */
import { epochMs, rfc3339 } from "../../time/instant.ts";
import type { WireReader } from "./wire.ts";

/** The text of a Time, or of a MicroTime; null for the empty one. */
export function timeText(
  reader: WireReader,
  { start, end }: { readonly start: number; readonly end: number },
  micro: boolean,
): string | null {
  if (start === end) return null;
  let seconds = 0;
  let nanos = 0;
  for (const [field, value] of reader.fields(start, end)) {
    if (typeof value !== "number") continue;
    if (field === 1) seconds = value;
    else if (field === 2) nanos = value;
  }
  const text = rfc3339((seconds * 1000 - epochMs) * 1000);
  const micros = String(Math.floor(nanos / 1000)).padStart(6, "0");
  return micro ? text.replace("Z", `.${micros}Z`) : text;
}

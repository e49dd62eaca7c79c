import { ageOf } from "../../../sim/api/tables/duration.ts";
import { secondsOf } from "../../../sim/api/tables/rfc3339.ts";
import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { momentOf, twoDigits } from "../calendar.ts";
import { objectAt, sortedKeys, textAt } from "../json-values.ts";

const ANNOTATION_MAX = 140;
const HIDDEN_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
const DAYS = "Thu Fri Sat Sun Mon Tue Wed".split(" ");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * A description under way: lines with tabs between their cells, laid out at the end (kubectl pkg/describe/describe.go,
 * PrefixWriter). `level` is the depth of indentation.
 */
export class Page {
  readonly nowSeconds: number;
  private text = "";

  constructor(wallMs: number) {
    this.nowSeconds = Math.floor(wallMs / 1000);
  }

  line(level: number, text: string): this {
    // As kubectl's terminal.EscapeTerminal: what an object holds must not steer the screen.
    this.text += `${"  ".repeat(level)}${text.replaceAll("\u001b", "^[").replaceAll("\r", "\\r")}\n`;
    return this;
  }

  /** `Title:` and a value, at the left edge. */
  field(title: string, value: Json | undefined): this {
    return this.line(0, `${title}:\t${String(value ?? "")}`);
  }

  /** As `field`, left out where there is no value. */
  optional(title: string, value: string): this {
    return value === "" ? this : this.field(title, value);
  }

  /** Several values under one title, one a line. */
  values(title: string, values: readonly string[]): this {
    return this.field(title, values.length === 0 ? "<none>" : values.join("\n\t"));
  }

  labels(title: string, labels: JsonObject): this {
    return this.values(
      title,
      sortedKeys(labels).map((key) => `${key}=${String(labels[key])}`),
    );
  }

  annotations(title: string, annotations: JsonObject): this {
    const shown = sortedKeys(annotations).filter((key) => key !== HIDDEN_ANNOTATION);
    return this.values(
      title,
      shown.map((key) => annotationText(key, String(annotations[key]))),
    );
  }

  /** Name, namespace where there is one, labels and annotations. */
  head(object: JsonObject, withNamespace = true): this {
    this.field("Name", textAt(object, "metadata", "name"));
    if (withNamespace) this.field("Namespace", textAt(object, "metadata", "namespace"));
    this.labels("Labels", objectAt(object, "metadata", "labels"));
    return this.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  }

  age(timestamp: string): string {
    return ageOf(timestamp, this.nowSeconds);
  }

  /** The lines so far, with their tabs. */
  get raw(): string {
    return this.text;
  }
}

function annotationText(key: string, text: string): string {
  const value = text.replace(/\n$/, "");
  if (value.length + key.length + 2 <= ANNOTATION_MAX && !value.includes("\n")) return `${key}: ${value}`;
  const shorten = (line: string) =>
    line.length > ANNOTATION_MAX - 2 ? `${line.slice(0, ANNOTATION_MAX - 2)}...` : line;
  return `${key}:\n\t  ${value.split("\n").map(shorten).join("\n\t  ")}`;
}

/** RFC 1123 with a numeric zone, e.g. "Mon, 05 Jan 2026 09:00:00 +0000"; "" for no time. */
export function longDate(timestamp: string): string {
  const seconds = secondsOf(timestamp);
  if (seconds === undefined) return "";
  const { year, month, day, time } = momentOf(seconds * 1000);
  const weekday = DAYS[Math.floor(seconds / 86_400) % 7];
  return `${weekday}, ${twoDigits(day)} ${MONTHS[month - 1]} ${year} ${time} +0000`;
}

/** Labels on one line, as a selector is written; `<none>` without any. */
export function selectorText(labels: JsonObject): string {
  return (
    sortedKeys(labels)
      .map((key) => `${key}=${String(labels[key])}`)
      .join(",") || "<none>"
  );
}

/** True and False as kubectl writes them. */
export function yesNo(value: Json | undefined): string {
  return value === true ? "True" : "False";
}

/**
 * Puts placeholders where two runs of the real thing differ: uids, times, generated names, dynamic addresses. For text as
 * kubectl prints it, and for JSON as the API server answers it. A port of `../kubectl/normalise.mjs`.
 */

/** Letters of generated names. */
const A = "bcdfghjklmnpqrstvwxz2456789";

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4}( UTC)?( m=[+-][\d.]+)?/g, "<time>"],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<date>"],
  [/("?resourceVersion"?: ?)"\d+"/g, '$1"<rv>"'],
  [/(resourceVersion=)\d+/g, "$1<rv>"],
  [/("continue": ?)"[A-Za-z0-9_=-]{20,}"/g, '$1"<cont>"'],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, "<token>"],
  [/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g, "<cert>"],
  [/https:\/\/127\.0\.0\.1:\d+/g, "<server>"],
  [/\/tmp\/[A-Za-z]+-?(edit-)?\d+/g, "<tmp>"],
  // The dynamic band; what the user asked for is 10.0.0.x.
  [/\b10\.0\.(?!0\.)\d{1,3}\.\d{1,3}\b/g, "<clusterip>"],
  [/\b10\.244\.\d{1,3}\.(?!0\b)\d{1,3}\b/g, "<podip>"],
  [/\b(3008[6-9]|3009\d|30[1-9]\d\d|31\d{3}|32[0-6]\d\d|327[0-5]\d|3276[0-7])\b/g, "<nodeport>"],
  [new RegExp(`-[${A}]{8,10}-[${A}]{5}(?![A-Za-z0-9])`, "g"), "-<hash>-<sfx>"],
  [/-29\d{6}-/g, "-<cron>-"],
  [/-29\d{6}\b/g, "-<cron>"],
  [new RegExp(`-(?=[${A}]*[${A}])(?=[a-z]*\\d)[${A}]{8,10}(?![A-Za-z0-9])`, "g"), "-<hash>"],
  [
    new RegExp(`((?:pod-template-hash|controller-revision-hash)[":= ]+)([${A}]{8,10})(?![A-Za-z0-9])`, "g"),
    "$1<hash>",
  ],
  [new RegExp(`-[${A}]{5}(?![A-Za-z0-9-])`, "g"), "-<sfx>"],
  [/(\bx\d+ )?\(?(over|x\d+ over) [\dhms]+\)?/g, "<repeat>"],
  [/\b[EIWF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, "<klog> "],
  [/\(0x[0-9a-f]{6,}\)/g, "(<ptr>)"],
  [/(ResourceVersion in record \()\d+/g, "$1<rv>"],
  [/(Too large resource version: \d+, current: |too old resource version: \d+ \()\d+/g, "$1<rv>"],
  [/(\\+"resourceVersion\\+":\\+")\d+/g, "$1<rv>"],
  [/(hash=)[0-9A-F]{32,}/g, "$1<hash>"],
  [/\b(took|after|in) \d+(\.\d+)?(ms|s|m)\b/g, "$1 <dur>"],
];

const AGES = new Set(["AGE", "LAST SEEN", "DURATION", "LAST SCHEDULE", "FIRST SEEN", "Age"]);
const HEADER =
  /^[A-Z][A-Z0-9()\-_/%.:]*( [A-Z0-9()\-_/%.:]+)*( {2,}[A-Z][A-Z0-9()\-_/%.:]*( [A-Z0-9()\-_/%.:]+)*)+ *$/;
const WIDTH_MIN = 6;
const GAP = 3;

function basic(text: string): string {
  return RULES.reduce((done, [pattern, placeholder]) => done.replace(pattern, placeholder), text);
}

interface Column {
  readonly title: string;
  readonly at: number;
}

function columnsOf(header: string): readonly Column[] {
  return [...header.matchAll(/\S+( \S+)*/g)].map((match) => ({ title: match[0], at: match.index }));
}

/** The cells of a line under a header; undefined where the line is no row of that table. */
function cellsOf(line: string, columns: readonly Column[]): readonly string[] | undefined {
  const aligned = columns.every(({ at }, index) => index === 0 || line.length < at || line[at - 1] === " ");
  if (aligned) return columns.map(({ at }, index) => line.slice(at, columns[index + 1]?.at).trimEnd());
  const parts = line.split(/ {3,}/);
  return parts.length === columns.length ? parts.map((part) => part.trimEnd()) : undefined;
}

function cell(text: string, title: string): string {
  if (AGES.has(title) && text !== "" && text !== "<none>" && text !== "<unknown>") return "<age>";
  return title === "RESTARTS" ? text.replace(/ \(.* ago\)/, " (<age> ago)") : basic(text);
}

/** Rows that are equal up to random suffixes come in the order of their text. */
function sortedWithinNames(rows: string[][], nameColumn: number): void {
  const key = (row: readonly string[]) => row.slice(0, nameColumn + 1).join("\0");
  for (let from = 1, to = 1; from < rows.length; from = to) {
    for (to = from + 1; to < rows.length && key(rows[to]!) === key(rows[from]!); ) to++;
    const part = rows.slice(from, to).sort((a, b) => (a.join("\0") < b.join("\0") ? -1 : 1));
    rows.splice(from, part.length, ...part);
  }
}

/** A header and its rows, laid out again after replacing, as kubectl does. */
function table(lines: readonly string[]): readonly string[] {
  const columns = columnsOf(lines[0]!);
  const rows: string[][] = [];
  for (const [index, line] of lines.entries()) {
    const cells = cellsOf(line, columns);
    if (cells === undefined) return lines.map(basic);
    rows.push(cells.map((text, at) => (index === 0 ? basic(text) : cell(text, columns[at]!.title))));
  }
  const nameColumn = columns.findIndex(({ title }) => title === "NAME");
  if (nameColumn >= 0) sortedWithinNames(rows, nameColumn);
  const widths = columns.map((_column, at) => Math.max(WIDTH_MIN, ...rows.map((row) => row[at]!.length + GAP)));
  const last = columns.length - 1;
  return rows.map((row) =>
    row
      .map((text, at) => (at < last ? text.padEnd(widths[at]!) : text))
      .join("")
      .trimEnd(),
  );
}

const EVENT_ROW = /^(\s+)(\S+)(\s{2,})(\S+)(\s{2,})(\S+(?: \(.*?\))?)(\s{2,})(\S+)(\s{2,})(.*)$/;

/** A row of the events that `describe` ends with: type, reason, age, from, message. */
function eventRow(line: string): string {
  const match = EVENT_ROW.exec(line);
  if (match && match[2] !== "Type" && match[2] !== "----") {
    return `  ${match[2]}  ${basic(match[4]!)}  <age>  ${match[8]}  ${basic(match[10]!)}`;
  }
  return `  ${line.trim().split(/ {2,}/).join("  ")}`;
}

/** Text of a command, normalised. */
export function normText(text: string): string {
  const lines = text.split("\n");
  const out: string[] = [];
  const endOf = (from: number, holds: (line: string) => boolean): number => {
    let to = from;
    while (to < lines.length && holds(lines[to]!)) to++;
    return to;
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    if (HEADER.test(line)) {
      const end = endOf(at + 1, (one) => one !== "" && !HEADER.test(one));
      out.push(...table(lines.slice(at, end)));
      at = end;
    } else if (/^Events:\s*$/.test(line)) {
      const end = endOf(at + 1, (one) => one.startsWith("  "));
      out.push(line.trimEnd(), ...lines.slice(at + 1, end).map(eventRow));
      at = end;
    } else {
      out.push(basic(line).trimEnd());
      at++;
    }
  }
  return out.join("\n");
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Entries of one second have no fixed order in the real server. */
function sortedManagers(entries: readonly unknown[]): readonly unknown[] {
  const key = (entry: unknown) => {
    const { manager, operation, subresource, apiVersion } = entry as Plain;
    return [manager, operation, subresource ?? "", apiVersion].join(" ");
  };
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function withoutAges(whole: Plain): Plain {
  const { columnDefinitions, ...rest } = whole;
  const columns = columnDefinitions as readonly { readonly name: string }[] | undefined;
  const ages = columns?.map(({ name }) => AGES.has(name.toUpperCase())) ?? [];
  const rows = (whole.rows as readonly { readonly cells?: readonly unknown[] }[]).map((row) => ({
    ...row,
    cells: row.cells?.map((one, at) => (ages[at] && typeof one === "string" && !one.startsWith("<") ? "<age>" : one)),
  }));
  return columns ? { ...rest, columnDefinitions, rows } : { ...rest, rows };
}

function normString(value: string, key: string): string {
  if ((key === "resourceVersion" || key === "latest") && /^\d+$/.test(value)) return value === "0" ? "0" : "<rv>";
  if (key === "continue" && value !== "") return "<cont>";
  if (key === "pod-template-hash" || key === "controller-revision-hash") {
    return basic(value.replace(new RegExp(`^[${A}]{8,10}$`), "<hash>"));
  }
  return basic(value);
}

const NODE_PORT_DYNAMIC_MIN = 30_086;

/** A JSON value of the API, normalised; `key` is the field that it stands in. */
export function normJson(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    return (key === "managedFields" ? sortedManagers(value) : value).map((item) => normJson(item, key));
  }
  if (isPlain(value)) {
    const plain = value.kind === "Table" && Array.isArray(value.rows) ? withoutAges(value) : value;
    return Object.fromEntries(Object.entries(plain).map(([name, item]) => [basic(name), normJson(item, name)]));
  }
  if (typeof value === "string") return normString(value, key);
  const isNodePort = key === "nodePort" || key === "healthCheckNodePort";
  return typeof value === "number" && isNodePort && value >= NODE_PORT_DYNAMIC_MIN ? "<nodeport>" : value;
}

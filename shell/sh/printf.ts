import type { Terminal } from "../command.ts";

/** How wide a field is made at most, in characters. */
const WIDTH_MAX = 1_000;
const MARKS: ReadonlyMap<string, string> = new Map([
  ...([["n", "\n"] as const, ["t", "\t"], ["r", "\r"], ["a", "\u0007"], ["b", "\b"]] as const),
  ...([["e", "\u001b"] as const, ["f", "\f"], ["v", "\v"], ["\\", "\\"]] as const),
]);

/** A text with its `\n`, `\t`, `\033` and `\x1b` put in. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|([ntrabefv\\]))/g, (_all, hex, octal, mark) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    return MARKS.get(mark) ?? mark;
  });
}

/** `printf FORMAT VALUE…`: the format is gone through again until no value is left. */
export function printf(argv: readonly string[], { out, err }: Terminal): number {
  const [format, ...values] = argv[0] === "--" ? argv.slice(1) : argv;
  if (format === undefined) {
    err("printf: usage: printf FORMAT [ARG]...\n");
    return 2;
  }
  const text = unescaped(format);
  let next = 0;
  let exit = 0;
  const bad = (value: string) => {
    err(`sh: invalid number '${value}'\n`);
    exit = 1;
  };
  do {
    out(
      text.replace(/%([-0+ #]*)(\d*)(?:\.(\d*))?([sbcdiuxXof%])/g, (_all, flags, width, precision, kind) => {
        if (kind === "%") return "%";
        return field({ flags, width, precision, kind }, values[next++] ?? "", bad);
      }),
    );
  } while (next > 0 && next < values.length);
  return exit;
}

interface Field {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly kind: string;
}

function field(spec: Field, value: string, bad: (value: string) => void): string {
  const { flags, kind } = spec;
  const width = Math.min(Number(spec.width || 0), WIDTH_MAX);
  const isNumber = !"sbc".includes(kind);
  const body = isNumber ? numberText(spec, value, bad) : wordText(spec, value);
  if (flags.includes("-")) return body.padEnd(width);
  if (!isNumber || !flags.includes("0")) return body.padStart(width);
  const sign = /^[-+ ]?/.exec(body)![0];
  return sign + body.slice(sign.length).padStart(width - sign.length, "0");
}

function wordText({ kind, precision }: Field, value: string): string {
  if (kind === "c") return value.slice(0, 1);
  const text = kind === "b" ? unescaped(value) : value;
  return precision === undefined ? text : text.slice(0, Number(precision || 0));
}

function numberText({ flags, kind, precision }: Field, value: string, bad: (value: string) => void): string {
  const isCharacter = /^['"]./.test(value);
  const read = isCharacter ? value.charCodeAt(1) : Number(value || 0);
  if (Number.isNaN(read)) bad(value);
  const number = Number.isNaN(read) ? 0 : read;
  const places = Math.min(Number(precision ?? 6), 20);
  const whole = Math.trunc(number);
  const radix = kind === "o" ? 8 : kind.toLowerCase() === "x" ? 16 : 10;
  const digits = kind === "f" ? number.toFixed(places) : whole.toString(radix);
  const sign = number < 0 ? "" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const mark = flags.includes("#") ? { o: "0", x: "0x", X: "0X" }[kind as "o"] : undefined;
  return `${sign}${mark ?? ""}${kind === "X" ? digits.toUpperCase() : digits}`;
}

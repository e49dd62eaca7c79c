/** One flag of a command, as pflag declares it. */
export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: "bool" | "string" | "int" | "strings" | "duration";
  /** The value when the flag stands without one, e.g. `--dry-run` means `--dry-run=unchanged`. */
  readonly bare?: string;
}

/** Flags and words of one command line, told apart. */
export interface ParsedFlags {
  readonly kind: "parsed";
  readonly args: readonly string[];
  /** How many of `args` stood before `--`; `args.length` when there was none. */
  readonly dashAt: number;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** A parsed line, or why pflag refuses it. */
type FlagParse = ParsedFlags | { readonly kind: "error"; readonly message: string };

/** Parses as spf13/pflag does, flags and words in any order, and refuses in pflag's words. */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): FlagParse {
  const reader = new FlagReader(argv, flags);
  const message = reader.read();
  if (message !== undefined) return { kind: "error", message };
  return { kind: "parsed", args: reader.args, dashAt: reader.dashAt ?? reader.args.length, values: reader.values };
}

class FlagReader {
  readonly args: string[] = [];
  readonly values = new Map<string, string[]>();
  dashAt: number | undefined;
  private readonly argv: readonly string[];
  private readonly flags: readonly Flag[];
  private next = 0;

  constructor(argv: readonly string[], flags: readonly Flag[]) {
    this.argv = argv;
    this.flags = flags;
  }

  read(): string | undefined {
    while (this.next < this.argv.length) {
      const word = this.argv[this.next++]!;
      if (word === "--") {
        this.dashAt = this.args.length;
        this.args.push(...this.argv.slice(this.next));
        return undefined;
      }
      let error: string | undefined;
      if (word.startsWith("--")) error = this.long(word);
      else if (word.startsWith("-") && word.length > 1) error = this.shorts(word);
      else this.args.push(word);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  private long(word: string): string | undefined {
    const equals = word.indexOf("=");
    const name = (equals < 0 ? word.slice(2) : word.slice(2, equals)).replaceAll("_", "-");
    if (name === "" || name.startsWith("-")) return `bad flag syntax: ${word}`;
    const flag = this.flags.find((one) => one.name === name);
    if (flag === undefined) return `unknown flag: --${name}`;
    if (equals >= 0) return this.put(flag, word.slice(equals + 1));
    const bare = bareValue(flag);
    if (bare !== undefined) return this.put(flag, bare);
    const value = this.argv[this.next++];
    return value === undefined ? `flag needs an argument: ${word}` : this.put(flag, value);
  }

  private shorts(word: string): string | undefined {
    for (let i = 1; i < word.length; i++) {
      const c = word[i]!;
      const flag = this.flags.find((one) => one.short === c);
      if (flag === undefined) return `unknown shorthand flag: '${c}' in -${word.slice(i)}`;
      const rest = word.slice(i + 1);
      if (rest.startsWith("=")) return this.put(flag, rest.slice(1));
      const bare = bareValue(flag);
      if (bare !== undefined) {
        const error = this.put(flag, bare);
        if (error !== undefined) return error;
        continue;
      }
      if (rest !== "") return this.put(flag, rest);
      const value = this.argv[this.next++];
      return value === undefined ? `flag needs an argument: '${c}' in -${word.slice(i)}` : this.put(flag, value);
    }
    return undefined;
  }

  private put(flag: Flag, value: string): string | undefined {
    const complaint = valueComplaint(flag, value);
    if (complaint !== undefined) {
      const shown = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
      return `invalid argument "${value}" for "${shown}" flag: ${complaint}`;
    }
    const old = this.values.get(flag.name);
    if (flag.type === "strings") this.values.set(flag.name, [...(old ?? []), value]);
    else this.values.set(flag.name, [value]);
    return undefined;
  }
}

function bareValue(flag: Flag): string | undefined {
  return flag.bare ?? (flag.type === "bool" ? "true" : undefined);
}

const BOOLEANS = ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"];

function valueComplaint(flag: Flag, value: string): string | undefined {
  if (flag.type === "bool" && !BOOLEANS.includes(value)) return `strconv.ParseBool: parsing "${value}": invalid syntax`;
  if (flag.type === "int" && !/^[-+]?(0[xX][0-9a-fA-F]+|\d+)$/.test(value)) {
    return `strconv.ParseInt: parsing "${value}": invalid syntax`;
  }
  if (flag.type === "duration") return durationComplaint(value);
  return undefined;
}

const UNIT_US: Readonly<Record<string, number>> = { ns: 0.001, us: 1, µs: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 };
const DURATION = /^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/;

function durationComplaint(value: string): string | undefined {
  if (DURATION.test(value) || value === "0") return undefined;
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(value)) return `time: missing unit in duration "${value}"`;
  return `time: invalid duration "${value}"`;
}

/** A Go duration such as `1m30s` in whole microseconds; 0 for text that is none. */
export function durationUs(text: string): number {
  if (!DURATION.test(text)) return 0;
  let us = 0;
  for (const part of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) us += Number(part[1]) * UNIT_US[part[2]!]!;
  return Math.round(text.startsWith("-") ? -us : us);
}

/** Whether a boolean flag's text means true, in any of the spellings that Go takes. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && BOOLEANS.indexOf(value) >= 0 && BOOLEANS.indexOf(value) < 6;
}

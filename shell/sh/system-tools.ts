import { type Environment, exportedEnvironment, type ShellCommand } from "../command.ts";
import { programNamesAt } from "../images.ts";
import { momentOf, twoDigits } from "../kubectl/calendar.ts";
import { placeText } from "../place.ts";
import { isDirectory, listDirectory, readFile } from "../place-files.ts";
import { BUILT_INS } from "./built-ins.ts";
import { absolutePath } from "./path.ts";
import { hostnameAt } from "./sh.ts";
import { options, tool } from "./tool.ts";
import { xargs } from "./xargs.ts";

const SECOND_US = 1_000_000;
/** The longest that one `sleep` lets pass: an hour of simulated time. */
const SLEEP_MAX_S = 3600;

const sleep = tool("sleep", (argv, { client, err }) => {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(argv[0] ?? "");
  if (match === null) {
    err(argv[0] === undefined ? "sleep: missing operand\n" : `sleep: invalid time interval '${argv[0]}'\n`);
    return 1;
  }
  const seconds = Number(match[1]) * { "": 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as "s"];
  client.advance(Math.round(Math.min(seconds, SLEEP_MAX_S) * SECOND_US));
  return 0;
});

const hostname = tool("hostname", (argv, terminal) => {
  const space = terminal.client.network.namespace(placeText(terminal.place));
  const addresses = space?.interfaces.filter((one) => one.kind !== "loopback").flatMap((one) => one.addresses) ?? [];
  const isAddress = argv[0] === "-i" || argv[0] === "-I";
  const text = addresses.map((address) => address.split("/")[0]).join(" ");
  terminal.out(`${isAddress ? text : hostnameAt(terminal)}\n`);
  return 0;
});

/** The variables that a program sees, one a line. */
function listVariables(environment: Environment): readonly string[] {
  return [...exportedEnvironment(environment).variables].map(([name, value]) => `${name}=${value}`);
}

/** `env [-i] [-u NAME] [NAME=VALUE…] [COMMAND…]`. */
const env = tool("env", (argv, terminal) => {
  const environment = exportedEnvironment(terminal.environment);
  const { variables } = environment;
  let at = 0;
  for (; at < argv.length; at++) {
    const word = argv[at]!;
    const equals = word.indexOf("=");
    if (word === "-i" || word === "-") variables.clear();
    else if (word === "-u") variables.delete(argv[++at] ?? "");
    else if (equals > 0) variables.set(word.slice(0, equals), word.slice(equals + 1));
    else break;
  }
  if (at >= argv.length) {
    for (const line of listVariables(environment)) terminal.out(`${line}\n`);
    return 0;
  }
  const exit = terminal.spawn(argv.slice(at), { environment });
  if (exit === undefined) terminal.err(`env: '${argv[at]}': No such file or directory\n`);
  return exit ?? 127;
});

const printenv = tool("printenv", (argv, { environment, out }) => {
  const [name] = argv;
  if (name === undefined) {
    for (const line of listVariables(environment)) out(`${line}\n`);
    return 0;
  }
  const value = environment.unexported.has(name) ? undefined : environment.variables.get(name);
  if (value === undefined) return 1;
  out(`${value}\n`);
  return 0;
});

const ls = tool("ls", (argv, terminal) => {
  const { flags, words } = options(argv);
  let exit = 0;
  for (const word of words.length === 0 ? ["."] : words) {
    const path = absolutePath(word, terminal);
    if (isDirectory(path, terminal)) {
      if (words.length > 1) terminal.out(`${word}:\n`);
      for (const name of listDirectory(path, terminal)) {
        terminal.out(`${flags.has("l") ? longLine(name) : name.replace(/\/$/, "")}\n`);
      }
    } else if (readFile(path, terminal) !== undefined) terminal.out(`${word}\n`);
    else {
      terminal.err(`ls: ${word}: No such file or directory\n`);
      exit = 1;
    }
  }
  return exit;
});

function longLine(name: string): string {
  const isDir = name.endsWith("/");
  return `${isDir ? "drwxr-xr-x    2" : "-rw-r--r--    1"} root     root          4096 Jan  5 09:00 ${name.replace(/\/$/, "")}`;
}

const DAYS = "Thu Fri Sat Sun Mon Tue Wed".split(" ");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const date = tool("date", (argv, { client, out }) => {
  const { year, month, day, time } = momentOf(client.wallMs);
  const seconds = Math.floor(client.wallMs / 1000);
  const [hour = "", minute = "", second = ""] = time.split(":");
  const format = argv.find((word) => word.startsWith("+"))?.slice(1);
  const weekday = DAYS[Math.floor(seconds / 86_400) % 7]!;
  const name = MONTHS[month - 1]!;
  const marks: Readonly<Record<string, string>> = {
    ...{ Y: String(year), m: twoDigits(month), d: twoDigits(day), H: hour, M: minute, S: second, s: String(seconds) },
    ...{ T: time, F: `${year}-${twoDigits(month)}-${twoDigits(day)}`, a: weekday, b: name, Z: "UTC" },
  };
  if (format === undefined) out(`${weekday} ${name} ${String(day).padStart(2)} ${time} UTC ${year}\n`);
  else out(`${format.replace(/%([A-Za-z])/g, (all, mark: string) => marks[mark] ?? all)}\n`);
  return 0;
});

const which = tool("which", (argv, { place, out }) => {
  const found = argv.filter((name) => programNamesAt(place).includes(name));
  for (const name of found) out(`/usr/bin/${name}\n`);
  return found.length === argv.length ? 0 : 1;
});

const seq = tool("seq", (argv, { out }) => {
  const numbers = argv.map(Number);
  const [from = 1, step = 1, to = 1] =
    numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  for (
    let value = from, count = 0;
    (step > 0 ? value <= to : value >= to) && count < 10_000;
    value += step || 1, count++
  ) {
    out(`${value}\n`);
  }
  return 0;
});

const clear = tool("clear", (_argv, { out }) => {
  out("\u001b[H\u001b[2J\u001b[3J");
  return 0;
});

const uname = tool("uname", (argv, terminal) => {
  const all = `Linux ${hostnameAt(terminal)} 5.15.0-119-generic #129-Ubuntu SMP x86_64 GNU/Linux`;
  const { flags } = options(argv);
  terminal.out(
    `${flags.has("a") ? all : flags.has("r") ? "5.15.0-119-generic" : flags.has("m") ? "x86_64" : "Linux"}\n`,
  );
  return 0;
});

const ps = tool("ps", (_argv, terminal) => {
  terminal.out("PID   USER     TIME  COMMAND\n    1 root      0:00 (main process)\n");
  return 0;
});

const whoami = tool("whoami", (_argv, { out }) => {
  out("root\n");
  return 0;
});

const id = tool("id", (_argv, { out }) => {
  out("uid=0(root) gid=0(root) groups=0(root)\n");
  return 0;
});

function changeFiles(name: string, change: (path: string, files: Map<string, string>) => void): ShellCommand {
  return tool(name, (argv, terminal) => {
    for (const word of options(argv).words) change(absolutePath(word, terminal), terminal.environment.files);
    return 0;
  });
}

const rm = changeFiles("rm", (path, files) => files.delete(path));
const touch = changeFiles("touch", (path, files) => files.set(path, files.get(path) ?? ""));
const mkdir = changeFiles("mkdir", (path, files) => files.set(`${path}/.keep`, ""));

/** What a shell has in itself and an image has as a program too. */
const ALSO_PROGRAMS = ["echo", "printf", "pwd", "true", "false", "test", "["].map((name) =>
  tool(name, BUILT_INS.get(name)!),
);

/** The programs about the place itself. */
export const SYSTEM_TOOLS: readonly ShellCommand[] = [
  ...ALSO_PROGRAMS,
  ...[sleep, hostname, env, printenv, ls, date, which, seq, xargs, clear, uname, ps, whoami, id, rm, touch, mkdir],
];

import type { ShellCommand, Terminal } from "../command.ts";
import { completeHost } from "./complete-host.ts";
import { type Lookup, lookUp, type Question } from "./lookup.ts";

const TTL_S = 30;

/** `dig [@SERVER] [+short] [+search] NAME`: without `+search` a name is asked for just as it is. A records only. */
export const dig: ShellCommand = {
  name: "dig",
  complete: completeHost,
  run(argv, terminal) {
    const server = argv.find((word) => word.startsWith("@"))?.slice(1);
    const names = argv.filter((word) => !/^[@+-]/.test(word) && !/^(A|AAAA|IN|ANY|SRV|NS|TXT)$/i.test(word));
    const name = names[0] ?? ".";
    const searches = argv.includes("+search");
    const found = lookUp(terminal, searches ? name : `${name.replace(/\.$/, "")}.`, server);
    const shown = found.questions.find((one) => one.state === "found") ?? found.questions.at(-1);
    const isShort = argv.includes("+short");
    if (shown === undefined || shown.state === "unanswered") {
      if (!isShort) terminal.out(banner(name));
      for (let i = 0; i < 3; i++) terminal.out(`;; communications error to ${found.server}#53: timed out\n`);
      terminal.out(isShort ? ";; no servers could be reached\n" : "\n;; no servers could be reached\n");
      return 9;
    }
    if (isShort) for (const address of shown.addresses) terminal.out(`${address}\n`);
    else showLong(terminal, name, found, shown);
    return 0;
  },
};

function banner(name: string): string {
  return `\n; <<>> DiG 9.18.28 <<>> ${name}\n;; global options: +cmd\n`;
}

function showLong(
  { out }: Terminal,
  name: string,
  { server }: Lookup,
  { state, addresses, name: full }: Question,
): void {
  const status = state === "found" ? "NOERROR" : state;
  out(`${banner(name)};; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 4096\n`);
  out(`;; flags: qr aa rd; QUERY: 1, ANSWER: ${addresses.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n`);
  out(`;; QUESTION SECTION:\n;${full}.\t\tIN\tA\n\n`);
  if (addresses.length > 0) {
    out(";; ANSWER SECTION:\n");
    for (const address of addresses) out(`${full}.\t${TTL_S}\tIN\tA\t${address}\n`);
    out("\n");
  }
  out(`;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n\n`);
}

import type { ShellCommand, Terminal } from "../command.ts";
import { flavourAt } from "../images.ts";
import { options } from "../sh/tool.ts";
import { completeHost } from "./complete-host.ts";
import { type Lookup, lookUp, nameServer, reverseName } from "./lookup.ts";
import { isAddress } from "./request.ts";

/** `nslookup NAME [SERVER]` in bind's form, and in busybox's where the image is small. */
export const nslookup: ShellCommand = {
  name: "nslookup",
  complete: completeHost,
  run(argv, terminal) {
    const words = options(argv.filter((word) => !/^-(type|query|q|debug|timeout)/.test(word))).words;
    const [name, server] = words;
    if (name === undefined) {
      terminal.err("Usage: nslookup [HOST] [DNS_SERVER]\n");
      return 1;
    }
    const small = flavourAt(terminal.place) === "busybox";
    if (isAddress(name)) return reverse(terminal, name, server ?? nameServer(terminal), small);
    const found = lookUp(terminal, name, server);
    return small ? showSmall(terminal, found) : showLarge(terminal, name, found);
  },
};

function head({ out }: Terminal, server: string, small: boolean): void {
  out(`Server:\t\t${server}\nAddress:\t${server}${small ? ":" : "#"}53\n\n`);
}

function reverse(terminal: Terminal, address: string, server: string, small: boolean): number {
  head(terminal, server, small);
  terminal.out(`** server can't find ${reverseName(address)}: NXDOMAIN\n\n`);
  return 1;
}

function showLarge(terminal: Terminal, name: string, { server, questions }: Lookup): number {
  const { out } = terminal;
  const found = questions.find((one) => one.state === "found");
  if (found === undefined && questions.every((one) => one.state === "unanswered")) {
    out(`;; communications error to ${server}#53: timed out\n`.repeat(3));
    out(";; no servers could be reached\n\n\n");
    return 1;
  }
  head(terminal, server, false);
  if (found === undefined) {
    const last = questions.find((one) => one.state !== "unanswered")!;
    out(`** server can't find ${name.replace(/\.$/, "")}: ${last.state}\n\n`);
    return 1;
  }
  if (found.addresses.length === 0) out(`*** Can't find ${name}: No answer\n`);
  for (const address of found.addresses) out(`Name:\t${found.name}\nAddress: ${address}\n`);
  out("\n");
  return found.addresses.length === 0 ? 1 : 0;
}

function showSmall(terminal: Terminal, { server, questions }: Lookup): number {
  const { out, err } = terminal;
  if (questions.every((one) => one.state === "unanswered")) {
    err(";; connection timed out; no servers could be reached\n\n");
    return 1;
  }
  head(terminal, server, true);
  for (const { name, state, addresses } of questions) {
    if (state === "found") out(`${addresses.map((address) => `Name:\t${name}\nAddress: ${address}\n`).join("")}\n`);
    else if (state !== "unanswered") out(`** server can't find ${name}: ${state}\n\n`);
  }
  return questions.some((one) => one.state === "found") ? 0 : 1;
}

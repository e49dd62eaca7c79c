import type { KubeObject } from "../sim/api/types.ts";
import type { ShellClient } from "./client.ts";
import { newEnvironment, type ShellCommand, type Terminal } from "./command.ts";
import { textAt } from "./kubectl/json-values.ts";
import { placeText } from "./place.ts";
import { promptOf } from "./sh/sh.ts";
import { readAll, withStdin } from "./stdin.ts";

const EXIT_SSH = 255;
const NO_FILES = { read: () => undefined };
/** How long Linux tries to connect to a machine that does not answer. */
const TIMEOUT_US = 134_000_000;

/** `ssh NODE [COMMAND…]`: a shell, or one command, on a machine of the cluster. Options and user names are passed over. */
export const ssh: ShellCommand = {
  name: "ssh",
  run(argv, terminal) {
    const at = argv.findIndex((word, i) => !word.startsWith("-") && !/^-[iopl]$/.test(argv[i - 1] ?? ""));
    const host = argv[at]?.replace(/^.*@/, "");
    if (host === undefined) {
      terminal.err("usage: ssh [-p port] [user@]host [command [argument ...]]\n");
      return EXIT_SSH;
    }
    const refusal = refusalOf(terminal, host);
    if (refusal !== undefined) {
      terminal.err(`ssh: ${refusal}\n`);
      return EXIT_SSH;
    }
    const place = { kind: "node", name: host } as const;
    const environment = newEnvironment([
      ["HOME", "/root"],
      ["PWD", "/root"],
      ["HOSTNAME", host],
      ["USER", "root"],
    ]);
    const command = argv.slice(at + 1);
    if (command.length > 0) {
      // The words go over as one text, which the machine's own shell reads; so does all of standard input.
      const { stdin } = terminal.files;
      const files = stdin === undefined ? NO_FILES : withStdin(NO_FILES, readAll(terminal.files));
      const change = { place, environment, files, interactive: false };
      return terminal.spawn(["sh", "-c", command.join(" ")], change) ?? EXIT_SSH;
    }
    const left = (exit: number, { err }: Pick<Terminal, "err">) => {
      err(`Connection to ${host} closed.\n`);
      return exit;
    };
    terminal.enter?.({ place, environment, prompt: promptOf(place), left });
    return 0;
  },
  complete: (argv, client) => {
    const words = argv.slice(0, -1).filter((word) => !word.startsWith("-"));
    return words.length > 0 ? [] : machineNames(client).filter((name) => name.startsWith(argv.at(-1) ?? ""));
  },
};

/** Why a machine can't be logged in to; undefined when its port 22 answers the user's own machine. */
function refusalOf({ client, place }: Terminal, host: string): string | undefined {
  const isUp = client.network.namespace(`node/${host}`) !== undefined;
  if (!isUp && !machineNames(client).includes(host)) {
    return `Could not resolve hostname ${host}: Name or service not known`;
  }
  const { outcome } = client.network.trace(placeText(place), `node/${host}:22`, { timeoutUs: TIMEOUT_US });
  if (outcome.kind === "answered") return undefined;
  const reasons = { refused: "Connection refused", "timed out": "Connection timed out" };
  return `connect to host ${host} port 22: ${reasons[outcome.kind as "refused"] ?? "No route to host"}`;
}

/** The machines of the cluster, by the names of their Nodes. */
function machineNames(client: ShellClient): readonly string[] {
  const answer = client.request({ verb: "list", group: "", version: "v1", resource: "nodes" });
  if (!("code" in answer) || answer.code !== 200) return [];
  const items = (answer.body as { readonly items?: readonly KubeObject[] }).items ?? [];
  return items.map((item) => textAt(item, "metadata", "name"));
}

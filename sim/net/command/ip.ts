/**
 * The `ip` command: its own options, its objects and their verbs, abbreviated as one types them (iproute2 6.1, ip/ip.c).
 * Left out: objects that the modelled devices do not have, JSON, batches.
 * Invariant: every object and verb goes to one function.
 */
import { IpError } from "../route/route-text.ts";
import { completed, inNamespace, type Run, type Said, Words } from "./command.ts";
import { addAddressCommand, deleteAddress, flushAddresses, type Looks, showAddress } from "./ip-address.ts";
import { addLink, deleteLink, setLink, showLink } from "./ip-link.ts";
import {
  addNeighbour,
  addRule,
  deleteNeighbour,
  deleteRule,
  flushNeighbours,
  flushRules,
  showNamespaces,
  showNeighbour,
  showRules,
  verbOf,
} from "./ip-neighbour.ts";
import { addRoute, deleteRoute, flushRoutes, getRoute, showRoute } from "./ip-route.ts";

type Verb = (run: Run, words: Words, looks: Looks) => Said;

/** Verbs in the order in which iproute2 tries abbreviations. */
const objects: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  address: {
    add: (run, words) => addAddressCommand(run, words, false),
    change: (run, words) => addAddressCommand(run, words, true),
    replace: (run, words) => addAddressCommand(run, words, true),
    delete: deleteAddress,
    show: showAddress,
    flush: flushAddresses,
  },
  route: {
    add: (run, words) => addRoute(run, words, "add"),
    append: (run, words) => addRoute(run, words, "append"),
    change: (run, words) => addRoute(run, words, "change"),
    replace: (run, words) => addRoute(run, words, "replace"),
    delete: deleteRoute,
    get: getRoute,
    show: showRoute,
    flush: flushRoutes,
  },
  rule: { add: addRule, delete: deleteRule, show: showRules, flush: flushRules },
  neighbor: {
    add: (run, words) => addNeighbour(run, words, "add"),
    change: (run, words) => addNeighbour(run, words, "change"),
    replace: (run, words) => addNeighbour(run, words, "replace"),
    delete: deleteNeighbour,
    show: showNeighbour,
    flush: flushNeighbours,
  },
  neighbour: {},
  link: { add: addLink, set: setLink, delete: deleteLink, show: showLink },
  netns: { show: showNamespaces },
};

/** How iproute2 calls an object in its own messages. */
const helpNames: Readonly<Record<string, string>> = { neighbor: "neigh" };

const usage = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | link | neighbour | netns | route | rule }
       OPTIONS := { -V[ersion] | -4 | -br[ief] | -o[neline] | -n[etns] name }`;

interface Options extends Looks {
  readonly netns: string | undefined;
  readonly object: string | undefined;
}

function readOptions(words: Words): Options {
  let brief = false;
  let oneLine = false;
  let onlyInet = false;
  let netns: string | undefined;
  for (;;) {
    const word = words.next();
    if (word === undefined || !word.startsWith("-")) return { brief, oneLine, onlyInet, netns, object: word };
    const option = word.replace(/^--?/, "");
    if (option.length >= 2 && "brief".startsWith(option)) brief = true;
    else if (option !== "" && "oneline".startsWith(option)) oneLine = true;
    else if (option === "4") onlyInet = true;
    else if (option !== "" && "netns".startsWith(option)) netns = words.value();
    else if (!/^(d(etails)?|s(tatistics)?|c(olor)?(=\w+)?|N(umeric)?)$/.test(option))
      throw new IpError(`Option "${word}" is unknown, try "ip -help".`, 255);
  }
}

/** Runs `ip` with the words behind its name. Throws IpError with what it prints. */
export function runIp(run: Run, given: readonly string[]): Said {
  if (given[0] === "-V" || given[0] === "-Version") return { stdout: "ip utility, iproute2-6.1.0, libbpf 1.1.2\n" };
  const words = new Words(given);
  const { object: word, netns, ...looks } = readOptions(words);
  if (word === undefined) throw new IpError(usage, 255);
  const object = completed(word, Object.keys(objects));
  if (object === undefined) throw new IpError(`Object "${word}" is unknown, try "ip help".`, 1);
  const name = object === "neighbour" ? "neighbor" : object;
  const verbs = objects[name]!;
  const verb = verbOf(helpNames[name] ?? name, words.next(), [...Object.keys(verbs), "list", "lst", "ls"]);
  return verbs[verb]!(netns === undefined ? run : inNamespace(run, netns), words, looks);
}

/**
 * All that lessons, cells and scripts use: make a cluster, type commands, show pictures.
 * The same names work in our notebook kernel, in any other one, and in a plain script; a host that has a screen of its
 * own connects itself with `connectHost`.
 */

import {
  clusterClient,
  createShell,
  createTemplates,
  firstYamlBreak,
  type ShellFiles,
  type ShellTag,
  type TemplateResult,
} from "../shell/index.ts";
import { yamlText } from "../shell/kubectl/yaml-print.ts";
import { Cluster, type ClusterOptions, type Descriptions, type Snapshot, type Trace } from "../sim/index.ts";
import {
  componentMap,
  type Display,
  exchangeMatrix,
  journalView,
  type MatrixOptions,
  nodeInterior,
  ownerTree,
  pathLadder,
  placementGrid,
  requestSequence,
  timelineView,
  VIEW_TYPE,
  whyView,
} from "../views/index.ts";
import { bootedCluster } from "./booted.ts";
import { type HttpCall, type HttpResult, sendHttp } from "./http.ts";
import type { Lesson } from "./lesson.ts";
import type { ShownForms } from "./lesson-values.ts";
import type { LessonPanels } from "./live/lesson-panels.ts";
import { LiveDisplays, type LiveSource } from "./live/live-displays.ts";
import { LiveSession } from "./live/session.ts";
import { OpenLessons } from "./open-lessons.ts";
import { printedAs } from "./printed.ts";

export { type Exchange, exchangesOf, partyNamed } from "../views/index.ts";
export type {
  Attempt,
  Check,
  Checks,
  Draw,
  Finding,
  Judged,
  Plain,
  Scenario,
  Scenarios,
  Solutions,
} from "./exercise.ts";
export type { HttpCall, HttpResult } from "./http.ts";
export type { GivenAnswer, Lesson } from "./lesson.ts";
export type { CheckResult, LessonNote } from "./lesson-values.ts";
export type { LessonProgress } from "./live/lesson-protocol.ts";
export type { ProgressReport } from "./progress-report.ts";
export type { Cluster, ClusterOptions, Display, Snapshot, TemplateResult, Trace };

/** What a notebook kernel or another host offers: where text goes, and which files commands may read. */
export interface Host {
  /** Shows what a command has printed, at once; without it, a command's result prints itself when it is looked at. */
  write?(stream: "stdout" | "stderr", text: string): void;
  /** Files by name, as `-f web.yaml` reads them; undefined if there is none. */
  readFile(path: string): string | undefined;
  /** Shows something at once, under the running cell. */
  show?(forms: ShownForms): void;
  /** Whether a picture that a console prints is shown by `show`, because printing is all that this host does with a value. */
  readonly showsPrinted?: boolean;
  /** The text of a lesson's lesson.md; undefined if there is none. Without it, codes take the place of words. */
  readLesson?(slug: string): string | undefined;
  /** The words of the API's types, as `kubectl explain` shows them; without it, it says that there are none. */
  readonly descriptions?: Descriptions;
  /** Runs what a lesson does for itself; what learners' code prints meanwhile must not look like an error of the cell. */
  aside?<T>(act: () => T): T;
  /** The course's key, where an autograder runs the cells: procedures are then tried on variants that nobody has seen. */
  readonly courseKey?: string;
  /** What no other process has: with it, displays can be joined by live views (`liveSession`). */
  readonly session?: string;
}

let host: Host | undefined;
let newest: Cluster | undefined;
const clusters = new Set<Cluster>();

/** Connects the host that shows things; without one, results print themselves when they are looked at. */
export function connectHost(connected: Host | undefined): void {
  host = connected;
  displays = connected?.session === undefined ? undefined : new LiveDisplays(connected.session);
}

let displays: LiveDisplays | undefined;

/** The other end of live views, toolbars and terminals. Throws an Error when the connected host named no session. */
export function liveSession(): LiveSession {
  if (displays === undefined) throw new Error("connectHost() was not given a session, so nothing can be live");
  const yaml = (object: object): string => yamlText(object as Parameters<typeof yamlText>[0]);
  return new LiveSession({ displays, yaml, currentCluster: () => newest, shellOf });
}

/** All clusters made so far. */
export function knownClusters(): readonly Cluster[] {
  return [...clusters];
}

/** Forgets all clusters made so far, and the current one: for who makes thousands of them. */
export function forgetClusters(): void {
  clusters.clear();
  newest = undefined;
}

/** The cluster that bare commands such as kubectl`…` talk to: the one made or used last. Throws an Error if none is. */
export function currentCluster(): Cluster {
  if (newest === undefined) throw new Error("there is no cluster yet; make one with orrery.create()");
  return newest;
}

/** Makes and finds clusters. */
export const orrery = {
  /** Makes a cluster and boots it; it becomes the one that bare commands talk to. */
  create(options: ClusterOptions = {}): Cluster {
    return orrery.use(Cluster.create(options));
  },
  /** Makes a cluster whose machines have just been switched on, so that its boot can be stepped through. */
  empty(options: ClusterOptions = {}): Cluster {
    return orrery.use(Cluster.empty(options));
  },
  /** Makes bare commands talk to this cluster, e.g. to a fork. */
  use(cluster: Cluster): Cluster {
    clusters.add(cluster);
    newest = cluster;
    return cluster;
  },
  /** Makes a cluster as `create` does and leaves the current one as it is: for scenarios of lessons. */
  build(options: ClusterOptions = {}): Cluster {
    return bootedCluster(options);
  },
  /**
   * Opens a lesson, e.g. "01-whole-cluster"; `token` stands in a notebook that was handed to a student. Throws a RangeError if
   * there is no such lesson, a TokenError for a wrong token, and a LessonError for a lesson whose text is broken.
   */
  lesson(slug: string, token?: string): Lesson {
    return lessons.open(slug, token, {
      text: host?.readLesson?.(slug),
      courseKey: host?.courseKey,
      show: host?.show?.bind(host),
      use: (cluster) => void orrery.use(cluster),
      apart,
    });
  },
  /** The cluster that bare commands talk to. */
  get current(): Cluster {
    return currentCluster();
  },
};

const lessons = new OpenLessons();

/** The other end of lesson panels. */
export function lessonPanels(): LessonPanels {
  return lessons.panels();
}

/** Does what a lesson's own code does: nothing is shown, and neither the current cluster nor the known ones change. */
function apart<T>(act: () => T): T {
  const [shownBy, current, known] = [host, newest, [...clusters]];
  host = undefined;
  try {
    return shownBy?.aside === undefined ? act() : shownBy.aside(act);
  } finally {
    host = shownBy;
    newest = current;
    clusters.clear();
    for (const cluster of known) clusters.add(cluster);
  }
}

const files: ShellFiles = { read: (path) => host?.readFile(path) };
const shells = new WeakMap<Cluster, ReturnType<typeof createShell>>();

function shellOf(cluster: Cluster): ReturnType<typeof createShell> {
  let shell = shells.get(cluster);
  if (shell === undefined) {
    shell = createShell(clusterClient(cluster, host?.descriptions), files);
    shells.set(cluster, shell);
  }
  return shell;
}

/** Runs a command line such as "kubectl get pods" on a cluster, with its output shown by the host if there is one. */
export function runCommand(line: string, cluster: Cluster = currentCluster(), stdin?: string): TemplateResult {
  const given: ShellFiles = stdin === undefined ? files : { ...files, stdin };
  const result = shellOf(cluster).run(line, given);
  const stderr = result.exit === 0 || stdin === undefined ? result.stderr : withPosition(result.stderr, stdin);
  return shown({ ...result, stderr, ok: result.exit === 0, toString: () => result.stdout + stderr });
}

/** Runs lines of the small shell, with pipes, variables and loops, where the user sits: outside the cluster. */
export function runScript(text: string, cluster: Cluster = currentCluster()): TemplateResult {
  const { exit, stdout, stderr } = shellOf(cluster).script(text);
  return shown({ exit, stdout, stderr, ok: exit === 0, toString: () => stdout + stderr });
}

/** A YAML error with the column added, which the real tool does not tell. */
function withPosition(stderr: string, text: string): string {
  const found = stderr.includes("error converting YAML to JSON") ? firstYamlBreak(text) : undefined;
  return found === undefined ? stderr : `${stderr}line ${found.line}, column ${found.column}: ${found.words}\n`;
}

function shown(result: TemplateResult): TemplateResult {
  if (host?.write === undefined) return printedAs({ ...result }, () => String(result));
  if (result.stdout !== "") host.write("stdout", result.stdout);
  if (result.stderr !== "") host.write("stderr", result.stderr);
  const seen = { ...result, toString: () => "" };
  return host.showsPrinted ? printedAs(seen, () => "") : seen;
}

/** The programs that have a tag of their own; `ssh` reaches all others: ssh`worker-1 iptables-save`. */
export type Commands = Readonly<Record<(typeof commandNames)[number], ShellTag>>;

/** Names of the programs that have a tag and a `%` line of their own. */
export const commandNames = ["curl", "dig", "kubectl", "nslookup", "ping", "ssh", "traceroute"] as const;

const eachCommand = (tagOf: (name: (typeof commandNames)[number]) => ShellTag): Commands =>
  Object.fromEntries(commandNames.map((name) => [name, tagOf(name)])) as Commands;

/** The commands of one cluster: const { kubectl, ssh } = commandsOf(fork). */
export function commandsOf(cluster: Cluster): Commands {
  const tags = createTemplates(shellOf(cluster), files);
  return eachCommand(
    (name) =>
      (parts, ...values) =>
        shown((tags[name] as ShellTag)(parts, ...values)),
  );
}

/** The commands of the current cluster, as tagged templates: commands.curl`http://203.0.113.10`. */
export const commands: Commands = eachCommand(
  (name) =>
    (parts, ...values) =>
      commandsOf(currentCluster())[name](parts, ...values),
);

/** kubectl for the current cluster, as a tagged template: kubectl`create deployment web --image=nginx`. */
export const kubectl: ShellTag = commands.kubectl;

/** Sends plain HTTP to the API server of the current cluster: http({ path: "/api/v1/nodes" }). Throws a RangeError if nobody answers. */
export function http(call: HttpCall, cluster: Cluster = currentCluster()): HttpResult {
  return sendHttp(cluster, call);
}

/** How many steps a picture holds as frames unless asked otherwise. */
const framesDefault = 8;
const timelineSteps = 40;

/** How a picture is made, each time anew: at the cluster's present moment, with so many steps before it as frames. */
type Make = (cluster: Cluster, steps: number) => Display;

/** In a large cluster a step that goes to a page reads fewer moments: it shows the last one alone. */
const largeNodes = 100;
const largeSteps = 4;

/** Marks what a display sends so that a live view can join; in a host without a session it stays as it is. */
function joinable(display: Display, source: LiveSource): Display {
  const register = displays;
  const toMimeBundle: Display["toMimeBundle"] = () => {
    const bundle = display.toMimeBundle();
    const frames = register && bundle[VIEW_TYPE];
    return frames ? { ...bundle, [VIEW_TYPE]: { ...frames, live: register.add(source) } } : bundle;
  };
  return printedAs({ ...display, toMimeBundle }, () => printedDisplay(display));
}

/** A picture that a console prints: its text, unless the host has a better place for it. */
function printedDisplay(display: Display): string {
  if (!host?.showsPrinted || host.show === undefined) return String(display);
  host.show(display.toMimeBundle());
  return "";
}

/** A picture of a cluster that follows it; `shows` is the same for pictures of the same thing. */
function following(cluster: Cluster, shows: string, steps: number, make: Make): Display {
  const { zones, workersPerZone } = cluster.options;
  const few = zones * workersPerZone > largeNodes ? Math.min(steps, largeSteps) : steps;
  return joinable(make(cluster, steps), { cluster, shows, remake: () => make(cluster, few) });
}

/** What most pictures let one choose. */
interface ShowOptions {
  /** Steps before the present one to keep as frames; 8 unless given. */
  readonly steps?: number;
  /** Width in CSS pixels; 900 unless given. */
  readonly width?: number;
}

/** The cluster right after an earlier step, with the record of so many steps before it. */
function momentOf(cluster: Cluster, step: number, steps: number): Snapshot {
  const then = cluster.fork();
  then.goto(step);
  return then.snapshot(steps);
}

/** User-Agent of the request that an operation sent. */
function agentOf(cluster: Cluster, operation: number): string | undefined {
  const done = cluster.operations[operation]?.operation;
  return done?.kind === "request" ? done.request.userAgent : undefined;
}

/** Pictures. Each is a value: the last expression of a cell shows it. */
export const show = {
  /** The component map of a cluster, with the last `steps` steps as frames. */
  components(cluster: Cluster = currentCluster(), options: ShowOptions = {}): Display {
    const { steps = framesDefault, ...rest } = options;
    return following(cluster, "components", steps, (present, n) => componentMap(present.frames(n), rest));
  },
  /** The inside of a machine, e.g. "worker-1": its network namespaces, their interfaces, routes and rules. */
  node(
    machine: string,
    options: Parameters<typeof nodeInterior>[2] & ShowOptions & { readonly cluster?: Cluster } = {},
  ): Display {
    const { steps = framesDefault, cluster = currentCluster(), ...rest } = options;
    const draw: Make = (present, n) => nodeInterior(present.frames(n), machine, rest);
    return following(cluster, `node/${machine}`, steps, draw);
  },
  /** A packet's way, hop by hop and rule by rule: show.path(cluster.trace("pod/client", "http://web")). */
  path(trace: Trace, options: Parameters<typeof pathLadder>[1] = {}, cluster: Cluster = currentCluster()): Display {
    if (typeof trace !== "object" || trace === null || !Array.isArray(trace.legs))
      throw new TypeError('show.path() wants a trace, such as cluster.trace("pod/client", "http://web")');
    return joinable(pathLadder(trace, options), { cluster, shows: `path/${trace.from}/${trace.to}` });
  },
  /** Who owns whom: Deployments, ReplicaSets and pods, of one namespace if it is given. */
  tree(options: ShowOptions & { readonly namespace?: string; readonly cluster?: Cluster } = {}): Display {
    const { steps = framesDefault, cluster = currentCluster(), ...rest } = options;
    const draw: Make = (present, n) => ownerTree(present.frames(n), rest);
    return following(cluster, `tree/${rest.namespace ?? ""}`, steps, draw);
  },
  /** The last steps on a line of time, a lane for each component; with `object`, its chain of causes. */
  timeline(options: ShowOptions & { readonly object?: string; readonly cluster?: Cluster } = {}): Display {
    const { steps = timelineSteps, cluster = currentCluster(), ...rest } = options;
    const draw: Make = (present) => timelineView(present.snapshot(steps), { ...rest, steps });
    return following(cluster, `timeline/${rest.object ?? ""}`, steps, draw);
  },
  /**
   * Who talked to whom, of all components, since the start or since a step; `guess` lays a table of one's own over it:
   * show.matrix(cluster, { guess: [["kubelet", "kube-apiserver"]] }).
   */
  matrix(cluster: Cluster = currentCluster(), options: MatrixOptions & { readonly since?: number } = {}): Display {
    const { steps = framesDefault, since = 0, ...rest } = options;
    const draw: Make = (present, n) => {
      const record = present.snapshot(Math.max(1, present.steps - since));
      return exchangeMatrix(record, { ...rest, steps: n });
    };
    return following(cluster, `matrix/${since}`, steps, draw);
  },
  /**
   * One request from its client to the watchers that learn of it: the newest write that came from outside, the newest about
   * an object, e.g. show.sequence("deployment/web"), or the one that kube-apiserver handled in a step.
   */
  sequence(wanted?: string | number, options: ShowOptions & { readonly cluster?: Cluster } = {}): Display {
    const { cluster = currentCluster(), steps: _, ...rest } = options;
    const request = typeof wanted === "string" ? { object: wanted } : wanted === undefined ? {} : { step: wanted };
    const draw: Make = (present) =>
      requestSequence(present.snapshot(present.steps), {
        ...rest,
        ...request,
        momentOf: (step, steps) => momentOf(present, step, steps),
        agentOf: (at) => agentOf(present, at),
      });
    return following(cluster, `sequence/${wanted ?? ""}`, 1, draw);
  },
  /** Which pod runs on which machine, whose it is, and who waits for a machine, because of what. */
  placement(cluster: Cluster = currentCluster(), options: ShowOptions = {}): Display {
    const { steps = framesDefault, ...rest } = options;
    return following(cluster, "placement", steps, (present, n) => placementGrid(present.frames(n), rest));
  },
  /** Why an object is as it is: the chain of causes, newest last. */
  why(object: string, cluster: Cluster = currentCluster()): Display {
    return following(cluster, `why/${object}`, 1, (present) => whyView(present.why(object).entries, object));
  },
  /** What happened in the last steps: who did what, because of what. */
  journal(cluster: Cluster = currentCluster(), steps = framesDefault): Display {
    return following(cluster, "journal", steps, (present) => journalView([present.snapshot(steps)]));
  },
};

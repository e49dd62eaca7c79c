/**
 * Replays recorded kubectl scenarios through our shell on a simulated cluster: one verdict a command. Each scenario begins
 * with an empty cluster of six nodes. Our machines hold the recorded Services' network, so addresses are rewritten both ways.
 */
import { packageDescriptions } from "../../../gateway/descriptions.ts";
import { Cluster } from "../../../sim/index.ts";
import { clusterClient, createShell, type ShellClient } from "../../../shell/index.ts";
import { newEnvironment } from "../../../shell/command.ts";
import { normText } from "../support/normalise.ts";
import { StandIn } from "../kubectl/stand-in.ts";

/** The real tool takes so long to start: what a command set off has begun when the next one looks. */
const START_US = 100_000;

const descriptions = packageDescriptions();

/** What a command came to. */
interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command, or a pause. */
interface Step extends Partial<Answer> {
  readonly argv?: readonly string[];
  readonly stdin?: string;
  readonly editorSed?: string;
  readonly unstable?: boolean;
  readonly second?: Partial<Answer>;
  readonly skipCompare?: boolean;
  readonly settle?: boolean;
  readonly sleepMs?: number;
  readonly stoppedAfterMs?: number;
}

interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** How one command did. */
export interface Verdict {
  /** Scenario, index of the step, and its words. */
  readonly case: string;
  readonly agree: boolean | null;
  readonly actual: Answer;
  readonly expected?: Answer;
}

/** The verdicts of all scenarios, in order. */
export function* replayAll(recorded: readonly unknown[]): Generator<Verdict> {
  for (const scenario of recorded) yield* replayScenario(scenario as Scenario);
}

function* replayScenario({ name, files, steps }: Scenario): Generator<Verdict> {
  const cluster = Cluster.create({ workersPerZone: 0, addons: false });
  const standIn = new StandIn(cluster);
  const client = clientOf(cluster, standIn);
  for (const [index, step] of steps.entries()) {
    if (step.settle === true) standIn.settle();
    if (step.sleepMs !== undefined) standIn.advance(step.sleepMs * 1000);
    if (step.argv === undefined) continue;
    standIn.advance(START_US);
    standIn.begin(step.stoppedAfterMs === undefined ? Number.POSITIVE_INFINITY : step.stoppedAfterMs * 1000);
    const actual = attempted(() => answer(client, files, step));
    const said = { case: `${name} ${index} ${step.argv.join(" ")}`, actual };
    const { exit, stdout, stderr } = step;
    if (exit === undefined || stdout === undefined || stderr === undefined) yield { ...said, agree: null };
    else if (step.skipCompare === true) yield { ...said, agree: null };
    else yield { ...said, agree: agrees(step, actual), expected: { exit, stdout, stderr } };
  }
}

function clientOf(cluster: Cluster, standIn: StandIn): ShellClient {
  const client = clusterClient(cluster, descriptions);
  return {
    request: (request) => client.request(request),
    server: client.server,
    descriptions,
    step: () => standIn.step(),
    advance: (us) => {
      standIn.advance(us);
    },
    get now() {
      return cluster.now;
    },
    get wallMs() {
      return cluster.wallMs;
    },
    network: client.network,
  };
}

/** A command that makes ours throw is one that does not agree; the others still count. */
function attempted(run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    return { exit: null, stdout: "", stderr: String((error as Error).stack ?? error) };
  }
}

function answer(client: ShellClient, files: Scenario["files"], { argv = [], stdin, editorSed }: Step): Answer {
  const read = (path: string) => (files[path] === undefined ? undefined : toOurs(files[path]));
  const environment = newEnvironment();
  if (editorSed !== undefined) environment.variables.set("KUBE_EDITOR", `sed -i ${quoted(editorSed)}`);
  const shell = createShell(client);
  const line = ["kubectl", ...argv].map((word) => quoted(toOurs(word))).join(" ");
  const choice = { files: stdin === undefined ? { read } : { read, stdin: toOurs(stdin) }, environment };
  const { exit, stdout, stderr } = shell.script(line, choice);
  return { exit, stdout: normText(toRecorded(stdout)), stderr: normText(toRecorded(stderr)) };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function toOurs(text: string): string {
  return text.replace(/\b10\.0\.(\d+\.\d+)\b/g, "172.21.$1");
}

function toRecorded(text: string): string {
  return text.replace(/\b172\.21\.(\d+\.\d+)\b/g, "10.0.$1").replaceAll("10.0.0.10:6443", "127.0.0.1:16463");
}

/** Equal to the recording, or to its second run; where the two differ, equal in what they have in common. */
function agrees(step: Step, actual: Answer): boolean {
  const runs = [step, { ...step, ...step.second }] as readonly Answer[];
  if (runs.some((run) => isSame(run, actual))) return true;
  return step.unstable === true && runs.some((run) => run.exit === actual.exit && shapes(run) === shapes(actual));
}

function isSame(a: Answer, b: Answer): boolean {
  return a.exit === b.exit && a.stdout === b.stdout && a.stderr === b.stderr;
}

/** The set of lines, without what depends on the choice of a node or on how far something had come. */
function shapes({ stdout, stderr }: Answer): string {
  const shape = (line: string) => line.replace(/node-[abc][12]/g, "<node>").replace(/\d+/g, "0").replace(/\s+/g, " ");
  return [...new Set(`${stdout}\n${stderr}`.split("\n").map(shape))].sort().join("\n");
}

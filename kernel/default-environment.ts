/**
 * What cells see: the cluster, its command line and its pictures, as `lessons/api.ts` has them.
 */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { packageDescriptions } from "../gateway/descriptions.ts";
import * as api from "../lessons/api.ts";
import { registerLessons } from "../lessons/catalogue.ts";
import { LESSON_TARGET } from "../lessons/live/lesson-protocol.ts";
import { CLOCK_TARGET, TERMINAL_TARGET, VIEW_TARGET } from "../lessons/live/protocol.ts";
import { clusterClient, complete } from "../shell/index.ts";
import { Cluster, watchInterruptFlag } from "../sim/index.ts";
import type { CellEnvironment, CommandCall, CommandCompletions, MimeBundle, NotebookHost } from "./environment.ts";
import { readFile, readLesson } from "./lesson-files.ts";

/** `%kubectl …` on the current cluster; a command that fails ends the cell only where the real tool's script would. */
function run({ command, rest, body }: CommandCall): void {
  if (command === "yaml") {
    api.runCommand(`kubectl apply ${rest} -f -`.replace("  ", " "), undefined, body ?? "");
  } else if (command === "sh") api.runScript(body ?? "");
  else api.runCommand(`${command} ${rest}`);
}

function completeCommand(command: string, text: string, cursor: number): CommandCompletions | undefined {
  const [cluster] = api.knownClusters().slice(-1);
  if (cluster === undefined) return undefined;
  const offset = command.length + 1;
  const { start, end, matches } = complete(`${command} ${text}`, cursor + offset, clusterClient(cluster));
  return { start: start - offset, end: end - offset, matches };
}

function display(value: unknown): MimeBundle | undefined {
  if (value instanceof Cluster) return { "text/plain": String(value) };
  if (typeof value !== "object" || value === null) return undefined;
  const printsItself =
    value.toString !== Object.prototype.toString && !Array.isArray(value) && !(value instanceof Error);
  const isOurs = "toMimeBundle" in value || value instanceof Date || value instanceof RegExp;
  if (isOurs || !printsItself || typeof value.toString !== "function") return undefined;
  const text = String(value);
  return text === "" ? {} : { "text/plain": text };
}

/** The environment of the notebook kernel unless another is named. */
export function createEnvironment(host: NotebookHost): CellEnvironment {
  watchInterruptFlag(host.interruptFlag);
  const courseKey = process.env.ORRERY_COURSE_KEY;
  api.connectHost({
    write: (stream, text) => host.output[stream](text),
    show: (forms) => host.output.display({ ...forms }),
    aside: (act) => host.asStdout(act),
    readFile,
    readLesson,
    descriptions: packageDescriptions(),
    session: randomUUID(),
    ...(courseKey ? { courseKey } : {}),
  });
  registerLessons();
  const live = api.liveSession();
  const panels = api.lessonPanels();
  const { orrery, commands, commandsOf, http, show } = api;
  return {
    globals: { orrery, ...commands, commandsOf, http, show },
    declarations: [],
    modules: { "kube-orrery": api },
    commands: api.commandNames,
    cellCommands: ["yaml", "sh"],
    run,
    display,
    beforeCell: () => {
      for (const cluster of api.knownClusters()) cluster.mark();
    },
    afterCell: () => {
      live.changed();
      panels.changed();
    },
    complete: completeCommand,
    comms: {
      [VIEW_TARGET]: (comm, opening) => live.openView(comm, opening),
      [CLOCK_TARGET]: (comm) => live.openClock(comm),
      [TERMINAL_TARGET]: (comm, opening) => live.openTerminal(comm, opening),
      [LESSON_TARGET]: (comm) => panels.open(comm),
    },
  };
}

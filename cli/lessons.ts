import type { Command } from "./command.ts";
import { lessonsBuild } from "./lessons-build.ts";
import { commandList, runOneOf } from "./words.ts";

const commands: readonly Command[] = [lessonsBuild];

const help = `orrery lessons COMMAND [OPTIONS]

${commandList(commands)}`;

/** `orrery lessons …`: what authors of lessons need. */
export const lessons: Command = {
  name: "lessons",
  summary: "compile lessons to notebooks",
  run: (words, output) => runOneOf(commands, help, words, output),
};

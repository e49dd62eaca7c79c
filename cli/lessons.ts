import type { Command } from "./command.ts";
import { lessonsBuild } from "./lessons-build.ts";
import { lessonsCheck } from "./lessons-check.ts";
import { lessonsNew } from "./lessons-new.ts";
import { commandList, runOneOf } from "./words.ts";

const commands: readonly Command[] = [lessonsBuild, lessonsCheck, lessonsNew];

const help = `orrery lessons COMMAND [OPTIONS]

${commandList(commands)}`;

/** `orrery lessons …`: what authors of lessons need. */
export const lessons: Command = {
  name: "lessons",
  summary: "write, prove and hand out lessons",
  run: (words, output) => runOneOf(commands, help, words, output),
};

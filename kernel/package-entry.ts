/**
 * What `import … from "kube-orrery"` means in Node.js: the names of lessons and cells, connected to this process. A plain script
 * prints what it wants to see; in a tslab notebook commands write at once, and pictures that a cell ends with are shown.
 */
import process from "node:process";
import { inspect } from "node:util";
import { packageDescriptions } from "../gateway/descriptions.ts";
import { connectHost } from "../lessons/api.ts";
import { registerLessons } from "../lessons/catalogue.ts";
import { Lesson } from "../lessons/lesson.ts";
import { CheckResult, LessonNote } from "../lessons/lesson-values.ts";
import { Cluster } from "../sim/index.ts";
import { readFile, readLesson } from "./lesson-files.ts";

export * from "../lessons/api.ts";

/** What tslab 1.0 leaves in its process for compiled cells, which may import it by name. */
interface TslabCells {
  readonly require: (name: "tslab") => { readonly display: { html(text: string): void; text(text: string): void } };
}

const files = { readFile, readLesson, descriptions: packageDescriptions() };
const cells = (globalThis as { __tslab__?: TslabCells }).__tslab__;

if (cells === undefined) connectHost(files);
else {
  const { display } = cells.require("tslab");
  connectHost({
    ...files,
    write: (stream, text) => void process[stream].write(text),
    show: (forms) => {
      const html = forms["text/html"];
      if (html === undefined) display.text(forms["text/plain"]);
      else display.html(html);
    },
    showsPrinted: true,
  });
}
registerLessons();

function printed(this: object): string {
  return String(this);
}

// Consoles, and with them tslab, would list the fields of these.
for (const { prototype } of [Cluster, Lesson, LessonNote, CheckResult])
  Object.defineProperty(prototype, inspect.custom, { value: printed });

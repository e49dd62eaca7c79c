/**
 * What a student reads: one page a notebook, static, without script or anything from elsewhere, light and dark. Every text
 * of the notebook is escaped; neither a solution nor a hidden variant is in it.
 */
import type { ExerciseResult, PredictionResult, Result } from "../result.ts";
import { escaped } from "./escape.ts";

const style = `
:root { color-scheme: light dark; --ink: #1d2433; --paper: #fff; --soft: #5a6478; --line: #d5dae3; --good: #17693a; --bad: #a3271b; --bar: #2f6fde; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --paper: #14181f; --soft: #a3adbf; --line: #353d4b; --good: #6fd39a; --bad: #ff9d8f; --bar: #7fabff; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; display: flex; justify-content: space-between; gap: 1rem; }
p { margin: .4rem 0; } .soft { color: var(--soft); } ul { list-style: none; margin: .4rem 0; padding: 0; }
li { padding: .35rem 0 .35rem 1.8rem; border-top: 1px solid var(--line); position: relative; overflow-wrap: anywhere; }
li > b { position: absolute; left: .2rem; } .passed > b { color: var(--good); } .failed > b { color: var(--bad); }
progress { width: 100%; height: .6rem; accent-color: var(--bar); } .points { white-space: nowrap; font-variant-numeric: tabular-nums; }
.flags { border: 1px solid var(--bad); border-radius: .4rem; padding: .5rem 1rem; } code { font-size: .9em; overflow-wrap: anywhere; }
`;

const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;

/** The whole page. */
export function feedbackHtml(result: Result, titleOfLesson: string): string {
  const title = titleOfLesson === "" ? "A notebook that was handed in" : titleOfLesson;
  const { student, points, of, status } = result;
  const head = `<meta charset="utf-8">${policy}<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(`${title}: ${student}`)}</title><style>${style}</style>`;
  const total =
    status === "graded"
      ? `<p><strong class="points">${points} of ${of} points</strong></p><progress max="${of}" value="${points}" aria-label="points">${points} of ${of}</progress>`
      : `<p><strong>${status === "refused" ? "This could not be graded as it was handed in." : "We could not grade this; it is not your fault."}</strong></p>`;
  const body = [
    `<h1>${escaped(title)}</h1><p class="soft"><bdi>${escaped(student)}</bdi> · <code><bdi>${escaped(result.file)}</bdi></code></p>`,
    total,
    flags(result.flags),
    ...(status === "graded" ? result.exercises.map(exercise) : []),
    predictions(result.predictions),
    complaints(result),
  ].join("\n");
  return `<!doctype html>\n<html lang="en"><head>${head}</head>\n<body><main>\n${body}\n</main></body></html>\n`;
}

function item(passed: boolean, message: string): string {
  const [kind, sign, word] = passed ? ["passed", "✓", "passed"] : ["failed", "✗", "not yet"];
  return `<li class="${kind}"><b role="img" aria-label="${word}">${sign}</b>${withCode(message)}</li>`;
}

/** Authors write `code` in messages as they do in Markdown. */
const withCode = (message: string): string => escaped(message).replace(/`([^`]+)`/g, "<code>$1</code>");

function flags(texts: readonly string[]): string {
  if (texts.length === 0) return "";
  return `<div class="flags">${texts.map((text) => `<p>${escaped(`${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`)}</p>`).join("")}</div>`;
}

function exercise({ title, points, of, hints, lines }: ExerciseResult): string {
  const taken = hints === 0 ? "" : `<p class="soft">Hints used: ${hints}. They are paid for in the points.</p>`;
  const list = lines.map(({ passed, message }) => item(passed, message)).join("");
  return `<section><h2>${escaped(title)}<span class="points">${points} of ${of}</span></h2><ul>${list}</ul>${taken}</section>`;
}

/** Questions that were passed over are counted, not held against anybody. */
function predictions(asked: readonly PredictionResult[]): string {
  if (asked.length === 0) return "";
  const list = asked.flatMap(({ question, predicted, right }) =>
    predicted === undefined ? [] : [item(right, `${question.trim()} You expected: ${predicted}`)],
  );
  const left = asked.length - list.length;
  const rest =
    left === 0 ? "" : ` ${left === asked.length ? "None was" : `${list.length} of ${asked.length} were`} made.`;
  return `<section><h2>Predictions</h2><p class="soft">These are not marked.${rest}</p><ul>${list.join("")}</ul></section>`;
}

function complaints({ complaints: found }: Result): string {
  if (found.length === 0) return "";
  const list = found.map(({ cell, message }) => `<li><code>${escaped(cell)}</code>: ${escaped(message)}</li>`);
  return `<section><h2>What was wrong with cells</h2><ul>${list.join("")}</ul></section>`;
}

/** The cells that a question or an exercise becomes, in the order in which a learner meets them. */
import type { ExerciseText } from "./exercise-text.ts";
import type { LessonSource } from "./lesson-source.ts";
import type { Edition } from "./notebook.ts";
import type { Passage } from "./passages.ts";
import { letterOf, lettersOf, type PredictionText } from "./prediction-text.ts";

/** The locked cell that opens a lesson; undefined for one in which nothing is asked. */
export function setupCell(
  { slug, predictions, exercises, body }: LessonSource,
  { token }: Edition,
): Passage | undefined {
  if (predictions.length + exercises.length === 0) return undefined;
  const release = token === undefined ? "" : `, "${token}"`;
  const source = `const lesson = orrery.lesson("${slug}"${release})`;
  return { kind: "code", source, line: body, id: "setup", role: { kind: "locked" } };
}

/** The cells of the block that begins on a line. */
export function cellsOfBlock(lesson: LessonSource, line: number, edition: Edition): readonly Passage[] {
  const question = lesson.predictions.find((each) => each.line === line);
  if (question !== undefined) {
    const isRevealedLater = lesson.reveals.some(({ id }) => id === question.id);
    return [...questionCells(question), ...(isRevealedLater ? [] : [revealCell(question.id, line)])];
  }
  const reveal = lesson.reveals.find((each) => each.line === line);
  if (reveal !== undefined) return [revealCell(reveal.id, line)];
  const exercise = lesson.exercises.find((each) => each.line === line);
  if (exercise !== undefined) return exerciseCells(exercise, edition);
  throw lesson.text.error(
    line,
    "this block is read in two ways: put blank lines round it, and no other block's marks into it",
  );
}

function questionCells({ id, question, choices, line }: PredictionText): readonly Passage[] {
  const list = choices.map((choice, index) => `- **${letterOf(index)}**: ${choice}`).join("\n");
  const wish = `Write ${lettersOf(choices)} between the quotes and run the cell:`;
  return [
    {
      kind: "prose",
      source: `**What do you expect?** ${question}\n\n${list}\n\n${wish}`,
      line,
      id: `${id}-question`,
      role: { kind: "locked" },
    },
    { kind: "code", source: `lesson.predict("${id}", "")`, line, id },
  ];
}

const revealCell = (id: string, line: number): Passage => ({
  kind: "code",
  source: `lesson.reveal("${id}")`,
  line,
  id: `${id}-reveal`,
});

function exerciseCells(exercise: ExerciseText, { forNbgrader = false }: Edition): readonly Passage[] {
  const { id, points, starter, start, line } = exercise;
  const answer = forNbgrader ? `${starter}\n// BEGIN SOLUTION\n// END SOLUTION` : starter;
  const code = (source: string, name: string, role: NonNullable<Passage["role"]>): Passage => ({
    kind: "code",
    source,
    line,
    id: name,
    role,
  });
  return [
    { kind: "prose", source: taskWords(exercise), line, id: `${id}-task`, role: { kind: "locked" } },
    ...(start === undefined ? [] : [code(start, `${id}-start`, { kind: "locked" })]),
    code(answer, id, { kind: "answer" }),
    code(`lesson.check("${id}")`, `${id}-check`, { kind: "check", points }),
  ];
}

function taskWords({ id, title, points, task, hints }: ExerciseText): string {
  const worth = `${points} ${points === 1 ? "point" : "points"}`;
  const costs = hints.map(({ cost }) => `${Math.round(cost * 100)} %`);
  const last = costs.pop();
  const hint = `*Stuck? \`lesson.hint("${id}")\` gives a hint; the ${costs.length + 1} cost ${costs.join(", ")} and ${last} of the points.*`;
  return `### Exercise: ${title} (${worth})\n\n${task}\n\n${hint}`;
}

import type { LessonText } from "./lesson-text.ts";

/** A fenced block of a lesson that says something about the lesson, and becomes several cells. */
export interface Block {
  readonly kind: BlockKind;
  /** Index of the opening fence's line. */
  readonly line: number;
  /** What stands between the fences. */
  readonly body: string;
}

/** The languages of such blocks. */
export const blockKinds = ["predict", "reveal", "exercise"] as const;
/** One of them. */
export type BlockKind = (typeof blockKinds)[number];

/** Whether a fence's language is one of a block. */
export const isBlockKind = (language: string): language is BlockKind =>
  (blockKinds as readonly string[]).includes(language);

/**
 * Finds the blocks without reading Markdown as a whole: what needs a lesson's words while it is taught must start fast. The
 * compiler, which reads it all, holds that both find the same.
 */
export function blocksOf(text: LessonText, body: number): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = body; at < text.lines.length; at++) {
    const line = text.lines[at]!;
    const [, mark, language = ""] = /^ {0,3}(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? [];
    if (mark === undefined) continue;
    const end = endOfFence(text.lines, at, mark);
    if (isBlockKind(language))
      blocks.push({ kind: language, line: at, body: text.lines.slice(at + 1, end).join("\n") });
    at = end;
  }
  return blocks;
}

function endOfFence(lines: readonly string[], start: number, mark: string): number {
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line.length >= mark.length && [...line].every((char) => char === mark[0])) return at;
  }
  return lines.length;
}

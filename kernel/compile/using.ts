import type MagicString from "magic-string";
import type { Program } from "oxc-parser";

/**
 * Rewrites `using x = e` at the top of a cell to `const x = $orrery.using(e)`, because the transform would wrap the whole
 * cell in a `try` and so hide its declarations. The value is disposed when the cell ends, as at the end of a module.
 */
export function rewriteUsing(program: Program, edits: MagicString): void {
  for (const statement of program.body) {
    if (statement.type !== "VariableDeclaration" || !statement.kind.endsWith("using")) continue;
    const isAsync = statement.kind === "await using";
    edits.update(statement.start, statement.start + statement.kind.length, "const");
    for (const { init } of statement.declarations) {
      if (!init) continue;
      edits.appendRight(init.start, isAsync ? "await $orrery.usingLater(" : "$orrery.using(");
      edits.prependLeft(init.end, ")");
    }
  }
}

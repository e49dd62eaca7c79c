import type MagicString from "magic-string";
import type { Node } from "oxc-parser";

/**
 * What an interrupt is noticed by: one read of shared memory in each loop pass and function entry. It holds for code after
 * an `await` and in timers too, where no other safe way to stop a running loop exists.
 */
const STATEMENT = "if ($orreryFlag[0]) $orrery.stop();";
const EXPRESSION = "($orreryFlag[0] && $orrery.stop(), ";

function guardFunctionBody(body: Node, isExpression: boolean, edits: MagicString): void {
  if (isExpression) {
    edits.appendRight(body.start, EXPRESSION);
    edits.prependLeft(body.end, ")");
    return;
  }
  if (body.type !== "BlockStatement") return;
  let at = body.start + 1;
  for (const statement of body.body) {
    if (statement.type !== "ExpressionStatement" || typeof statement.directive !== "string") break;
    at = statement.end;
  }
  edits.appendLeft(at, STATEMENT);
}

function guardLoopBody(body: Node, text: string, edits: MagicString): void {
  if (body.type === "BlockStatement") {
    edits.appendLeft(body.start + 1, text);
    return;
  }
  edits.appendRight(body.start, `{${text}`);
  edits.prependLeft(body.end, "}");
}

/** Adds the guard of one node, if it is a loop or a function; the walk calls it on every node, parents first. */
export function addGuard(node: Node, edits: MagicString): void {
  switch (node.type) {
    case "ForStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      guardLoopBody(node.body, STATEMENT, edits);
      break;
    case "ForOfStatement":
      // Between two passes of `for await` the cell may have been given up: the call checks that as well.
      guardLoopBody(node.body, node.await ? "$orrery.check();" : STATEMENT, edits);
      break;
    case "ArrowFunctionExpression":
      guardFunctionBody(node.body, node.expression, edits);
      break;
    case "FunctionDeclaration":
    case "FunctionExpression":
      if (node.body) guardFunctionBody(node.body, false, edits);
      break;
    default:
  }
}

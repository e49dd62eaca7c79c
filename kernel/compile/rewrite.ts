import type MagicString from "magic-string";
import type {
  Class,
  Function as FunctionNode,
  ImportDeclaration,
  Node,
  Program,
  Statement,
  VariableDeclaration,
} from "oxc-parser";
import { addGuard } from "./guards.ts";
import { boundNames, isFunction, walk } from "./syntax.ts";

/** What the rewriting found out about a cell. */
export interface Rewritten {
  /** Names to define as global data properties before the cell runs. */
  readonly names: readonly string[];
  /** The cell awaits at its top level. */
  readonly isAsync: boolean;
}

function assignDeclarators(node: VariableDeclaration, closing: string, edits: MagicString): void {
  edits.update(node.start, node.declarations[0]!.start, "(");
  edits.prependLeft(node.declarations.at(-1)!.end, closing);
  for (const { id, init } of node.declarations)
    if (!init && node.kind !== "var") edits.prependLeft(id.end, " = void 0");
}

/** `var` below the top level belongs to the cell as well; in the head of a `for … of` only its pattern may stay. */
function assignNestedVar(node: VariableDeclaration, parent: Node | undefined, edits: MagicString): void {
  const isHead = (parent?.type === "ForOfStatement" || parent?.type === "ForInStatement") && parent.left === node;
  if (isHead) edits.remove(node.start, node.declarations[0]!.start);
  else assignDeclarators(node, ")", edits);
}

function importText(node: ImportDeclaration, add: (name: string) => void): string {
  const source = JSON.stringify(node.source.value);
  const attributes = node.attributes.map(
    ({ key, value }) =>
      `${JSON.stringify(key.type === "Literal" ? key.value : key.name)}: ${JSON.stringify(value.value)}`,
  );
  const call = `await $orrery.import(${source}${attributes.length ? `, { with: { ${attributes.join(", ")} } }` : ""})`;
  if (node.specifiers.length === 0) return `${call};`;
  const parts = node.specifiers.map((specifier) => {
    add(specifier.local.name);
    if (specifier.type === "ImportNamespaceSpecifier") return `${specifier.local.name} = $orrery.module`;
    const { imported } = specifier as { imported?: { type: string; name?: string; value?: string } };
    const key = specifier.type === "ImportDefaultSpecifier" ? "default" : (imported?.name ?? imported?.value ?? "");
    return `${specifier.local.name} = $orrery.member($orrery.module, ${JSON.stringify(key)})`;
  });
  return `$orrery.module = ${call}; ${parts.join("; ")};`;
}

/** Statements that may follow the last expression and leave it the cell's value; `export {}` is the transform's own. */
function isWithoutEffect(statement: Statement): boolean {
  if (statement.type === "ExportNamedDeclaration") return !statement.declaration && statement.specifiers.length === 0;
  return statement.type === "FunctionDeclaration";
}

/** Edits of one transformed cell; one object per cell because the passes share what they collect. */
class CellRewriter {
  readonly #edits: MagicString;
  readonly #names = new Set<string>();
  #isAsync = false;

  constructor(edits: MagicString) {
    this.#edits = edits;
  }

  rewrite(program: Program): Rewritten {
    const last = program.body.findLast((statement) => !isWithoutEffect(statement));
    for (const statement of program.body) {
      this.#topStatement(statement, statement === last);
      const top = statement.type === "ExportNamedDeclaration" ? (statement.declaration ?? statement) : statement;
      walk(statement, (node) => this.#everywhere(node));
      walk(statement, (node, parent) => this.#inOwnScope(node, parent, top));
    }
    return { names: [...this.#names], isAsync: this.#isAsync };
  }

  #add(pattern: Node): void {
    for (const name of boundNames(pattern)) this.#names.add(name);
  }

  /** Runs before the statements in front of it, as imports and function declarations do. */
  #hoist(statement: Statement): void {
    if (statement.start > 0) this.#edits.move(statement.start, statement.end, 0);
  }

  #topStatement(statement: Statement, isLast: boolean): void {
    const edits = this.#edits;
    switch (statement.type) {
      case "ExpressionStatement":
        this.#value(statement.expression, isLast);
        break;
      case "VariableDeclaration":
        for (const declarator of statement.declarations) this.#add(declarator.id);
        assignDeclarators(statement, ")", edits);
        break;
      case "FunctionDeclaration":
      case "ClassDeclaration":
        this.#definition(statement, statement);
        break;
      case "ImportDeclaration":
        this.#isAsync = true;
        edits.update(
          statement.start,
          statement.end,
          importText(statement, (name) => this.#names.add(name)),
        );
        this.#hoist(statement);
        break;
      case "ExportNamedDeclaration":
        if (statement.declaration) {
          edits.remove(statement.start, statement.declaration.start);
          this.#topStatement(statement.declaration, false);
        } else this.#reexport(statement, statement.source?.value);
        break;
      case "ExportAllDeclaration":
        this.#reexport(statement, statement.source.value);
        break;
      case "ExportDefaultDeclaration":
        this.#exportDefault(statement, isLast);
        break;
      default:
    }
  }

  #exportDefault(statement: Extract<Statement, { type: "ExportDefaultDeclaration" }>, isLast: boolean): void {
    const { declaration } = statement;
    this.#edits.remove(statement.start, declaration.start);
    if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
      if (declaration.id) this.#definition(declaration, statement);
      else this.#value(declaration, isLast);
    } else if (declaration.type !== "TSInterfaceDeclaration") this.#value(declaration, isLast);
  }

  #reexport(statement: Statement, source: string | undefined): void {
    this.#edits.update(
      statement.start,
      statement.end,
      source ? `await $orrery.import(${JSON.stringify(source)});` : ";",
    );
    if (source) this.#isAsync = true;
  }

  #value(expression: Node, isLast: boolean): void {
    this.#edits.appendRight(expression.start, isLast ? "$orrery.result((" : "$orrery.statement((");
    this.#edits.prependLeft(expression.end, "))");
  }

  /**
   * `function f` becomes `f = function`, which gives it its name and makes calls from older cells reach the newest f;
   * a class keeps the inner name, which its own body may use.
   */
  #definition(node: FunctionNode | Class, statement: Node) {
    const { id } = node;
    if (!id) return;
    this.#names.add(id.name);
    if (node.type === "FunctionDeclaration") this.#edits.remove(id.start, id.end);
    this.#edits.appendRight(node.start, `${id.name} = `);
    this.#edits.prependLeft(node.end, ";");
    if (node.type === "FunctionDeclaration") this.#hoist(statement as Statement);
  }

  /** Guards, awaits and dynamic imports, wherever they stand. */
  #everywhere(node: Node): void {
    const edits = this.#edits;
    addGuard(node, edits);
    if (node.type === "AwaitExpression") {
      edits.appendRight(node.start, "$orrery.after(");
      edits.prependLeft(node.end, ")");
    } else if (node.type === "ImportExpression")
      edits.update(node.start, node.start + "import".length, "$orrery.import");
    else if (node.type === "MetaProperty" && node.meta.name === "import")
      edits.update(node.start, node.end, "$orrery.meta");
  }

  /** What belongs to the cell's own scope: awaits that make it asynchronous, and `var` in blocks and loops. */
  #inOwnScope(node: Node, parent: Node | undefined, top: Node): boolean {
    if (isFunction(node)) return false;
    if (node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await)) this.#isAsync = true;
    if (node.type === "VariableDeclaration" && node.kind === "var" && node !== top) {
      for (const declarator of node.declarations) this.#add(declarator.id);
      assignNestedVar(node, parent, this.#edits);
    }
    return true;
  }
}

/** Turns a cell's JavaScript into the body of a function whose top-level names are properties of the global object. */
export function rewrite(program: Program, edits: MagicString): Rewritten {
  return new CellRewriter(edits).rewrite(program);
}

import type { Node, Program } from "oxc-parser";
import { boundNames, walk } from "./syntax.ts";

/**
 * How a name was declared at the top of a cell. `const` and `let` are values whose type later cells take over;
 * `alias` is everything that must be imported as it is (functions, classes, enums, namespaces, types, imports).
 */
export type NameKind = "const" | "let" | "alias";

/** One name that a cell declares for the cells after it. */
export interface DeclaredName {
  readonly name: string;
  readonly kind: NameKind;
  /** The cell wrote `export` itself, so the type side must not export it again. */
  readonly exported: boolean;
}

/** What the type side and the rewriting need to know of a cell before either starts. */
export interface CellNames {
  readonly declared: readonly DeclaredName[];
  /** Enums and namespaces: their value is made anew on each run instead of merging with the last run's. */
  readonly rebuilt: readonly string[];
  /** The cell augments the global scope or a module, so it stays a root of the type side's program. */
  readonly augments: boolean;
  /** Decorators or `accessor` fields, which the fast transform leaves in place. */
  readonly needsFullTransform: boolean;
}

function firstName(id: Node): string {
  if (id.type === "Identifier") return id.name;
  return id.type === "TSQualifiedName" ? firstName(id.left) : "";
}

type Add = (name: string, kind: NameKind) => void;

function addDeclaration(node: Node, add: Add, rebuilt: string[]): void {
  switch (node.type) {
    case "VariableDeclaration":
      for (const declarator of node.declarations)
        for (const name of boundNames(declarator.id))
          add(name, node.kind === "let" || node.kind === "var" ? "let" : "const");
      break;
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
      if (node.id) add(node.id.name, "alias");
      break;
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSImportEqualsDeclaration":
      add(node.id.name, "alias");
      break;
    case "TSEnumDeclaration":
      add(node.id.name, "alias");
      rebuilt.push(node.id.name);
      break;
    case "TSModuleDeclaration":
      if (node.kind === "global" || node.id.type === "Literal") break;
      add(firstName(node.id), "alias");
      rebuilt.push(firstName(node.id));
      break;
    case "ImportDeclaration":
      for (const specifier of node.specifiers) add(specifier.local.name, "alias");
      break;
    default:
  }
}

function needsFullTransform(program: Program, text: string): boolean {
  if (!text.includes("@") && !text.includes("accessor")) return false;
  let found = false;
  walk(program, (node) => {
    if (node.type === "Decorator" || node.type === "AccessorProperty") found = true;
    return !found;
  });
  return found;
}

/** Collects the names that a cell declares at its top level, and the few facts that choose its way through the pipeline. */
export function cellNames(program: Program, text: string): CellNames {
  const declared = new Map<string, DeclaredName>();
  const rebuilt: string[] = [];
  let augments = false;
  for (const statement of program.body) {
    if (statement.type === "TSModuleDeclaration" && (statement.kind === "global" || statement.id.type === "Literal"))
      augments = true;
    const exported = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
    const node: Node | null = exported ? statement.declaration : statement;
    const reexported = statement.type === "ExportNamedDeclaration";
    if (node) addDeclaration(node, (name, kind) => declared.set(name, { name, kind, exported: reexported }), rebuilt);
  }
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.source) continue;
    for (const specifier of statement.specifiers) {
      const name = specifier.local.type === "Literal" ? "" : specifier.local.name;
      const same = specifier.exported.type !== "Literal" && specifier.exported.name === name;
      const known = declared.get(name);
      if (known && same) declared.set(name, { ...known, exported: true });
    }
  }
  return {
    declared: [...declared.values()],
    rebuilt: [...new Set(rebuilt)],
    augments,
    needsFullTransform: needsFullTransform(program, text),
  };
}

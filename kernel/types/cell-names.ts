import type { DeclaredName, NameKind } from "../compile/names.ts";
import type { CellSource, Proposal } from "./protocol.ts";
import { CELLS_ROOT } from "./virtual-files.ts";

const IDENTIFIER = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
/** Names that unfinished code seems to declare; a finished cell says so itself. */
const DECLARING =
  /\b(?:const|let|var|function\*?|class|interface|type|enum|namespace)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/** Which cell declared each name last, and the lines by which another cell gets to know those that occur in it. */
export class CellNameTable {
  readonly #newest = new Map<string, { readonly serial: number; readonly kind: NameKind }>();

  /** Takes over a cell's names. */
  add(cell: CellSource): void {
    for (const { name, kind } of cell.declared) this.#newest.set(name, { serial: cell.serial, kind });
  }

  /**
   * Lines after a finished cell: its own exports, and the names it takes from others. They stand at the end so that
   * offsets in the cell stay true; imports and ambient declarations hold for the whole file wherever they stand.
   */
  suffix(cell: CellSource): string {
    const own = new Set(cell.declared.map(({ name }) => name));
    const exported = cell.declared.filter((declared: DeclaredName) => !declared.exported).map(({ name }) => name);
    return `\n${this.#lines(cell.text, own).join("\n")}\nexport { ${exported.join(", ")} };\n`;
  }

  /** Known names that begin with a word, for its completion. */
  startingWith(word: string): Proposal[] {
    return [...this.#newest].filter(([name]) => name.startsWith(word)).map(([name, { kind }]) => ({ name, kind }));
  }

  /** Lines in front of unfinished code, whose open brackets would swallow what comes after it. */
  prefix(text: string): string {
    const own = new Set([...text.matchAll(DECLARING)].map((match) => match[1]!));
    return `${this.#lines(text, own).join(" ")} export {};\n`;
  }

  /**
   * A `let` comes as an ambient declaration, since an assignment to an import is refused before its type is looked at;
   * a `const` too, for the message that speaks of a constant.
   */
  #lines(text: string, own: ReadonlySet<string>): string[] {
    const lines: string[] = [];
    const imports = new Map<number, string[]>();
    for (const name of new Set(text.match(IDENTIFIER))) {
      const known = own.has(name) ? undefined : this.#newest.get(name);
      if (!known) continue;
      if (known.kind === "alias") {
        const names = imports.get(known.serial);
        if (names) names.push(name);
        else imports.set(known.serial, [name]);
      } else lines.push(`declare ${known.kind} ${name}: typeof import("${CELLS_ROOT}${known.serial}").${name};`);
    }
    for (const [serial, names] of imports) lines.push(`import { ${names.join(", ")} } from "${CELLS_ROOT}${serial}";`);
    return lines;
  }
}

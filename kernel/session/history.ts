import type { Content } from "../wire/protocol.ts";

/** Jupyter's tuple of a past cell: session, line, and the input alone or with its output. */
type HistoryTuple = readonly [number, number, string | readonly [string, string | null]];

interface PastCell {
  readonly line: number;
  readonly input: string;
  output: string | null;
}

/** This run of the notebook kernel is the only session that is kept. */
const SESSION = 1;

function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s");
}

/** The cells that were run with `store_history`, for `history_request`. */
export class CellHistory {
  readonly #cells: PastCell[] = [];

  add(line: number, input: string): void {
    this.#cells.push({ line, input, output: null });
  }

  /** The text of the newest cell's result. */
  setOutput(line: number, output: string): void {
    const cell = this.#cells.findLast((candidate) => candidate.line === line);
    if (cell) cell.output = output;
  }

  /** Answers a request of any access type; another session than this one is empty. */
  find(request: Content): HistoryTuple[] {
    const cells = this.#select(request);
    const withOutput = request.output === true;
    return cells.map(({ line, input, output }) => [SESSION, line, withOutput ? [input, output] : input]);
  }

  #select(request: Content): PastCell[] {
    const n = typeof request.n === "number" && request.n > 0 ? request.n : this.#cells.length;
    if (request.hist_access_type === "range") {
      const session = Number(request.session ?? 0);
      if (session !== 0 && session !== SESSION) return [];
      const start = Number(request.start ?? 0);
      const stop = typeof request.stop === "number" ? request.stop : Number.POSITIVE_INFINITY;
      return this.#cells.filter(({ line }) => line >= start && line < stop);
    }
    if (request.hist_access_type !== "search") return this.#cells.slice(-n);
    const pattern = globPattern(String(request.pattern ?? "*"));
    let found = this.#cells.filter(({ input }) => pattern.test(input));
    if (request.unique === true) {
      found = found.filter((cell, index) => found.findLastIndex(({ input }) => input === cell.input) === index);
    }
    return found.slice(-n);
  }
}

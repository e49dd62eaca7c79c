/** Commands of the real tool that are not modelled, in its own order; they count for suggestions, as in the real tool. */
export const UNMODELLED_VERBS: readonly string[] = "certificate completion alpha options help".split(" ");

/** Names near to a mistyped word, as cobra's `SuggestionsFor`: two edits apart at most, or begun by the word. */
export function suggestions(typed: string, names: readonly string[]): readonly string[] {
  const word = typed.toLowerCase();
  return names.filter((name) => name.startsWith(word) || editDistance(word, name) <= 2);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

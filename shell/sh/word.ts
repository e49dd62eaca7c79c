/** A part of a word of the small shell. What is quoted is not split at blanks after it was expanded. */
export type Segment =
  | { readonly kind: "text"; readonly text: string; readonly quoted: boolean }
  | VariableSegment
  /** `$(script)` or `` `script` ``. */
  | { readonly kind: "command"; readonly script: string; readonly quoted: boolean }
  /** `$((expression))`. */
  | { readonly kind: "sum"; readonly word: Word; readonly quoted: boolean };

/** `$NAME`, `${NAME}`, `$?`, and `${NAME:-word}` with its kin (IEEE 1003.1, 2.6.2 Parameter Expansion). */
export interface VariableSegment {
  readonly kind: "variable";
  readonly name: string;
  /** What stands between name and word, e.g. ":-" or "%%"; "" for the bare value, "length" for `${#NAME}`. */
  readonly operator: string;
  readonly word: Word;
  readonly quoted: boolean;
}

/** A word before it is expanded. */
export type Word = readonly Segment[];

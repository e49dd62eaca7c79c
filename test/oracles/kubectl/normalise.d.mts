/** Puts placeholders where two runs of the real tool differ. */
export function normText(text: string): string;
/** The same for a parsed API object. */
export function normJson(value: unknown, key?: string): unknown;

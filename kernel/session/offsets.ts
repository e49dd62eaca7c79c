/** Jupyter counts characters by code points; JavaScript and TypeScript by code units. */

/** The code-unit offset of a place given in code points. */
export function toCodeUnits(text: string, codePoints: number): number {
  let units = 0;
  let left = codePoints;
  while (left > 0 && units < text.length) {
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
    left--;
  }
  return units;
}

/** The code-point offset of a place given in code units. */
export function toCodePoints(text: string, codeUnits: number): number {
  let points = 0;
  for (let at = 0; at < codeUnits; points++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return points;
}

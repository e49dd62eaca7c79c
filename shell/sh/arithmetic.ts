import type { Environment } from "../command.ts";

/** Whole numbers with + - * / % and brackets, as `$((…))` has them; 0 for what is none. */
export function sum(text: string, environment: Environment): number {
  const tokens = text.match(/\d+|[A-Za-z_]\w*|[-+*/%()]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++] ?? "0";
    if (token === "(") {
      const value = terms();
      at++;
      return value;
    }
    if (token === "-") return -atom();
    return Number(/^\d/.test(token) ? token : environment.variables.get(token) || "0");
  };
  const factors = (): number => {
    let value = atom();
    while (/^[*/%]$/.test(tokens[at] ?? "")) {
      const operator = tokens[at++];
      const other = atom();
      value =
        operator === "*"
          ? value * other
          : other === 0
            ? 0
            : operator === "/"
              ? Math.trunc(value / other)
              : value % other;
    }
    return value;
  };
  const terms = (): number => {
    let value = factors();
    while (/^[-+]$/.test(tokens[at] ?? "")) value = tokens[at++] === "+" ? value + factors() : value - factors();
    return value;
  };
  return terms();
}

/** By this key the consoles of Node.js ask a value for its text. */
const consoleText = Symbol.for("nodejs.util.inspect.custom");

/** Gives a value its own text in consoles, where its fields would be listed otherwise; `text` is called when it is printed. */
export function printedAs<T extends object>(value: T, text: () => string): T {
  return Object.defineProperty(value, consoleText, { value: text });
}

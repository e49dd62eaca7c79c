/**
 * What a YAML text holds, or what the API server says about one that is none (sigs.k8s.io/yaml, gopkg.in/yaml.v2).
 * Left out: go-yaml's own words for each mistake; nesting beyond 300 levels is refused, which go-yaml takes up to 10,000.
 * Invariant: the nesting is bounded before anything recursive reads the text, so that no text can exhaust the stack.
 */
import { parse } from "yaml";

const DEPTH_MAX = 300;

/** No less than how deep what a text describes is nested: by indentation, by dashes on one line, by brackets. */
function depthOf(text: string): number {
  const indents: number[] = [];
  let brackets = 0;
  let deepest = 0;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    if (indent === line.length) continue;
    while (indents.length > 0 && indents[indents.length - 1]! >= indent) indents.pop();
    indents.push(indent);
    let compact = 0;
    for (let at = indent; (line[at] === "-" || line[at] === "?") && line[at + 1] === " "; at += 2) compact += 1;
    for (const character of line) {
      if (character === "{" || character === "[") brackets += 1;
      else if ((character === "}" || character === "]") && brackets > 0) brackets -= 1;
      deepest = Math.max(deepest, indents.length + compact + brackets);
    }
  }
  return deepest;
}

/** YAML as a value; text that is none gives the sentence about it. */
export function readYaml(text: string): { readonly value: unknown } | { readonly mistake: string } {
  const mistake = (why: string) => ({ mistake: `error converting YAML to JSON: yaml: ${why}` });
  if (depthOf(text) > DEPTH_MAX) return mistake("exceeded max depth");
  try {
    return { value: parse(text) };
  } catch (error) {
    return mistake((error as Error).message.split("\n")[0]!);
  }
}

import type { TypesClient } from "../types/client.ts";
import type { Inspection } from "../types/protocol.ts";
import type { Content } from "../wire/protocol.ts";

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*`;
const QUESTION = new RegExp(String.raw`^\s*(?:\?{1,2}\s*(?<front>${NAME})|(?<back>${NAME})\s*\?{1,2})\s*;?\s*$`, "u");

/** An inspection in the forms that front ends show. */
export function inspectionBundle({ signature, documentation }: Inspection): Content {
  const markdown = `\`\`\`typescript\n${signature}\n\`\`\`${documentation ? `\n\n${documentation}` : ""}`;
  return { "text/plain": documentation ? `${signature}\n\n${documentation}` : signature, "text/markdown": markdown };
}

/** For a cell that is only `name?`, what is known of the name, to be shown in the front end's pager. */
export async function pageFor(code: string, types: TypesClient | undefined): Promise<Content | undefined> {
  const groups = code.includes("?") ? QUESTION.exec(code)?.groups : undefined;
  if (!groups) return undefined;
  const name = (groups.front ?? groups.back)!;
  const found = await types?.inspect(name, name.length).catch(() => null);
  const data = found ? inspectionBundle(found) : { "text/plain": `Nothing is known of '${name}'.` };
  return { source: "page", data, start: 0 };
}

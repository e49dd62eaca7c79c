import type { CommandNames } from "../compile/magics.ts";
import type { CellEnvironment } from "../environment.ts";
import type { TypesClient } from "../types/client.ts";
import type { Content, Request } from "../wire/protocol.ts";
import type { Comms } from "./comms.ts";
import { completionsAt } from "./completion.ts";
import type { CellHistory } from "./history.ts";
import { completeness } from "./is-complete.ts";
import { toCodePoints, toCodeUnits } from "./offsets.ts";
import { inspectionBundle } from "./pager.ts";

/** What requests beside the queue of cells are answered from. */
export interface RequestParts {
  readonly environment: CellEnvironment;
  readonly names: CommandNames;
  readonly types: TypesClient | undefined;
  readonly history: CellHistory;
  readonly comms: Comms;
}

async function complete({ content }: Request, parts: RequestParts): Promise<Content> {
  const code = String(content.code ?? "");
  const cursor = toCodeUnits(code, Number(content.cursor_pos ?? 0));
  const ask = async (text: string, offset: number) =>
    (await parts.types?.complete(text, offset)) ?? { start: offset, end: offset, entries: [] };
  const found = await completionsAt(code, cursor, parts.names, parts.environment, ask);
  const [start, end] = [toCodePoints(code, found.start), toCodePoints(code, found.end)];
  const typed = found.matches.map((text, index) => ({ start, end, text, type: found.kinds[index] ?? "" }));
  return {
    status: "ok",
    matches: found.matches,
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: typed },
  };
}

async function inspect({ content }: Request, parts: RequestParts): Promise<Content> {
  const code = String(content.code ?? "");
  const cursor = toCodeUnits(code, Number(content.cursor_pos ?? 0));
  const found = await parts.types?.inspect(code, cursor);
  return { status: "ok", found: !!found, data: found ? inspectionBundle(found) : {}, metadata: {} };
}

/** Answers one request; undefined for messages that have no reply, and for those that we do not know. */
export async function answerRequest(request: Request, parts: RequestParts): Promise<Content | undefined> {
  const { content } = request;
  switch (request.header.msg_type) {
    case "complete_request":
      return complete(request, parts);
    case "inspect_request":
      return inspect(request, parts);
    case "is_complete_request":
      return { ...completeness(String(content.code ?? ""), parts.names) };
    case "history_request":
      return { status: "ok", history: parts.history.find(content) };
    case "comm_info_request":
      return parts.comms.info(content.target_name);
    case "comm_open":
    case "comm_msg":
    case "comm_close":
      parts.comms.receive(request, parts.environment.comms);
      return undefined;
    default:
      return undefined;
  }
}

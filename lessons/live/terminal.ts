/** A terminal panel's other end: a line editor on the simulated shell of the current cluster. No host shell is behind it. */
import { createTerminalSession, type Shell, type TerminalSession } from "../../shell/index.ts";
import type { Cluster } from "../../sim/index.ts";
import { type Channel, serve, tell } from "./channel.ts";
import { fieldOf } from "./protocol.ts";

/** What a terminal works with. */
export interface TerminalParts {
  /** The cluster that bare commands talk to; undefined while there is none. */
  readonly currentCluster: () => Cluster | undefined;
  readonly shellOf: (cluster: Cluster) => Shell;
}

const noCluster = "There is no cluster yet: run a cell with orrery.create(), then press a key here.\r\n";

interface Open {
  readonly cluster: Cluster;
  readonly session: TerminalSession;
}

/** Takes a channel for a terminal; `acting` wraps what may change the cluster. */
export function openTerminal(
  channel: Channel,
  opening: unknown,
  parts: TerminalParts,
  acting: (act: () => void) => void,
): void {
  const write = (text: string): void => tell(channel, { kind: "output", text });
  let size = { columns: wholeOr(fieldOf(opening, "columns"), 80), rows: wholeOr(fieldOf(opening, "rows"), 24) };
  let open: Open | undefined;
  const session = (): TerminalSession | undefined => {
    const cluster = parts.currentCluster();
    if (cluster === undefined) {
      write(noCluster);
      return undefined;
    }
    if (open?.cluster === cluster) return open.session;
    if (open !== undefined) write("\r\n(another cluster is the current one now)\r\n");
    open = { cluster, session: createTerminalSession(parts.shellOf(cluster), write) };
    open.session.resize(size.columns, size.rows);
    return open.session;
  };
  serve(
    channel,
    ["input", "resize"],
    (request) => {
      if (request.kind === "resize") {
        size = request;
        open?.session.resize(size.columns, size.rows);
        return;
      }
      const isNew = open === undefined;
      const typed = session();
      if (typed === undefined || isNew) return;
      acting(() => typed.input(request.text));
    },
    () => {
      open = undefined;
    },
  );
  session();
}

const wholeOr = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 1000 ? value : otherwise;

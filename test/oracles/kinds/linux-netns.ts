/**
 * Replays recordings of real Linux network namespaces: cases of plain routing, each a line of its own, and kube-proxy's
 * rules under traffic, where a topology's line is followed by its flows. What was recorded of an outcome may be missing.
 */
import { differences, type RoutingCase, replayRouting, type Rows } from "../linux-netns/routing.ts";
import {
  buildTopology,
  flowDifferences,
  replayFlow,
  stateOf,
  type ServiceFlow,
  type Topology,
  topologyDifferences,
} from "../linux-netns/service-flows.ts";

/** One line's verdict; `different` names what did not agree. `agree` is null for a line with nothing to compare, or an unstable one. */
export interface Verdict {
  readonly case: string;
  readonly agree: boolean | null;
  readonly actual: unknown;
  readonly expected?: unknown;
  readonly different?: readonly string[];
}

type Line = { readonly id?: string; readonly set?: string } & (Topology | ServiceFlow | RoutingCase);

function verdictOf(name: string, hasExpected: boolean, actual: unknown, different: readonly string[], expected: unknown): Verdict {
  const agree = hasExpected ? different.length === 0 : null;
  return agree === false ? { case: name, agree, actual, different, expected } : { case: name, agree, actual };
}

function replayCase(name: string, line: RoutingCase): Verdict {
  const actual = replayRouting(line);
  const different = line.flows.flatMap((flow, index) =>
    differences(flow, actual[index]!).map((what) => `flow ${index + 1}: ${what}`),
  );
  const hasExpected = line.flows.some((flow) => flow.result !== undefined);
  return verdictOf(name, hasExpected, { flows: actual }, different, { flows: line.flows });
}

/** Takes all lines of a file in order, and gives one verdict a line. */
export function* replayAll(lines: readonly unknown[]): Generator<Verdict> {
  let rows: Rows = new Map();
  for (const [index, line] of (lines as readonly Line[]).entries()) {
    const name = line.id ?? line.set ?? `${index}`;
    if ("case" in line) yield replayCase(name, line);
    else if (line.type === "topology") {
      rows = buildTopology(line);
      const different = topologyDifferences(line, rows);
      yield verdictOf(name, line.state !== undefined, stateOf(rows), different, { state: line.state });
    } else {
      const actual = replayFlow(rows, line);
      const hasExpected = line.result !== undefined && line.unstable !== true;
      const different = hasExpected ? flowDifferences(line, actual) : [];
      yield verdictOf(name, hasExpected, actual, different, { result: line.result, trace: line.trace, conntrack: line.conntrack });
    }
  }
}

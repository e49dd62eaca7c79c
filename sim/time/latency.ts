/**
 * How long things take, by name and profile: `instant` (all at once, the order still defined), `lesson` (round numbers
 * that are easy to follow), `realistic` (integer quantile tables around usual values, drawn from the process's stream).
 * Models measured behaviour of small clusters, not code. Left out: load dependence.
 * Invariant: the same profile, stream and counter give the same duration.
 */
import { type Duration, millisecond, second } from "./instant.ts";

/** Which set of durations a world uses. */
export type LatencyProfile = "instant" | "lesson" | "realistic";

/** Durations in microseconds: one for lessons, and ten equally likely ones for the realistic profile. */
interface LatencyRow {
  readonly lesson: Duration;
  readonly realistic: readonly Duration[];
}

function spread(lowUs: number, highUs: number): readonly Duration[] {
  const steps = [0, 4, 8, 12, 17, 23, 31, 42, 60, 100];
  return steps.map((percent) => lowUs + Math.floor(((highUs - lowUs) * percent) / 100));
}

const rows: Readonly<Record<string, LatencyRow>> = {
  message: { lesson: 1 * millisecond, realistic: spread(150, 1_500) },
  fsync: { lesson: 2 * millisecond, realistic: spread(800, 8_000) },
  reconcile: { lesson: 1 * millisecond, realistic: spread(200, 4_000) },
  "scheduling cycle": { lesson: 2 * millisecond, realistic: spread(400, 4_000) },
  "create sandbox": { lesson: 200 * millisecond, realistic: spread(120_000, 700_000) },
  "pull image": { lesson: 2 * second, realistic: spread(900_000, 9_000_000) },
  "start container": { lesson: 100 * millisecond, realistic: spread(40_000, 400_000) },
  "stop container": { lesson: 100 * millisecond, realistic: spread(20_000, 900_000) },
  "start process": { lesson: 500 * millisecond, realistic: spread(300_000, 2_000_000) },
  "sync proxy rules": { lesson: 20 * millisecond, realistic: spread(8_000, 120_000) },
  "status update": { lesson: 10 * millisecond, realistic: spread(2_000, 100_000) },
};

/** Names that `latencyOf` knows; anything else is a mistake in the caller. */
export function latencyOf(profile: LatencyProfile, name: string, draw: (n: number) => number): Duration {
  const row = rows[name];
  if (row === undefined) throw new RangeError(`no latency is called "${name}"`);
  if (profile === "instant") return 0;
  if (profile === "lesson") return row.lesson;
  return row.realistic[draw(row.realistic.length)] as Duration;
}

/**
 * Ages as tables print them: `5s`, `3m12s`, `4h`, `2d3h`, `1y20d`
 * (Kubernetes 1.32, apimachinery pkg/util/duration/duration.go HumanDuration).
 * Left out: nothing.
 * Invariant: at most two units, the smaller one only while the larger is small.
 */
import { secondsOf } from "./rfc3339.ts";

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** A duration in whole seconds, rounded down. */
export function humanDuration(duration: number): string {
  const seconds = Math.trunc(duration);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return two(days, "d", hours % 24, "h");
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  if (hours < 24 * 365 * 8) return two(years, "y", days % 365, "d");
  return `${years}y`;
}

/** How long ago an RFC 3339 instant was; `<unknown>` for none. */
export function ageOf(timestamp: string | null | undefined, nowSeconds: number): string {
  const then = secondsOf(timestamp);
  return then === undefined ? "<unknown>" : humanDuration(nowSeconds - then);
}

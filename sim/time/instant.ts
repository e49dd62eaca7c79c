/**
 * Simulated time: whole microseconds since the cluster's start, exact in a double for 285 years.
 * Models no upstream code; durations are written as Go writes them (`1m30s`, `500ms`).
 * Invariant: an Instant or Duration is a non-negative integer; nothing here reads a real clock.
 */

/** A moment, in whole microseconds since the start of the simulation. */
export type Instant = number;

/** A span, in whole microseconds. */
export type Duration = number;

/** Spans, in microseconds. */
export const millisecond: Duration = 1_000;
export const second: Duration = 1_000_000;
export const minute: Duration = 60 * second;
export const hour: Duration = 60 * minute;

const unitUs: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: millisecond, s: second, m: minute, h: hour };

/**
 * Reads a duration as Go writes it, e.g. "2s", "1m30s", "1.5s", "500ms"; a bare number counts seconds.
 * Throws a RangeError that shows a right form when the text is not one.
 */
export function parseDuration(text: string | number): Duration {
  if (typeof text === "number") return checkedDuration(Math.round(text * second), text);
  const part = /(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)/y;
  let total = 0;
  let position = 0;
  const trimmed = text.trim();
  while (position < trimmed.length) {
    part.lastIndex = position;
    const match = part.exec(trimmed);
    if (match === null) throw new RangeError(`"${text}" is not a duration; write it as "2s", "1m30s" or "500ms"`);
    total += Number(match[1]) * (unitUs[match[2] as string] as number);
    position = part.lastIndex;
  }
  return checkedDuration(Math.round(total), text);
}

function checkedDuration(us: number, text: string | number): Duration {
  if (!Number.isSafeInteger(us) || us < 0 || text === "") {
    throw new RangeError(`"${text}" is not a duration; write it as "2s", "1m30s" or "500ms"`);
  }
  return us;
}

/** Writes an instant or span for people: "0s", "1.250s", "2m05.000s". */
export function formatInstant(us: Instant): string {
  const minutes = Math.floor(us / minute);
  const rest = us - minutes * minute;
  const seconds = `${Math.floor(rest / second)}.${String(Math.floor((rest % second) / millisecond)).padStart(3, "0")}`;
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds.padStart(6, "0")}s`;
}

/** 2026-01-05T09:00:00Z, a Monday: the simulated wall clock at instant 0, in milliseconds since 1970. */
export const epochMs = 1_767_603_600_000;

/** Simulated wall-clock time of an instant, in milliseconds since 1970. */
export function wallMs(now: Instant): number {
  return epochMs + Math.floor(now / millisecond);
}

/** RFC 3339 in whole seconds, as `metav1.Time` is written. */
export function rfc3339(now: Instant): string {
  return calendar(Math.floor(wallMs(now) / 1000), "Z");
}

/** RFC 3339 with microseconds, as `metav1.MicroTime` is written. */
export function rfc3339Micro(now: Instant): string {
  return calendar(Math.floor(wallMs(now) / 1000), `.${String(now % second).padStart(6, "0")}Z`);
}

/** Milliseconds since 1970 of an RFC 3339 text in UTC; NaN when it is not one. */
export function parseRfc3339(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z$/.exec(text);
  if (match === null) return Number.NaN;
  const [, y, mo, d, h, mi, s, fraction] = match;
  const days = daysFromCivil(Number(y), Number(mo), Number(d));
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return ((days * 24 + Number(h)) * 60 + Number(mi)) * 60_000 + Number(s) * 1000 + ms;
}

const calendarDays = new Map<number, string>();

/** `second1970` as date and time; the date part is remembered, since nearly all calls ask for one of a few days. */
function calendar(second1970: number, tail: string): string {
  const day = Math.floor(second1970 / 86_400);
  let date = calendarDays.get(day);
  if (date === undefined) {
    date = civilFromDays(day);
    calendarDays.set(day, date);
  }
  const rest = second1970 - day * 86_400;
  const hours = Math.floor(rest / 3600);
  const minutes = Math.floor((rest % 3600) / 60);
  return `${date}T${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(rest % 60)}${tail}`;
}

function twoDigits(n: number): string {
  return n < 10 ? `0${n}` : `${n}`;
}

/** Days since 1970-01-01 of a Gregorian date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  return era * 146_097 + doe - 719_468;
}

function civilFromDays(days: number): string {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

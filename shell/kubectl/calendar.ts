/** A moment in the Gregorian calendar, UTC. */
interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** `hh:mm:ss`. */
  readonly time: string;
  readonly microsecond: number;
}

/** The calendar moment of simulated wall-clock milliseconds since 1970 (Hinnant, "chrono-compatible low-level date algorithms"). */
export function momentOf(wallMs: number): Moment {
  const us = Math.floor(wallMs * 1000);
  const seconds = Math.floor(us / 1e6);
  const z = Math.floor(seconds / 86_400) + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const leap = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leap) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    time: clock.map(twoDigits).join(":"),
    microsecond: us % 1e6,
  };
}

/** A number below 100 in two digits. */
export function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** RFC 3339 in whole seconds, e.g. `2026-01-31T08:05:00Z`. */
export function rfc3339(wallMs: number): string {
  const { year, month, day, time } = momentOf(wallMs);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${time}Z`;
}

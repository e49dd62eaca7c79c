/**
 * RFC 3339 text to seconds since 1970, by calendar arithmetic (no wall clock, no Date).
 * Left out: leap seconds, as in Go.
 * Invariant: days are counted in the proleptic Gregorian calendar.
 */

const SECONDS_A_DAY = 86_400;

/** Days from 1970-01-01 to a date: counts eras of 400 years that begin in March, so that leap days come last. */
function daysFrom1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Seconds since 1970, with the fraction; undefined for text that is no RFC 3339 instant. */
export function secondsOf(text: string | null | undefined): number | undefined {
  const match = text ? PATTERN.exec(text) : null;
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = match;
  const clock = Number(hour) * 3600 + Number(minute) * 60 + Number(second) + Number(fraction ?? 0);
  const offset = (Number(offsetHours ?? 0) * 3600 + Number(offsetMinutes ?? 0) * 60) * (sign === "-" ? -1 : 1);
  return daysFrom1970(Number(year), Number(month), Number(day)) * SECONDS_A_DAY + clock - offset;
}

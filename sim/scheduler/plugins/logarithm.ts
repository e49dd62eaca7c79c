/**
 * The natural logarithm by basic arithmetic only: engines may differ in the last bit of the built-in one.
 * Source: the method of FreeBSD's e_log.c, which Go's math.Log follows too: ln x = k ln 2 + ln(1 + f) with f small,
 * and ln(1 + f) from a polynomial in s = f / (2 + f).
 * Left out: zero, negative numbers, infinities.
 * Invariant: additions, products and quotients of doubles in one fixed order, so every engine gives the same bits.
 */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const even = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373] as const;
const odd = [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586] as const;

/** ln x of a finite x ≥ 1, by the steps of Go's portable version; topology spread's weights come from it. */
export function naturalLogarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= 1; mantissa /= 2) exponent += 1;
  if (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const t1 = s2 * (odd[0] + s4 * (odd[1] + s4 * (odd[2] + s4 * odd[3])));
  const t2 = s4 * (even[0] + s4 * (even[1] + s4 * even[2]));
  const half = 0.5 * f * f;
  return exponent * ln2High - (half - (s * (half + (t1 + t2)) + exponent * ln2Low) - f);
}

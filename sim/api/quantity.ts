/**
 * Kubernetes quantities ("100m", "1.5Gi", "2e3"): exact arithmetic and the canonical text.
 * Source: Kubernetes 1.32, apimachinery `pkg/api/resource/quantity.go` and `suffix.go`.
 * Left out: scales below nano inside int64 (upstream rounds those away from zero too), and exponents beyond ±1000,
 * which upstream accepts and then spends minutes on; here they are a numeric error.
 * Invariant: a Quantity is a whole number of nano-units, so every comparison and sum is exact.
 */

/** How a quantity was written, which decides how its canonical text is written. */
export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** An exact quantity: `nano` is the amount times 10⁹. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** What a manifest may hold where a quantity is expected: text, a JSON number, or one already parsed. */
export type QuantityLike = string | number | Quantity;

/** Thrown for text that is no quantity; the message is upstream's, word for word, so that it can go into a Status. */
export class QuantityError extends Error {}

const pattern = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";
const wrongFormat = `quantities must match the regular expression '${pattern}'`;
const wrongSuffix = "unable to parse quantity's suffix";
const wrongNumber = "unable to parse numeric part of quantity";

const parts = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const decimalSuffixes: readonly string[] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes: readonly string[] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const exponentMax = 1000;
const int64Max = (1n << 63n) - 1n;
const nanoPerUnit = 1_000_000_000n;
const nanoPerMilli = 1_000_000n;

/** The factor a suffix stands for, as base and exponent; undefined for a suffix that does not exist. */
function readSuffix(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } | undefined {
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { base: 10, exponent: (decimal - 3) * 3, format: "DecimalSI" };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary >= 0) return { base: 2, exponent: binary * 10, format: "BinarySI" };
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) {
    return { base: 10, exponent: Number(suffix.slice(1)), format: "DecimalExponent" };
  }
  return undefined;
}

function parse(text: string): Quantity {
  const match = text === "" ? null : parts.exec(text);
  if (match === null) throw new QuantityError(wrongFormat);
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  const unit = readSuffix(suffix);
  if (unit === undefined) throw new QuantityError(wrongSuffix);
  if (Math.abs(unit.exponent) > exponentMax) throw new QuantityError(wrongNumber);
  const factor = unit.base === 2 ? 1n << BigInt(unit.exponent) : 1n;
  let nano = BigInt(`${whole}${fraction}` || "0") * factor;
  const shift = 9 - fraction.length + (unit.base === 10 ? unit.exponent : 0);
  nano = shift >= 0 ? nano * 10n ** BigInt(shift) : divideUp(nano, 10n ** BigInt(-shift));
  let format = unit.format;
  if (format === "BinarySI") {
    if (nano > int64Max * nanoPerUnit) nano = int64Max * nanoPerUnit;
    if (nano > 0n && nano < nanoPerUnit) format = "DecimalSI";
  }
  return { nano: sign === "-" ? -nano : nano, format };
}

/** Division rounding away from zero: whoever asks for some of a resource gets some. */
function divideUp(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  if (quotient * divisor === amount) return quotient;
  return amount < 0n ? quotient - 1n : quotient + 1n;
}

/**
 * Reads a quantity exactly. Amounts finer than a nano-unit round away from zero; binary ones cap at 2⁶³−1, as upstream.
 * Throws QuantityError with upstream's words.
 */
export function parseQuantity(quantity: QuantityLike): Quantity {
  return typeof quantity === "object" ? quantity : parse(String(quantity));
}

/** Upstream's words for why the text is no quantity, or undefined if it is one; for validation, which collects errors. */
export function quantityError(text: string): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof QuantityError) return error.message;
    throw error;
  }
}

/** The canonical text: the shortest mantissa without a fraction, in the format the quantity was written in. */
export function formatQuantity(quantity: Quantity): string {
  const { nano } = quantity;
  if (nano === 0n) return "0";
  const small = nano > -1024n * nanoPerUnit && nano < 1024n * nanoPerUnit;
  if (quantity.format === "BinarySI" && !small && nano % nanoPerUnit === 0n) {
    let mantissa = nano / nanoPerUnit;
    let power = 0;
    while (mantissa % 1024n === 0n && power < binarySuffixes.length - 1) {
      mantissa /= 1024n;
      power += 1;
    }
    return `${mantissa}${binarySuffixes[power]}`;
  }
  let mantissa = nano;
  let thousands = -3;
  const exponential = quantity.format === "DecimalExponent";
  while (mantissa % 1000n === 0n && (exponential || thousands < 6)) {
    mantissa /= 1000n;
    thousands += 1;
  }
  if (!exponential) return `${mantissa}${decimalSuffixes[thousands + 3]}`;
  return thousands === 0 ? `${mantissa}` : `${mantissa}e${thousands * 3}`;
}

/** Negative, zero or positive as the first amount is less than, equal to or more than the second, whatever the formats. */
export function compareQuantities(left: QuantityLike, right: QuantityLike): number {
  const difference = parseQuantity(left).nano - parseQuantity(right).nano;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The exact sum, written in the format of the left one unless that is zero, as upstream's `Quantity.Add`. */
export function addQuantities(left: QuantityLike, right: QuantityLike): Quantity {
  const augend = parseQuantity(left);
  const addend = parseQuantity(right);
  return { nano: augend.nano + addend.nano, format: augend.nano === 0n ? addend.format : augend.format };
}

/** A double that is exact, or the nearest end of the exact range: 8 PiB of memory is more than any node has. */
function clampToSafe(amount: bigint): number {
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER;
  if (amount < BigInt(Number.MIN_SAFE_INTEGER)) return Number.MIN_SAFE_INTEGER;
  return Number(amount);
}

interface Scaled {
  readonly value: number;
  readonly milli: number;
}

/** Text → scaled integers. A pure memo: bounded, and never part of any state. */
const memo = new Map<string, Scaled>();
const memoMax = 4096;

function scaled(quantity: QuantityLike): Scaled {
  if (typeof quantity === "object") return scale(quantity);
  const text = String(quantity);
  const known = memo.get(text);
  if (known !== undefined) return known;
  const fresh = scale(parse(text));
  if (memo.size >= memoMax) memo.clear();
  memo.set(text, fresh);
  return fresh;
}

function scale(quantity: Quantity): Scaled {
  return {
    value: clampToSafe(divideUp(quantity.nano, nanoPerUnit)),
    milli: clampToSafe(divideUp(quantity.nano, nanoPerMilli)),
  };
}

/** Whole units, rounded up (`Quantity.Value`): bytes of memory, counts. Held within ±(2⁵³−1). */
export function value(quantity: QuantityLike): number {
  return scaled(quantity).value;
}

/** Thousandths, rounded up (`Quantity.MilliValue`): CPU time. Held within ±(2⁵³−1). */
export function milli(quantity: QuantityLike): number {
  return scaled(quantity).milli;
}

/** Kubernetes quantities as plain numbers, exact enough to draw a bar and to say a share; and such numbers in people's words. */
import type { Json } from "../../sim/api/types.ts";
import { milli, quantityError, value } from "../../sim/index.ts";

/** "250m" → 250 thousandths, "1Gi" → 1073741824 whole units; 0 for what is no quantity. */
export function amountOf(quantity: Json | undefined, unit: "thousandths" | "whole"): number {
  if (typeof quantity !== "string" && typeof quantity !== "number") return 0;
  if (quantityError(String(quantity)) !== undefined) return 0;
  return unit === "whole" ? value(quantity) : milli(quantity);
}

const tenth = (value: number): string => String(Math.round(value * 10) / 10);

/** Thousandths of a core: "0.5 CPU". */
export function coreWords(thousandths: number): string {
  return tenth(thousandths / 1000);
}

/** Bytes: "1.5 GiB", "512 MiB". */
export function byteWords(bytes: number): string {
  const mebibyte = 1024 * 1024;
  return bytes >= 1024 * mebibyte ? `${tenth(bytes / (1024 * mebibyte))} GiB` : `${tenth(bytes / mebibyte)} MiB`;
}

/** A share as whole hundredths, 0 where the whole is not known. */
export function percent(used: number, all: number): number {
  return all > 0 ? Math.round((used * 100) / all) : 0;
}

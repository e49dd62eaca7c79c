import type { ShellClient } from "../client.ts";
import { momentOf, twoDigits } from "./calendar.ts";

/** The beginning of a klog line, at the simulated time: severity, date, time, process id. */
export function klogHead(client: Pick<ShellClient, "wallMs">, severity: "E" | "W"): string {
  const { month, day, time, microsecond } = momentOf(client.wallMs);
  return `${severity}${twoDigits(month)}${twoDigits(day)} ${time}.${String(microsecond).padStart(6, "0")}       1`;
}

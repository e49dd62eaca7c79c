import { fail } from "./failure.ts";
import type { Call } from "./verb.ts";

const PROPAGATION = { background: "Background", foreground: "Foreground", orphan: "Orphan" } as const;

/** The options of a delete request: what `--cascade` says, a grace period from 0 on, a dry run. */
export function deletionOf(call: Call, graceSeconds: number) {
  return {
    propagationPolicy: propagation(call),
    ...(graceSeconds >= 0 ? { gracePeriodSeconds: graceSeconds } : {}),
    ...(call.dryRun === "server" ? { dryRun: true } : {}),
  };
}

function propagation(call: Call): "Background" | "Foreground" | "Orphan" {
  const value = call.has("cascade") ? call.text("cascade") : "background";
  if (value === "true") return "Background";
  if (value === "false") return "Orphan";
  const policy = PROPAGATION[value as keyof typeof PROPAGATION];
  if (policy === undefined) {
    fail(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
  }
  return policy;
}

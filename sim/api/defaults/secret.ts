/**
 * Defaults of Secrets: text entries become data, and the type is Opaque (Kubernetes 1.32, pkg/apis/core/v1/conversion.go
 * and defaults.go).
 * Left out: nothing.
 * Invariant: a secret without text entries keeps its data by identity.
 */
import type { Secret } from "../kinds/secret.ts";
import { base64OfText } from "../schema/base64.ts";

/** Moves `stringData` into `data`, where it wins, and fills in the type. */
export function mergeTextEntries(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  const typed = { ...rest, type: secret.type || "Opaque" };
  if (stringData === undefined) return typed;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, text]) => [key, base64OfText(text)]));
  return { ...typed, data: { ...secret.data, ...encoded } };
}

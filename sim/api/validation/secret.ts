/**
 * Validation of Secrets (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidateSecret).
 * Left out: nothing.
 * Invariant: what a well-known type demands is demanded under its key.
 */
import type { Secret } from "../kinds/secret.ts";
import { base64ByteLength } from "../schema/base64.ts";
import { equalJson } from "../schema/equal-json.ts";
import { type FieldError, forbidden, invalid, required, tooLong } from "./field-error.ts";
import { configMapKey } from "./names.ts";

const BYTES_MAX = 1024 * 1024;
const ACCOUNT_NAME = "kubernetes.io/service-account.name";

/** Keys that a type demands; of an inner list, one is enough. */
const DEMANDED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "kubernetes.io/dockercfg": [[".dockercfg"]],
  "kubernetes.io/dockerconfigjson": [[".dockerconfigjson"]],
  "kubernetes.io/basic-auth": [["username", "password"]],
  "kubernetes.io/ssh-auth": [["ssh-privatekey"]],
  "kubernetes.io/tls": [["tls.crt"], ["tls.key"]],
};

/** Errors of a Secret by itself. */
export function validateSecret({ data = {}, type = "", metadata }: Secret): readonly FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    errors.push(...configMapKey(key).map((sentence) => invalid(`data[${key}]`, key, sentence)));
    size += base64ByteLength(data[key] ?? "");
  }
  if (size > BYTES_MAX) errors.push(tooLong("data", BYTES_MAX));
  if (type === "kubernetes.io/service-account-token" && !metadata.annotations?.[ACCOUNT_NAME]) {
    errors.push(required(`metadata.annotations[${ACCOUNT_NAME}]`));
  }
  for (const keys of DEMANDED[type] ?? []) {
    if (keys.every((key) => data[key] === undefined)) errors.push(...keys.map((key) => required(`data[${key}]`)));
  }
  return errors;
}

/** Errors of a change of a Secret. */
export function validateSecretUpdate(next: Secret, previous: Secret): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (next.type !== previous.type) errors.push(invalid("type", next.type, "field is immutable"));
  if (!previous.immutable) return errors;
  const why = "field is immutable when `immutable` is set";
  if (!next.immutable) errors.push(forbidden("immutable", why));
  if (!equalJson(next.data, previous.data)) errors.push(forbidden("data", why));
  return errors;
}

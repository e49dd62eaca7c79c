/**
 * Rules that volumes and claims share: access modes, volume mode, class name (Kubernetes 1.32,
 * pkg/apis/core/validation/validation.go).
 * Left out: nothing.
 * Invariant: ReadWriteOncePod stands alone.
 */
import { type FieldError, forbidden, invalid, notSupported } from "./field-error.ts";
import { dnsSubdomain } from "./names.ts";

const MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const ALONE = "ReadWriteOncePod";

/** Errors of access modes; an empty list is another rule's affair, since its sentence differs. */
export function validateAccessModes(modes: readonly string[]): readonly FieldError[] {
  const unknown = modes.filter((mode) => !MODES.includes(mode));
  const errors = unknown.map((mode) => notSupported("spec.accessModes", mode, MODES));
  const others = modes.some((mode) => mode !== ALONE && MODES.includes(mode));
  if (modes.includes(ALONE) && others) {
    errors.push(forbidden("spec.accessModes", `may not use ${ALONE} with other access modes`));
  }
  return errors;
}

/** Errors of a volume mode. */
export function validateVolumeMode(mode: string | undefined): readonly FieldError[] {
  const known = ["Block", "Filesystem"];
  return mode === undefined || known.includes(mode) ? [] : [notSupported("spec.volumeMode", mode, known)];
}

/** Errors of the name of a class; empty means none. */
export function validateClassName(name: string | undefined): readonly FieldError[] {
  return name ? dnsSubdomain(name).map((sentence) => invalid("spec.storageClassName", name, sentence)) : [];
}

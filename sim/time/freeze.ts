/**
 * Freezing values through and through, so that nobody outside can change what the simulation shares.
 * Models no upstream code.
 * Invariant: what is frozen at the top is frozen below; so a second call costs nothing.
 */

/** Freezes a plain value and all its parts; returns it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}

let everything = false;

/** Freezes every event and every stored object from now on, so that a test fails where a handler changes one. */
export function freezeEverything(on: boolean): void {
  everything = on;
}

/** The value, frozen through and through if tests ask for it; freezing costs time, so nobody else does. */
export function guarded<T>(value: T): T {
  return everything ? deepFreeze(value) : value;
}

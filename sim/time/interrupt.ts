/**
 * The one way to stop a running simulation from outside: a flag in shared memory, looked at between two events.
 * Models no upstream code. The flag is not part of any world: it changes when a run ends, never what it does.
 * Invariant: an interrupt lands between two whole events.
 */

/** Thrown by a run that was interrupted; the cluster stands after its last whole event. */
export class InterruptedError extends Error {
  constructor(step: number) {
    super(`interrupted after step ${step}; the cluster stands after its last whole event`);
    this.name = "InterruptedError";
  }
}

let flag: Int32Array | undefined;

/** Sets the flag that runs look at: element 0 is not 0 when they must stop. Undefined: nothing can interrupt. */
export function watchInterruptFlag(shared: Int32Array | undefined): void {
  flag = shared;
}

/** Throws an InterruptedError if somebody asked to stop. */
export function stopIfInterrupted(step: number): void {
  if (flag !== undefined && flag[0] !== 0) throw new InterruptedError(step);
}

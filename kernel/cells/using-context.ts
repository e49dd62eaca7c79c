/** One `using` or `await using` that a block holds. */
interface Held {
  readonly dispose: () => unknown;
  readonly isAsync: boolean;
}

const NOTHING = Symbol("no error");

/**
 * The helper that the transform calls for `using` in blocks: `u` and `a` take a value in, `e` takes the block's error,
 * `d` disposes in reverse order and throws what the block or a dispose threw (both: as a SuppressedError's shape).
 */
export function usingCtx() {
  const held: Held[] = [];
  let failure: unknown = NOTHING;

  const take = <T>(value: T, isAsync: boolean): T => {
    if (value === null || value === undefined) return value;
    const holder = value as Record<symbol, unknown>;
    const method = (isAsync ? holder[Symbol.asyncDispose] : undefined) ?? holder[Symbol.dispose];
    if (typeof method !== "function") throw new TypeError("the value of `using` has no method Symbol.dispose");
    held.push({ dispose: () => method.call(value), isAsync });
    return value;
  };
  const suppress = (error: unknown): void => {
    if (failure === NOTHING) failure = error;
    else
      failure = Object.assign(new Error("an error was suppressed by one while disposing"), {
        error,
        suppressed: failure,
      });
  };
  const next = (): unknown => {
    for (let one = held.pop(); one; one = held.pop()) {
      try {
        const result = one.dispose();
        if (one.isAsync) return Promise.resolve(result).catch(suppress).then(next);
      } catch (error) {
        suppress(error);
      }
    }
    if (failure !== NOTHING) throw failure;
    return undefined;
  };
  return {
    u: <T>(value: T): T => take(value, false),
    a: <T>(value: T): T => take(value, true),
    d: next,
    set e(error: unknown) {
      failure = error;
    },
  };
}

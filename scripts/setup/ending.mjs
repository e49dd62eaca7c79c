/** When a script is asked to end: by a signal, or because npm, which started it, was ended without passing the signal on. */

const statusOf = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Calls `asked(signal, status)` when we are to end; `status` is the exit status a shell expects then.
 * Returns a function that takes the request back.
 * npm runs scripts below a shell that does not pass signals on, so below npm the loss of our parent counts as SIGTERM.
 */
export function onEnding(asked) {
  const handlers = Object.entries(statusOf).map(([signal, status]) => [signal, () => asked(signal, status)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) asked("SIGTERM", statusOf.SIGTERM);
  }, 300);
  watch.unref();
  return () => {
    clearInterval(watch);
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

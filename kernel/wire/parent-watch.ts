const EVERY_MS = 500;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Calls `gone` once when the process that started the notebook kernel has ended: the one named by JPY_PARENT_PID (on
 * Windows that is a handle, not a process id) or the parent that we had at the start.
 */
export function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const named = process.platform === "win32" ? 0 : Number(process.env.JPY_PARENT_PID ?? 0);
  const timer = setInterval(() => {
    const orphaned = parent > 1 && (process.platform === "win32" ? !isAlive(parent) : process.ppid !== parent);
    if (!orphaned && !(named > 1 && !isAlive(named))) return;
    clearInterval(timer);
    gone();
  }, EVERY_MS);
  timer.unref();
}

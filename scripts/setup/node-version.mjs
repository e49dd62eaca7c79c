/**
 * Refuses a Node.js that the project's packages do not run on, in one sentence and before anything is installed.
 * Kept free of imports and of new syntax, so that an old Node.js can read it.
 */

/** Whether a version such as "20.19.4" satisfies the `engines` of package.json: ^20.19.0 || >=22.12.0. */
function isSupported(version) {
  const parts = version.replace(/^v/, "").split(".").map(Number);
  const major = parts[0];
  const minor = parts[1];
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
}

/** Ends the process with status 1 when this Node.js is too old. */
export function requireNode() {
  if (isSupported(process.versions.node)) return;
  console.error(
    `Orrery needs Node.js 20.19 or newer, or 22.12 or newer; this is ${process.versions.node}: install the current LTS from nodejs.org and run the command again.`,
  );
  process.exit(1);
}

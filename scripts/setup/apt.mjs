/** Has Debian's packages installed, where we are allowed to: for what tests need and npm and pip do not have. */

import { spawnSync } from "node:child_process";
import { runLogged, step } from "./steps.mjs";

/** Whether this user may install packages with apt here. */
const canInstall = () =>
  process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0;

/**
 * Installs packages; `what` says what for. False where nobody may.
 * @param {string} what
 * @param {readonly string[]} packages
 */
export async function installWithApt(what, packages) {
  if (!canInstall()) return false;
  await step(`Installing ${what}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await runLogged("apt-update", "apt-get", ["update"], { env });
    await runLogged(`apt-${packages[0]}`, "apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
      env,
    });
  });
  return true;
}

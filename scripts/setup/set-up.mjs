/** The set-up that `npm start` and `npm test` share; each part is skipped when it is up to date. */
import { buildIfStale } from "../build.mjs";
import { writeKernelspec, writeLabSettings } from "./kernelspec.mjs";
import { buildExtensionIfStale, installExtension } from "./lab-extension.mjs";
import { installPackages } from "./packages.mjs";
import { preparePython } from "./python.mjs";
import { Refusal } from "./refusal.mjs";
import { say } from "./steps.mjs";

/**
 * The extension for JupyterLab; false where its builder does not run (its binaries are not made for every system), so that
 * notebooks open all the same, with pictures that hold their moments but are not live.
 */
async function buildExtension(mustBuild) {
  try {
    await buildExtensionIfStale();
    return true;
  } catch (error) {
    if (mustBuild || !(error instanceof Refusal)) throw error;
    say(`${error.message}\nGoing on without live pictures: those in the notebooks step through what they hold.`);
    return false;
  }
}

/**
 * Installs, builds and registers what is missing, Python's packages beside npm's; `lists` names the Python lists of
 * `requirements/` that are needed. With `mustBuild` an extension that can't be built is a failure.
 * @throws Refusal for a missing Python, no network, sources that do not compile.
 */
export async function setUp(lists, { mustBuild = true } = {}) {
  const installPython = preparePython(lists);
  let hasExtension = false;
  const build = async () => {
    await buildIfStale();
    hasExtension = await buildExtension(mustBuild);
  };
  const parts = [installPackages().then(build), installPython()];
  const failed = (await Promise.allSettled(parts)).find((part) => part.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  writeKernelspec();
  writeLabSettings();
  if (hasExtension) installExtension();
}

/** The set-up that `npm start` and `npm test` share; each part is skipped when it is up to date. */
import { buildIfStale } from "../build.mjs";
import { writeKernelspec, writeLabSettings } from "./kernelspec.mjs";
import { buildExtensionIfStale, installExtension } from "./lab-extension.mjs";
import { installPackages } from "./packages.mjs";
import { preparePython } from "./python.mjs";

/**
 * Installs, builds and registers what is missing, Python's packages beside npm's; `lists` names the Python lists of `requirements/` that are needed.
 * @throws Refusal for a missing Python, no network, sources that do not compile.
 */
export async function setUp(lists) {
  const installPython = preparePython(lists);
  const build = async () => {
    await buildIfStale();
    await buildExtensionIfStale();
  };
  const parts = [installPackages().then(build), installPython()];
  const failed = (await Promise.allSettled(parts)).find((part) => part.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  writeKernelspec();
  writeLabSettings();
  installExtension();
}

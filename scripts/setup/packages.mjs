/** The project's npm packages: installed exactly as package-lock.json says, and only when they are not there yet. */
import { existsSync, readFileSync } from "node:fs";
import { inProject } from "./project.mjs";
import { hashTexts, isStamped, writeStamp } from "./stamps.mjs";
import { installerRefusal, runLogged, step } from "./steps.mjs";

const lockPath = inProject("package-lock.json");
const hiddenLockPath = inProject("node_modules", ".package-lock.json");
const stampPath = inProject("node_modules", ".orrery-stamp");

/** How to call npm: through the Node.js that runs us when npm started us, which also works where npm is a script. */
function npmCommand() {
  const script = process.env.npm_execpath ?? "";
  return script.endsWith("npm-cli.js") ? [process.execPath, script] : ["npm"];
}

/**
 * Whether what npm last wrote into node_modules is what the lock asks for.
 * Lets a developer's own `npm install` count, instead of deleting it for a clean install of the same packages.
 */
function isInstalled(lock) {
  if (!existsSync(hiddenLockPath)) return false;
  const present = JSON.parse(readFileSync(hiddenLockPath, "utf8")).packages;
  return Object.entries(lock.packages).every(
    ([path, wanted]) => path === "" || wanted.optional || present[path]?.version === wanted.version,
  );
}

/**
 * Makes node_modules agree with package-lock.json.
 * @throws Refusal when npm fails, with the network named when it was that.
 */
export async function installPackages() {
  const text = readFileSync(lockPath, "utf8");
  const key = hashTexts([text]);
  if (isStamped(stampPath, key)) return;
  if (!isInstalled(JSON.parse(text))) {
    await step("Installing the npm packages", async () => {
      const [npm, ...args] = [
        ...npmCommand(),
        "ci",
        "--no-audit",
        "--no-fund",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=5000",
      ];
      const result = await runLogged("npm", npm, args);
      if (result.status !== 0) throw installerRefusal("the npm packages", "The npm registry", result);
    });
  }
  writeStamp(stampPath, key);
}

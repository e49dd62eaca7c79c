/** Finds a Chromium for the browser tests, or has Debian's installed where we are allowed to. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { installWithApt } from "./apt.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const fixed = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"],
};

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function search() {
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env.CHROME_PATH ?? "", ...onPath, ...(fixed[process.platform] ?? [])].find(
    (path) => path !== "" && isProgram(path),
  );
}

/** The path of a Chromium; undefined when there is none and none could be installed. */
export async function findChromium() {
  const found = search();
  if (found !== undefined) return found;
  return (await installWithApt("Chromium for the browser tests", ["chromium"])) ? search() : undefined;
}

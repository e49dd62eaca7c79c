/** What `npm start` does: install, build, start a private JupyterLab, open it, and end it with Ctrl-C. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { onEnding } from "./ending.mjs";
import { choosePort, firstPage, openBrowser, startLab } from "./lab.mjs";
import { parseOptions } from "./options.mjs";
import { Refusal } from "./refusal.mjs";
import { setUp } from "./set-up.mjs";
import { say } from "./steps.mjs";
import { seedWorkingCopy } from "./working-copy.mjs";

const help = `npm start [-- OPTIONS]

Installs and builds what is missing, starts a private JupyterLab on loopback and opens the first lesson.
Notebooks are opened as your own copies in work/; what you change there is kept.

  --no-browser   only print the address
  --port N       listen on this port (default: a free one)
  --token T      the token of the address (default: a random one)
  --root DIR     open this folder instead of work/
  --help         print this text
`;

const accepted = {
  "no-browser": { type: "boolean" },
  port: { type: "string" },
  token: { type: "string" },
  root: { type: "string" },
};

function portNumber(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw new Refusal(`--port takes a number from 1 to 65535, not "${text}".`, 2);
  }
  return port;
}

function tokenText(text) {
  if (text !== undefined && !/^[\w-]+$/.test(text)) {
    throw new Refusal("--token takes letters, digits, - and _ only, and at least one of them.", 2);
  }
  return text;
}

function rootFolder(text) {
  if (text === undefined) return seedWorkingCopy();
  if (!existsSync(text) || !statSync(text).isDirectory()) throw new Refusal(`--root ${text} is not a folder.`, 2);
  return resolve(text);
}

/**
 * Runs until JupyterLab has ended.
 * @throws Refusal for wrong options, a port in use, a missing Python, no network, sources that do not compile.
 */
export async function start() {
  const { values } = parseOptions(help, accepted);
  const wished = portNumber(values.port);
  const token = tokenText(values.token);
  const root = rootFolder(values.root);
  if (wished !== undefined) await choosePort(wished);
  await setUp(["jupyterlab"], { mustBuild: false });
  const asked = new Promise((done) => onEnding(() => done("asked")));
  const lab = startLab({ port: await choosePort(wished), token, root });
  try {
    if ((await Promise.race([lab.ready, asked])) === "asked") return;
    announce(firstPage(lab, root), !values["no-browser"]);
    if ((await Promise.race([lab.ended, asked])) === "asked") return;
    throw new Refusal("JupyterLab ended by itself: see .local/log/jupyterlab.log.");
  } finally {
    await lab.stop();
  }
}

function announce(url, inBrowser) {
  say("JupyterLab is ready; Ctrl-C here ends it.");
  process.stdout.write(`${url}\n`);
  if (inBrowser) openBrowser(url);
}

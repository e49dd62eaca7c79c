/** One private JupyterLab: its own settings, its own folders, loopback only, with a token; and its end. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { local, venv, venvPython } from "./project.mjs";
import { Refusal } from "./refusal.mjs";

const jupyter = join(local, "jupyter");
const logPath = join(local, "log", "jupyterlab.log");
const readyWithinMs = 120_000;
const stopWithinMs = 8_000;

/**
 * Gives a free loopback port, or the wished one if it is free.
 * @throws Refusal when the wished port is taken or not allowed.
 */
export function choosePort(wished) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      const why = error.code === "EACCES" ? "is not allowed for this user" : "is in use";
      reject(
        new Refusal(`Port ${wished} ${why}: give another one with --port, or leave it out and a free one is taken.`),
      );
    });
    server.listen(wished ?? 0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function environment(token) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(JUPYTER|PYTHON|npm_)/.test(name));
  const folder = (name) => join(jupyter, name);
  return {
    ...Object.fromEntries(inherited),
    JUPYTER_TOKEN: token,
    JUPYTER_NO_CONFIG: "1",
    JUPYTER_PREFER_ENV_PATH: "1",
    JUPYTER_CONFIG_DIR: folder("config"),
    JUPYTER_DATA_DIR: folder("data"),
    JUPYTER_RUNTIME_DIR: folder("runtime"),
    JUPYTERLAB_SETTINGS_DIR: process.env.ORRERY_SETTINGS ?? folder("settings"),
    JUPYTERLAB_WORKSPACES_DIR: folder("workspaces"),
    IPYTHONDIR: folder("ipython"),
  };
}

/** Notebook 7 is there for the tests; without configuration files the server has to be told of it. */
const hasNotebook = () => existsSync(join(venv, "share", "jupyter", "labextensions", "@jupyter-notebook"));

function flags(port, root) {
  return [
    "--ServerApp.ip=127.0.0.1",
    `--ServerApp.port=${port}`,
    "--ServerApp.port_retries=0",
    "--ServerApp.open_browser=False",
    `--ServerApp.root_dir=${root}`,
    "--KernelSpecManager.ensure_native_kernel=False",
    "--MultiKernelManager.default_kernel_name=orrery",
    "--LanguageServerManager.autodetect=False",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.expose_app_in_browser=True",
    ...(hasNotebook() ? ["--ServerApp.jpserver_extensions={'notebook': True}"] : []),
    "--JupyterNotebookApp.expose_app_in_browser=True",
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

/** The end of what JupyterLab wrote, for a refusal. */
const logTail = () => readFileSync(logPath, "utf8").trim().split("\n").slice(-12).join("\n");

async function answers(port, token) {
  try {
    const options = { headers: { authorization: `token ${token}` }, signal: AbortSignal.timeout(2000) };
    return (await fetch(`http://127.0.0.1:${port}/api/status`, options)).ok;
  } catch {
    return false;
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function untilReady(ended, port, token) {
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(port, token))) {
    if (ended())
      throw new Refusal(
        `${logTail()}\nJupyterLab ended before it was ready: read the lines above (full log in ${logPath}).`,
      );
    if (Date.now() > deadline)
      throw new Refusal(`JupyterLab did not answer within ${readyWithinMs / 1000} s: see ${logPath}.`);
    await pause(100);
  }
  return "ready";
}

/**
 * Starts JupyterLab: `{ port, token, ready, ended, stop }`.
 * `ready` resolves to "ready" when it answers and rejects with a Refusal when it never will; `ended` resolves when it is gone; `stop` asks it to end its notebook kernels and itself, and then insists.
 * The server is put into a process group of its own, so that Ctrl-C reaches it through `stop` only and it never asks back.
 */
export function startLab({ port, token = randomBytes(24).toString("hex"), root }) {
  mkdirSync(jupyter, { recursive: true });
  mkdirSync(join(local, "log"), { recursive: true });
  // JupyterLab's own scripts are CommonJS, and would take the project's package.json for theirs
  writeFileSync(join(local, "package.json"), '{ "type": "commonjs" }\n');
  const log = openSync(logPath, "w");
  const server = spawn(venvPython, ["-m", "jupyterlab", ...flags(port, root)], {
    cwd: root,
    env: environment(token),
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  let gone = false;
  const ended = new Promise((resolve) => {
    server.once("error", resolve);
    server.once("exit", resolve);
  }).then(() => {
    gone = true;
  });
  const stop = async () => {
    if (gone) return;
    server.kill("SIGTERM");
    const insist = setTimeout(() => kill(server.pid), stopWithinMs);
    await ended;
    clearTimeout(insist);
  };
  const ready = untilReady(() => gone, port, token);
  ready.catch(() => {}); // whoever stops the server first need not wait for this
  return { port, token, ready, ended, stop };
}

function kill(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

const firstLesson = "01-whole-cluster.ipynb";

/** The page to open first: the first lesson when the folder has it, else the file browser. */
export function firstPage({ port, token }, root) {
  const page = existsSync(join(root, firstLesson)) ? `/tree/${firstLesson}` : "";
  return `http://127.0.0.1:${port}/lab${page}?token=${token}`;
}

/**
 * Opens the page in the user's browser through a private file, so that the token is in no process list.
 * A machine without a browser is no failure: the address is printed anyway.
 */
export function openBrowser(url) {
  const page = join(jupyter, "open.html");
  writeFileSync(
    page,
    `<!doctype html><meta http-equiv="refresh" content="0;url=${url}"><a href="${url}">Orrery</a>\n`,
    { mode: 0o600 },
  );
  const openers = { darwin: ["open", [page]], win32: ["explorer", [page]] };
  const [command, args] = openers[process.platform] ?? ["xdg-open", [page]];
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.once("error", () => {});
  child.unref();
}

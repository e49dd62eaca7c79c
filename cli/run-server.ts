import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./command.ts";
import { KERNEL_NAME, writeKernelspec } from "./kernelspec.ts";
import { packageFolder } from "./package-folder.ts";

const readyWithinMs = 60_000;
const stopWithinMs = 8_000;

/** A Jupyter server of our own, on loopback and with a token. */
export interface JupyterServer {
  readonly url: string;
  readonly token: string;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<void>;
  /** Ends it and its notebook kernels, and removes its folder; resolves when all is gone. */
  stop(): Promise<void>;
}

const isWindows = process.platform === "win32";

/** The project's private Jupyter if there is one, else the `jupyter` that a terminal would find. Throws a Failure. */
function jupyterServerCommand(): readonly string[] {
  const own = join(packageFolder(), ".local", "venv", ...(isWindows ? ["Scripts", "python.exe"] : ["bin", "python"]));
  if (existsSync(own)) return [own, "-m", "jupyter_server"];
  const name = isWindows ? "jupyter-server.exe" : "jupyter-server";
  const found = (process.env.PATH ?? "").split(delimiter).find((folder) => existsSync(join(folder, name)));
  if (found !== undefined) return [join(found, name)];
  throw new Failure(
    "No Jupyter was found to run the cells with: activate an environment that has jupyter-server (`pip install jupyter-server`).",
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Nothing of the user's Jupyter is read or changed: settings, notebook kernels and files of running servers are our own. */
function environment(folder: string, token: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(JUPYTER|PYTHON|npm_)/.test(name));
  const own = (name: string): string => join(folder, name);
  return Object.assign(Object.fromEntries(inherited), {
    JUPYTER_TOKEN: token,
    JUPYTER_NO_CONFIG: "1",
    JUPYTER_PREFER_ENV_PATH: "0",
    JUPYTER_DATA_DIR: own("data"),
    JUPYTER_CONFIG_DIR: own("config"),
    JUPYTER_RUNTIME_DIR: own("runtime"),
  });
}

const flags = (port: number, root: string): readonly string[] => [
  "--ServerApp.ip=127.0.0.1",
  `--ServerApp.port=${port}`,
  "--ServerApp.port_retries=0",
  "--ServerApp.open_browser=False",
  "--ServerApp.terminals_enabled=False",
  `--ServerApp.root_dir=${root}`,
  "--KernelSpecManager.ensure_native_kernel=False",
  `--MultiKernelManager.default_kernel_name=${KERNEL_NAME}`,
  ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
];

/** Ends whatever is left of a server's process group. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(isWindows ? pid : -pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A server process with its end: a group of its own, so that Ctrl-C reaches it through us only. */
class ServerProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #atExit = (): void => killGroup(this.#child);
  readonly ended: Promise<void>;
  gone = false;

  constructor(folder: string, command: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    const log = openSync(join(folder, "log"), "w");
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, { cwd, env, stdio: ["ignore", log, log], detached: !isWindows });
    closeSync(log);
    process.on("exit", this.#atExit);
    this.ended = new Promise<void>((resolve) => {
      this.#child.once("error", () => resolve());
      this.#child.once("exit", () => resolve());
    }).then(() => {
      this.gone = true;
    });
  }

  /** The last lines that it wrote, for a complaint. */
  get tail(): string {
    return readFileSync(join(this.#folder, "log"), "utf8").trim().split("\n").slice(-8).join("\n");
  }

  async stop(): Promise<void> {
    if (!this.gone) {
      this.#child.kill("SIGTERM");
      const insist = setTimeout(() => killGroup(this.#child), stopWithinMs);
      await this.ended;
      clearTimeout(insist);
    }
    killGroup(this.#child);
    process.off("exit", this.#atExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Starts a Jupyter server whose notebook kernels run in the folder `root` and which knows ours alone. Throws a Failure when there
 * is no Jupyter, or when it does not answer. `stopping` ends the wait.
 */
export async function startServer(root: string, stopping: AbortSignal): Promise<JupyterServer> {
  const command = jupyterServerCommand();
  const folder = mkdtempSync(join(tmpdir(), "orrery-run-"));
  const token = randomBytes(24).toString("hex");
  const port = await freePort();
  writeKernelspec(join(folder, "data"));
  const server = new ServerProcess(folder, [...command, ...flags(port, root)], root, environment(folder, token));
  const url = `http://127.0.0.1:${port}/`;
  try {
    await untilReady(server, url, token, stopping);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, token, ended: server.ended, stop: () => server.stop() };
}

async function untilReady(server: ServerProcess, url: string, token: string, stopping: AbortSignal): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!(await answers(url, token))) {
    stopping.throwIfAborted();
    if (server.gone)
      throw new Failure(`${server.tail}\nThe Jupyter server ended before it was ready: mend what it says above.`);
    if (performance.now() > deadline)
      throw new Failure(`${server.tail}\nThe Jupyter server did not answer within ${readyWithinMs / 1000} s.`);
    await sleep(50);
  }
}

async function answers(url: string, token: string): Promise<boolean> {
  try {
    const options = { headers: { authorization: `token ${token}` }, signal: AbortSignal.timeout(2000) };
    return (await fetch(`${url}api/status`, options)).ok;
  } catch {
    return false;
  }
}

/**
 * Long steps told while they run: a line when one begins, a sign of life every ten seconds, the time it took.
 * All of it goes to standard error, so that standard output stays what a command is called for.
 */
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onEnding } from "./ending.mjs";
import { local, project } from "./project.mjs";
import { Refusal } from "./refusal.mjs";

/** One line of progress. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Runs `work` under a title, with a sign of life while it lasts, and says how long it took. */
export async function step(title, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  say(`${title} …`);
  const alive = setInterval(() => say(`${title}: still busy after ${Math.round(Number(seconds()))} s`), 10_000);
  try {
    const result = await work();
    say(`${title}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(alive);
  }
}

/**
 * Runs a command in the project folder with its output in `.local/log/NAME.log`.
 * Resolves to `{ status, output }`; status is null when the program is not there or a signal ended it.
 */
export function runLogged(name, command, args, { env = process.env } = {}) {
  mkdirSync(join(local, "log"), { recursive: true });
  const path = join(local, "log", `${name}.log`);
  const log = createWriteStream(path);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
    const release = onEnding((signal, code) => {
      child.kill(signal);
      process.exit(code);
    });
    const end = (status) => {
      release();
      log.end(() => resolve({ status, output: readFileSync(path, "utf8"), path }));
    };
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once("error", () => end(null));
    child.once("close", end);
  });
}

const unreachable =
  /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|NewConnectionError|ProxyError|Name or service not known|Temporary failure in name resolution|dns error|error sending request|Failed to establish a new connection/;

/**
 * The refusal for an installer that failed: says so when it was the network, and else ends with the installer's own last lines.
 * `what` is what was being installed, `from` the registry in words.
 */
export function installerRefusal(what, from, { output, path }) {
  if (unreachable.test(output)) {
    return new Refusal(
      `${from} cannot be reached to install ${what}: connect to the network (or set the proxy) and run the command again; full output in ${path}.`,
    );
  }
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => /error/i.test(line));
  const tail = (errors.length > 0 ? errors.slice(0, 8) : lines.slice(-8)).join("\n");
  return new Refusal(
    `${tail}\nInstalling ${what} failed: read the lines above (full output in ${path}) and run the command again.`,
  );
}

import { readFileSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import type { EnvironmentFactory } from "./environment.ts";
import { loadProgram, writeProgramCache } from "./load-program.ts";
import { TypesClient } from "./types/client.ts";
import { kernelInfo } from "./wire/kernel-info.ts";
import type { ConnectionInfo, SocketsStart } from "./wire/protocol.ts";
import { SharedFlags } from "./wire/shared-flags.ts";

const USAGE = `Usage: orrery-kernel CONNECTION_FILE [--unchecked] [--environment MODULE]

Runs the notebook kernel of Orrery for one Jupyter connection file. Jupyter starts it; people seldom do.

  --unchecked           run cells without checking their types
  --environment MODULE  what cells see: a JavaScript module that exports createEnvironment
  --help                show this text
`;

/** Used by the build alone. */
const CACHE_OPTION = "--write-code-cache";

interface Arguments {
  readonly connectionFile: string;
  readonly unchecked: boolean;
  readonly environment: string | undefined;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readArguments(args: string[]): Arguments {
  const rest: string[] = [];
  let unchecked = false;
  let environment: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--help" || arg === "-h") {
      process.stdout.write(USAGE);
      process.exit(0);
    } else if (arg === "--unchecked") unchecked = true;
    else if (arg === "--environment")
      environment = args[++index] ?? fail("--environment needs the path of a module: see --help");
    else if (arg.startsWith("-")) fail(`there is no option ${arg}: see --help`);
    else rest.push(arg);
  }
  if (rest.length !== 1) fail("give one connection file, as Jupyter writes it: see --help");
  return { connectionFile: rest[0]!, unchecked, environment };
}

function readConnection(file: string): ConnectionInfo {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ConnectionInfo;
  } catch (error) {
    return fail(`the connection file ${file} cannot be read: ${(error as Error).message}`);
  }
}

async function loadEnvironment(module: string): Promise<EnvironmentFactory> {
  const loaded = (await import(pathToFileURL(resolve(module)).href)) as { createEnvironment: EnvironmentFactory };
  return loaded.createEnvironment;
}

/** Cells import through the entry, because a script that comes from a code cache has no loader of its own. */
function importModule(url: string, attributes?: ImportAttributes): Promise<unknown> {
  return attributes ? import(url, { with: attributes }) : import(url);
}

async function main(): Promise<void> {
  const folder = import.meta.dirname;
  if (process.argv[2] === CACHE_OPTION) return writeProgramCache(folder);
  const { connectionFile, unchecked, environment } = readArguments(process.argv.slice(2));
  const connection = readConnection(connectionFile);
  const flags = new SharedFlags();
  // Both start beside this thread, which meanwhile loads the rest.
  const { port1, port2 } = new MessageChannel();
  const workerData: SocketsStart = { connection, flags: flags.buffer, port: port2, kernelInfo: kernelInfo() };
  const sockets = new Worker(join(folder, "sockets.cjs"), { workerData, transferList: [port2] });
  const types = unchecked
    ? undefined
    : new TypesClient({ script: join(folder, "types.cjs"), snapshot: join(folder, snapshotName()) });
  const exit = process.exit.bind(process); // cells find another
  sockets.on("error", (error) => {
    writeSync(2, `the notebook kernel cannot open its sockets: ${error.message}\n`);
    sockets.once("exit", () => exit(1));
  });
  const { startNotebookKernel, createEnvironment } = loadProgram(folder);
  await startNotebookKernel({
    sockets: port1,
    flags,
    types,
    createEnvironment: environment === undefined ? createEnvironment : await loadEnvironment(environment),
    ownFolder: dirname(folder),
    importModule,
  });
}

/** A snapshot fits only the Node.js that made it, and the program that it was made from. */
function snapshotName(): string {
  return `types-${process.version}-${process.platform}-${process.arch}-${ORRERY_TYPES_HASH}.blob`;
}

void main();

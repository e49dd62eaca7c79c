import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { type Command, Failure, type Output, WrongUse } from "./command.ts";
import { prefixJupyterFolder, systemPrefix, userJupyterFolder } from "./install-folders.ts";
import { KERNEL_NAME, notebookKernel, writeKernelspec } from "./kernelspec.ts";
import { packageFolder } from "./package-folder.ts";
import { readOptions } from "./words.ts";

const help = `orrery install [OPTIONS]

Tells an existing Jupyter of the notebook kernel and gives it the extension for JupyterLab and Notebook 7.
Both run from this package's folder: keep it where it is, and install again after it was moved or updated.

  --user            for this user (default)
  --sys-prefix      into the active Python environment
  --prefix DIR      below DIR/share/jupyter
  --no-extension    the notebook kernel only: pictures then hold the moments they were made with
  --uninstall       take both away again
  --help            print this text
`;

const options = {
  user: { type: "boolean" },
  "sys-prefix": { type: "boolean" },
  prefix: { type: "string" },
  "no-extension": { type: "boolean" },
  uninstall: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const extensionName = "kube-orrery-lab";

/** Puts the notebook kernel and the extension into an existing Jupyter, or takes them away. */
export const install: Command = {
  name: "install",
  summary: "tell an existing Jupyter of the notebook kernel and the JupyterLab extension",
  async run(words, output) {
    const values = readOptions(words, options);
    if (values.help) {
      output.out(help);
      return 0;
    }
    const targets = [values.user, values["sys-prefix"], values.prefix].filter((value) => value !== undefined);
    if (targets.length > 1)
      throw new WrongUse("--user, --sys-prefix and --prefix exclude each other: give one of them.");
    if (values.prefix === "") throw new WrongUse("--prefix takes a folder, such as /usr/local.");
    const data = jupyterFolder(values.prefix ?? (values["sys-prefix"] ? systemPrefix() : undefined));
    if (values.uninstall) uninstallFrom(data, output);
    else installInto(data, values["no-extension"] !== true, output);
    return 0;
  },
};

const jupyterFolder = (prefix: string | undefined): string =>
  prefix === undefined ? userJupyterFolder() : prefixJupyterFolder(prefix);

/** What is put into a folder of Jupyter data: where, and what makes it. */
interface Part {
  readonly path: string;
  /** Makes it below another folder of Jupyter data. */
  make(data: string): void;
}

const kernelPath = join("kernels", KERNEL_NAME);
const extensionPath = join("labextensions", extensionName);

/** Everything is made ready beside its place first, so that a failure leaves what was there. */
function installInto(data: string, withExtension: boolean, output: Output): void {
  const parts: Part[] = [{ path: kernelPath, make: writeKernelspec }];
  notebookKernel();
  if (withExtension) {
    const built = builtExtension();
    parts.push({ path: extensionPath, make: (into) => cpSync(built, join(into, extensionPath), { recursive: true }) });
  }
  const draft = join(data, `.orrery-${process.pid}`);
  try {
    for (const { path, make } of parts) {
      makeFolder(join(draft, dirname(path)));
      make(draft);
    }
    for (const { path } of parts) replace(join(data, path), join(draft, path));
  } catch (error) {
    throw refusal(data, error);
  } finally {
    if (existsSync(draft)) rmSync(draft, { recursive: true });
  }
  for (const { path } of parts) output.out(`installed ${join(data, path)}\n`);
}

function replace(path: string, by: string): void {
  makeFolder(dirname(path));
  rmSync(path, { recursive: true, force: true });
  renameSync(by, path);
}

/** One folder after the other: Node.js 20 never comes back from making several below a place like /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function builtExtension(): string {
  const built = join(packageFolder(), "dist", "lab", "labextension");
  if (existsSync(join(built, "package.json"))) return built;
  throw new Failure(
    `The JupyterLab extension is not built: run \`npm start\` once in ${packageFolder()}, which builds it, or leave it out with --no-extension.`,
  );
}

function uninstallFrom(data: string, output: Output): void {
  const present = [kernelPath, extensionPath].map((path) => join(data, path)).filter((path) => existsSync(path));
  if (present.length === 0) throw new Failure(`There is nothing of Orrery in ${data}: name where it was installed.`);
  try {
    for (const path of present) rmSync(path, { recursive: true });
  } catch (error) {
    throw refusal(data, error);
  }
  for (const path of present) output.out(`removed ${path}\n`);
}

function refusal(data: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof Failure) return error;
  return new Failure(
    `${data} cannot be written (${code}): choose another place with --user, --sys-prefix or --prefix DIR.`,
  );
}

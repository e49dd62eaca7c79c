/**
 * The private Python environments: JupyterLab and nothing else, and nbgrader for its tests, from pinned and hashed lists.
 * Needs a Python with the standard `venv` module and either uv or a pip of 22.3 or later; Debian's python3-venv is not needed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inProject, nbgraderPython, nbgraderVenv, project, venv, venvPython } from "./project.mjs";
import { Refusal } from "./refusal.mjs";
import { hashTexts, isStamped, writeStamp } from "./stamps.mjs";
import { installerRefusal, runLogged, say, step } from "./steps.mjs";

const probe = `
import importlib.util as u, json, sys
pip = ""
try:
    from importlib.metadata import version
    pip = version("pip")
except Exception:
    pass
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:2]), "venv": bool(u.find_spec("venv")), "pip": pip}))
`;

const names =
  process.platform === "win32"
    ? ["py", "python", "python3"]
    : ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

function ask(name) {
  const { status, stdout } = spawnSync(name, ["-c", probe], { encoding: "utf8", timeout: 20_000 });
  if (status !== 0) return undefined;
  const { executable, version, venv: hasVenv, pip } = JSON.parse(stdout);
  const [major = 0, minor = 0] = pip.split(".").map(Number);
  const recent = version[0] === 3 && version[1] >= 10;
  return {
    executable,
    version: version.join("."),
    recent,
    hasVenv,
    hasPip: major > 22 || (major === 22 && minor >= 3),
  };
}

const hasUv = () => spawnSync("uv", ["--version"], { stdio: "ignore" }).status === 0;

function choosePython(uv) {
  const found = (process.env.PYTHON ? [process.env.PYTHON] : names).map(ask).filter((python) => python !== undefined);
  const usable = found.find((python) => python.recent && python.hasVenv && (uv || python.hasPip));
  if (usable !== undefined) return usable;
  const recent = found.filter((python) => python.recent);
  if (found.length === 0) {
    throw new Refusal(
      "JupyterLab needs Python 3.10 or newer and none was found: install it (Debian, Ubuntu: `apt install python3 python3-pip`) or name it in the variable PYTHON, and run the command again.",
    );
  }
  if (recent.length === 0) {
    throw new Refusal(
      `JupyterLab needs Python 3.10 or newer and only ${found[0].version} was found: install a newer one or name it in the variable PYTHON, and run the command again.`,
    );
  }
  const { executable } = recent[0];
  if (!recent.some((python) => python.hasVenv)) {
    throw new Refusal(
      `${executable} has no venv module: install it (Debian, Ubuntu: \`apt install python3-venv\`) and run the command again.`,
    );
  }
  throw new Refusal(
    `${executable} has no pip of 22.3 or newer and uv was not found: install one of them (Debian, Ubuntu: \`apt install python3-pip\`) and run the command again.`,
  );
}

/** Where each list goes; the first of an environment makes it. */
const lab = { folder: venv, python: venvPython };
const environments = { jupyterlab: lab, test: lab, nbgrader: { folder: nbgraderVenv, python: nbgraderPython } };
const beginsItsEnvironment = (name) => name !== "test";

/** nbgrader 0.9.6 runs on Python 3.11 and newer; where there is none, its tests say that they could not run. */
const isTooOldFor = (name, python) => name === "nbgrader" && python.version === "3.10";

async function makeVenv(python, folder) {
  rmSync(folder, { recursive: true, force: true });
  const result = await runLogged("venv", python.executable, ["-m", "venv", "--without-pip", folder]);
  if (result.status !== 0) throw installerRefusal("a Python environment", "Python", result);
}

async function installList(python, uv, name) {
  const into = environments[name].python;
  const list = [
    "--require-hashes",
    "--no-deps",
    "--only-binary",
    ":all:",
    "-r",
    inProject("requirements", `${name}.lock`),
  ];
  const result = uv
    ? await runLogged(name, "uv", ["pip", "install", "--python", into, ...list])
    : await runLogged(name, python.executable, [
        "-m",
        "pip",
        "--python",
        into,
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "2",
        ...list,
      ]);
  if (result.status !== 0)
    throw installerRefusal(`the Python packages of requirements/${name}.lock`, "The Python package index", result);
}

const titles = {
  jupyterlab: "Installing JupyterLab into .local/venv",
  test: "Installing the Python packages of the tests",
  nbgrader: "Installing nbgrader into .local/nbgrader",
};

const stampOf = (name) => join(environments[name].folder, `.${name}-stamp`);
const keyOf = (name) => hashTexts([project, readFileSync(inProject("requirements", `${name}.lock`), "utf8")]);
const isThere = (name) => existsSync(environments[name].python) && isStamped(stampOf(name), keyOf(name));

/**
 * Looks for what installs the named lists of `requirements/`; the returned function installs what is missing of them, in order.
 * Two parts, so that a machine without a fitting Python is told so before anything else is installed.
 * The environment is made anew when the project was moved or its Python is gone.
 * @throws Refusal when there is no fitting Python or no installer; the function, when there is no network.
 */
export function preparePython(lists) {
  if (lists.every(isThere)) return async () => {};
  const uv = hasUv();
  const python = choosePython(uv);
  return async () => {
    for (const name of lists) {
      if (isThere(name)) continue;
      if (isTooOldFor(name, python)) {
        say(`${python.executable} is too old for ${name}, which needs Python 3.11: going on without it.`);
        continue;
      }
      await step(titles[name], async () => {
        if (beginsItsEnvironment(name)) await makeVenv(python, environments[name].folder);
        await installList(python, uv, name);
      });
      writeStamp(stampOf(name), keyOf(name));
    }
  };
}

/** Finds a real kubectl of the modelled version for the tests, or builds one from its Go module where Go is there. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { local } from "./project.mjs";
import { runLogged, step } from "./steps.mjs";

const version = "0.32.3";
const minors = [31, 32, 33];
const suffix = process.platform === "win32" ? ".exe" : "";
const folder = join(local, "kubectl");
const built = join(folder, `kubectl-${version}${suffix}`);

/** Whether a program is a kubectl that fits the modelled Kubernetes: a minor version more or less, as upstream promises. */
function fits(program) {
  const { status, stdout } = spawnSync(program, ["version", "--client", "-o", "json"], { encoding: "utf8" });
  if (status !== 0) return false;
  const [, minor] = /"gitVersion": *"v1\.(\d+)\./.exec(stdout) ?? [];
  return minors.includes(Number(minor));
}

function onPath() {
  const programs = (process.env.PATH ?? "").split(delimiter).map((place) => join(place, `kubectl${suffix}`));
  return programs.find((program) => existsSync(program) && fits(program));
}

const main = `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() {
	os.Exit(cli.Run(cmd.NewDefaultKubectlCommand()))
}
`;

const module = `module orrery/kubectl

go 1.23

require (
	k8s.io/component-base v${version}
	k8s.io/kubectl v${version}
)
`;

/** Builds it, in minutes the first time; undefined where that does not work, with Go's words in the log. */
async function build() {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "go.mod"), module);
  writeFileSync(join(folder, "main.go"), main);
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false", GOWORK: "off" };
  const stamp = `-s -w -X k8s.io/component-base/version.gitVersion=v1.${version.slice(2)}`;
  return step("Building kubectl for the tests", async () => {
    const tidy = await runLogged("kubectl-modules", "go", ["-C", folder, "mod", "tidy"], { env });
    if (tidy.status !== 0) return undefined;
    const go = ["-C", folder, "build", "-ldflags", stamp, "-o", built, "."];
    const { status } = await runLogged("kubectl-build", "go", go, { env });
    return status === 0 && fits(built) ? built : undefined;
  });
}

/** The path of a kubectl; undefined when there is none and none could be built. ORRERY_TEST_KUBECTL names one to be used. */
export async function findKubectl() {
  const named = process.env.ORRERY_TEST_KUBECTL;
  if (named) return named;
  const found = onPath() ?? (existsSync(built) ? built : undefined);
  if (found !== undefined) return found;
  const hasGo = spawnSync("go", ["version"], { stdio: "ignore" }).status === 0;
  return hasGo ? build() : undefined;
}

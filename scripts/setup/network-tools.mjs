/** Finds the programs that build real network namespaces for the tests, or has them installed where we are allowed to. */

import { spawnSync } from "node:child_process";
import { installWithApt } from "./apt.mjs";

const runs = (program, ...options) => spawnSync(program, options, { stdio: "ignore" }).status === 0;

/** Sees to `ip` and `iptables` on Linux; without them the tests that need them say so. */
export async function prepareNetworkTools() {
  if (process.platform !== "linux" || (runs("ip", "-V") && runs("iptables", "--version"))) return;
  await installWithApt("ip and iptables for the tests in network namespaces", ["iptables", "iproute2"]);
}

/** A simulated network built in real network namespaces, inside one private place that vanishes with its process. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { topologyScript } from "../../sim/net/command/script.ts";
import { type Ended, WAIT_MS } from "./expected.ts";
import { type Flow, PORTS, type Topology } from "./topologies.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** util-linux: a process in namespaces of its own. */
const privately = "unshare";
const enter = ["-Urnmpf", "--kill-child", "--mount-proc", "--propagation", "private", "/bin/sh", "-c"] as const;
/** /run of its own, so that no namespace of ours has a name outside; /sys stays as it is. */
const OWN_RUN = "mount -t tmpfs none /run && mkdir -p /run/netns";

function succeeds(command: string): boolean {
  const { status, error } = spawnSync(privately, [...enter, `${OWN_RUN} && ${command}`], {
    timeout: 10_000,
    stdio: "ignore",
  });
  return error === undefined && status === 0;
}

/** Why real namespaces cannot be had here, or undefined if they can. */
export function whyNot(): string | undefined {
  if (process.platform !== "linux") return "network namespaces need Linux";
  for (const program of [privately, "ip", "sysctl", "iptables-restore"]) {
    const { error } = spawnSync(program, ["--version"], { stdio: "ignore", timeout: 10_000 });
    if (error !== undefined) return `there is no program "${program}"`;
  }
  if (!succeeds("ip netns add try && ip netns exec try ip link set lo up"))
    return "this machine lets nobody make network namespaces (unshare -Urnm)";
  const rules =
    "iptables -t nat -A POSTROUTING -j MASQUERADE && iptables -A INPUT -m recent --name t --rcheck -j REJECT";
  return succeeds(rules) ? undefined : "its Linux kernel lacks modules that iptables needs (nat, recent, REJECT)";
}

/** Whether the Linux kernel has IP-in-IP devices. */
export function hasIpip(): boolean {
  return succeeds("ip link add try9 type ipip");
}

/** A shell inside the private place; commands are answered one after the other. */
export class RealNetwork {
  readonly #shell: ChildProcess;
  #output = "";
  #wake: () => void = () => {};
  #ended = false;

  private constructor(shell: ChildProcess) {
    this.#shell = shell;
    shell.stdout!.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString();
      this.#wake();
    });
    shell.stderr!.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString();
      this.#wake();
    });
    shell.on("exit", () => {
      this.#ended = true;
      this.#wake();
    });
    shell.stdin!.on("error", () => {});
  }

  /** Builds the network and starts its servers. Throws Error with what the script printed if it fails. */
  static async build({ rows }: Topology): Promise<RealNetwork> {
    const shell = spawn(privately, [...enter, `${OWN_RUN} && exec /bin/sh`], { stdio: "pipe" });
    const network = new RealNetwork(shell);
    try {
      const script = topologyScript(rows.values(), "orrery-");
      const said = await network.run(`(${script}\n) 2>&1`);
      if (said.status !== "0") throw new Error(`the script failed:\n${said.text}`);
      for (const { name, listeners } of rows.values()) {
        if (listeners.length === 0) continue;
        const server = `ip netns exec orrery-${name} ${process.execPath} ${path("server.mjs")} ${name} ${PORTS.join(" ")}`;
        network.#shell.stdin!.write(`mkfifo /run/${name}; sleep 300 > /run/${name} & ${server} < /run/${name} &\n`);
        await network.#until("listening\n");
      }
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** Waits for a text in the output and takes everything up to it. */
  async #until(mark: string): Promise<string> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const at = this.#output.indexOf(mark);
      if (at >= 0) {
        const text = this.#output.slice(0, at);
        this.#output = this.#output.slice(at + mark.length);
        return text;
      }
      const left = deadline - Date.now();
      if (this.#ended || left <= 0) throw new Error(`the network's shell ended or hangs: ${this.#output}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Runs commands in the shell. */
  async run(commands: string): Promise<{ readonly text: string; readonly status: string }> {
    this.#shell.stdin!.write(`${commands}\necho "ended $?."\n`);
    const text = await this.#until("ended ");
    return { text, status: await this.#until(".\n") };
  }

  /** Sends one request. */
  async send({ from, proto, dst, port }: Flow): Promise<Ended> {
    const client = `ip netns exec orrery-${from} ${process.execPath} ${path("client.mjs")}`;
    const { text } = await this.run(`${client} ${proto} ${dst} ${port} ${WAIT_MS} < /dev/null`);
    return JSON.parse(text) as Ended;
  }

  /** Ends the shell: it is the first process of its place, so all others end with it, and the namespaces with them. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const timer = setTimeout(() => this.#shell.kill("SIGKILL"), 2_000);
    await new Promise<void>((resolve) => {
      this.#shell.once("exit", () => resolve());
      this.#shell.stdin!.end("exit\n");
    });
    clearTimeout(timer);
  }
}

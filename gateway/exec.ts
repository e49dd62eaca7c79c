/** Commands in containers for real clients: the protocol is here, what runs is the host's (a simulated shell). */

/** Which container a command runs in. */
export interface ExecPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What a command came to. */
export interface ExecResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that reads a keyboard. */
export interface ExecTerminal {
  input(text: string): void;
  resize(columns: number, rows: number): void;
}

/** Runs commands in simulated containers. */
export interface ExecHost {
  /** Runs a command to its end, with all of its standard input. */
  run(place: ExecPlace, words: readonly string[], stdin: string): ExecResult;
  /** Opens a command that reads a keyboard, e.g. sh; undefined for one that doesn't. `ended` is called once. */
  open(
    place: ExecPlace,
    words: readonly string[],
    write: (text: string) => void,
    ended: (exit: number) => void,
  ): ExecTerminal | undefined;
}

/** Channels of the protocol v5.channel.k8s.io (apimachinery pkg/util/remotecommand/constants.go). */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** The query of pods/NAME/exec, as far as it chooses streams. */
interface ExecOptions {
  readonly words: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Reads the options from a URL's query. */
export function execOptions(query: URLSearchParams): ExecOptions {
  const flag = (name: string) => ["true", "1"].includes(query.get(name) ?? "");
  return { words: query.getAll("command"), stdin: flag("stdin"), tty: flag("tty") };
}

/** One command of one client: collects its input, or hands it on as it is typed, and tells how it ended. */
export class ExecStream {
  readonly #send: (channel: number, text: string) => void;
  readonly #ended: () => void;
  readonly #run: (stdin: string) => ExecResult;
  readonly #terminal: ExecTerminal | undefined;
  #stdin = "";
  #over = false;

  /** Starts the command at once where it reads nothing. `send` takes what goes to the client, `ended` comes last. */
  constructor(
    host: ExecHost,
    place: ExecPlace,
    { words, stdin, tty }: ExecOptions,
    send: (channel: number, text: string) => void,
    ended: () => void,
  ) {
    this.#send = send;
    this.#ended = ended;
    this.#run = (text) => host.run(place, words, text);
    const write = (text: string) => send(channels.stdout, text);
    this.#terminal = tty && stdin ? host.open(place, words, write, (exit) => this.#finish(exit)) : undefined;
    if (this.#terminal === undefined && (!stdin || tty)) this.#runAll(tty);
  }

  /** Whether the command has ended. */
  get over(): boolean {
    return this.#over;
  }

  /** Takes a frame of the client. */
  take(channel: number, text: string): void {
    if (this.#over) return;
    if (channel === channels.stdin) {
      if (this.#terminal === undefined) this.#stdin += text;
      else this.#terminal.input(text);
    } else if (channel === channels.resize) {
      const { Width: columns = 80, Height: rows = 24 } = sizeIn(text);
      this.#terminal?.resize(columns, rows);
    } else if (channel === channels.close && this.#terminal === undefined) this.#runAll(false);
  }

  #runAll(tty: boolean): void {
    const { exit, stdout, stderr } = this.#run(this.#stdin);
    // On a terminal both streams are one, and lines end as a screen wants it.
    if (tty) this.#send(channels.stdout, `${stdout}${stderr}`.replaceAll("\n", "\r\n"));
    else {
      if (stdout !== "") this.#send(channels.stdout, stdout);
      if (stderr !== "") this.#send(channels.stderr, stderr);
    }
    this.#finish(exit);
  }

  #finish(exit: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#send(channels.error, JSON.stringify(exitStatus(exit)));
    this.#ended();
  }
}

function sizeIn(text: string): { readonly Width?: number; readonly Height?: number } {
  try {
    return JSON.parse(text) as { readonly Width?: number; readonly Height?: number };
  } catch {
    return {};
  }
}

/** How a command ended, as the kubelet tells it (pkg/kubelet/cri/streaming/remotecommand/exec.go). */
function exitStatus(exit: number): object {
  if (exit === 0) return { metadata: {}, status: "Success" };
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: command terminated with exit code ${exit}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exit) }] },
  };
}

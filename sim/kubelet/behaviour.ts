/**
 * How a container's main process behaves: whether it ends by itself, with which code, and whether it minds SIGTERM.
 * Models what common images do when run; data, not programs. An image that nobody knows runs until it is told to stop.
 * Left out: anything that depends on input, files or other pods.
 * Invariant: a pure function of image, command and arguments.
 */
import type { Container } from "../api/kinds/container.ts";
import { mixString } from "../time/hash.ts";
import { type Duration, millisecond, second } from "../time/instant.ts";

/** What the main process of a container does when left alone, and when told to stop. */
export interface Behaviour {
  /** How long it runs; undefined: until stopped. */
  readonly lifeUs: Duration | undefined;
  /** Exit code when it ends by itself. */
  readonly exitCode: number;
  /** Whether it ends soon after SIGTERM; a shell or `sleep` as process 1 does not and is killed after the grace period. */
  readonly heedsTerm: boolean;
}

const server: Behaviour = { lifeUs: undefined, exitCode: 0, heedsTerm: true };
const atOnce = 50 * millisecond;

/** Images whose main process ends at once when nothing else is asked of it. */
const shortLived = new Set(["busybox", "alpine", "ubuntu", "debian", "hello-world", "bash"]);

/** Name of an image without registry, path and tag: "docker.io/library/nginx:1.27" → "nginx"; what tables of images go by. */
export function imageName(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return last.split(/[:@]/)[0] as string;
}

/** Whether the registry has this image: all but those whose name says that they do not exist. */
export function imageExists(image: string): boolean {
  return !/does-?not-?exist|no-?such|non-?existent/.test(image);
}

const smallestImage = 5_000_000;
const imageSpread = 180_000_000;

/** A stand-in for an image's size in bytes: the same for the same name. */
export function imageBytes(image: string): number {
  return smallestImage + ((mixString(0, image) >>> 0) % imageSpread);
}

/** What the container's main process will do. */
export function behaviourOf(container: Container): Behaviour {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  // Somebody holds its standard input open: a shell waits for the keyboard, a command is run from there.
  if (container.stdin) return { lifeUs: undefined, exitCode: 0, heedsTerm: false };
  if (words.length === 0) {
    return shortLived.has(imageName(container.image ?? "")) ? { lifeUs: atOnce, exitCode: 0, heedsTerm: true } : server;
  }
  const script = /^(\/bin\/)?(ba|da|a)?sh$/.test(words[0] as string) ? words.slice(2).join(" ") : words.join(" ");
  return scripted(script);
}

/** Follows a list of `sleep N`, `exit N`, `true`, `false` and `echo …`; any other program is taken for a server. */
function scripted(script: string): Behaviour {
  let life = atOnce;
  let heedsTerm = true;
  let exitCode = 0;
  if (/^\s*while\b/.test(script)) return { lifeUs: undefined, exitCode: 0, heedsTerm: false };
  for (const part of script.split(/;|&&|\n/).map((text) => text.trim())) {
    const [program = "", first = ""] = part.split(/\s+/);
    if (program === "sleep") {
      heedsTerm = false;
      const seconds = sleepSeconds(first);
      if (seconds === undefined) return { lifeUs: undefined, exitCode: 0, heedsTerm };
      life += Math.round(seconds * second);
    } else if (program === "exit") return { lifeUs: life, exitCode: Number(first) & 255, heedsTerm };
    else if (program === "true" || program === "false") exitCode = program === "false" ? 1 : 0;
    else if (program !== "echo" && program !== "") return server;
  }
  return { lifeUs: life, exitCode, heedsTerm };
}

function sleepSeconds(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * ({ "": 1, s: 1, m: 60, h: 3600, d: 86_400 } as Record<string, number>)[match[2] as string]!;
}

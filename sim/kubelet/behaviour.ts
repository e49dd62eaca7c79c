/**
 * How a container's main process behaves: whether it ends by itself, with which code, and whether it minds SIGTERM.
 * Models what common images do when run; data, not programs. An image that nobody knows runs until it is told to stop.
 * Left out: anything that depends on files, other pods, or what comes from standard input.
 * Invariant: a pure function of image, command and arguments, and of whether standard input is held open.
 */
import type { Container } from "../api/kinds/container.ts";
import { mixString } from "../time/hash.ts";
import { type Duration, second } from "../time/instant.ts";
import { commandLine } from "./command-line.ts";
import { commandBehaviour, deaf, ended, server } from "./script-behaviour.ts";

/** What the main process of a container does when left alone, and when told to stop. */
export interface Behaviour {
  /** How long it runs; undefined: until stopped. */
  readonly lifeUs: Duration | undefined;
  /** Exit code when it ends by itself. */
  readonly exitCode: number;
  /** Whether it ends soon after SIGTERM; a shell or `sleep` as process 1 does not and is killed after the grace period. */
  readonly heedsTerm: boolean;
}

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

/** Images whose main process is a shell: it reads its standard input. */
const shells = new Set(["busybox", "alpine", "ubuntu", "debian", "bash"]);

/** What runs with its standard input open goes on for as long at least, so that a client can attach to it. */
const attachableUs = 1 * second;

/** What the container's main process will do, given its words with variables put in. */
export function behaviourOf(container: Container, words = commandLine(container, noVariables)): Behaviour {
  const isHeld = container.stdin === true || container.tty === true;
  const behaviour = words.length > 0 ? commandBehaviour(words, isHeld) : imageBehaviour(container, isHeld);
  const { lifeUs } = behaviour;
  if (container.stdin !== true || lifeUs === undefined || lifeUs >= attachableUs) return behaviour;
  return { ...behaviour, lifeUs: attachableUs };
}

const noVariables = new Map<string, string>();

function imageBehaviour({ image = "" }: Container, isHeld: boolean): Behaviour {
  const name = imageName(image);
  if (shells.has(name)) return isHeld ? deaf : ended;
  return name === "hello-world" ? ended : server;
}

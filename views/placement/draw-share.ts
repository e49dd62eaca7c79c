/** What is taken of a machine, as a bar and in words; and the colours that tell owners apart. */
import { box } from "../draw.ts";
import { thousands } from "../order.ts";
import type { Shape, Tone } from "../scene.ts";
import { byteWords, coreWords, percent } from "./amount.ts";
import type { Share } from "./occupancy.ts";

/** Owner → its letter. */
export type Letters = ReadonlyMap<string, string>;

const TONES: readonly Tone[] = ["owner-1", "owner-2", "owner-3", "owner-4", "owner-5", "owner-6"];

/** Tone of an owner by its letter; the letter tells two owners of one tone apart. */
export function ownerTone(owner: string, letters: Letters): Tone {
  const letter = letters.get(owner);
  return letter === undefined ? "plain" : TONES[(letter.charCodeAt(0) - 65) % TONES.length]!;
}

/** A share in words: "0.5 of 4 CPU", "3 of 110 pods". */
export function shareWords({ name, used, all }: Share): string {
  const words = name === "cpu" ? coreWords : name === "memory" ? byteWords : thousands;
  const unit = name === "cpu" ? " CPU" : name === "pods" ? " pods" : "";
  return all > 0 ? `${words(used)} of ${words(all)}${unit}` : `${words(used)}${unit}`;
}

/** A bar of what is taken of a machine. */
export function bar(at: { x: number; y: number; w: number }, share: Share): Shape[] {
  const { x, y, w } = at;
  const part = Math.min(100, percent(share.used, share.all));
  const tone: Tone = part >= 90 ? "wait" : "plain";
  const track = box({ x, y, w, h: 6 }, { r: 3, tone: "muted", fill: "page", line: "solid" });
  if (part === 0) return [track];
  return [track, box({ x, y, w: Math.max(4, (w * part) / 100), h: 6 }, { r: 3, tone, fill: "solid", line: "none" })];
}

/** What the Linux kernel left to chance when it was recorded, as the replay decides it. */
import type { Choices } from "../../../sim/net/path/journey.ts";
import { RandomStreams } from "../../../sim/time/random.ts";

/** Everything drawn from one seed. */
export function drawing(seed: number): Choices {
  const stream = new RandomStreams(seed).stream("net");
  return {
    chance: (_rule, of2to31) => stream.below(0x80000000) < of2to31,
    port: (low, high) => low + stream.below(high - low + 1),
  };
}

/** Chances answered from a list, false behind its end; `asked` counts them. */
export interface Scripted extends Choices {
  readonly asked: () => number;
}

export function scripted(answers: readonly boolean[]): Scripted {
  const { port } = drawing(1);
  let asked = 0;
  return { chance: () => answers[asked++] ?? false, port, asked: () => asked };
}

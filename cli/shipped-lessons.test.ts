/** Every exercise that ships fails unsolved, passes solved, and rejects its wrong solutions, on 6 variants. */
import { expect, it } from "vitest";
import { run } from "./run.ts";

it("lessons that ship are proven on 6 variants", async () => {
  const said: string[] = [];
  const note = (text: string): void => void said.push(text);
  const status = await run(["lessons", "check", "--seeds", "6"], { out: note, err: note });
  expect([status, status === 0 ? "" : said.join("")]).toEqual([0, ""]);
});

/** What the groups of tests of live views share: one Jupyter server and one browser. */
import type { TestContext } from "vitest";
import type { App, FrontEnd } from "./front-end.ts";

/** What groups of tests start from. */
export interface Bench {
  /** The folder of the notebooks. */
  readonly root: string;
  open(context: Pick<TestContext, "skip" | "task">, path: string, app?: App): Promise<FrontEnd>;
}

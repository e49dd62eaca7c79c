import type { CellEnvironment } from "./environment.ts";

/** Cells without anything to work with: plain TypeScript. */
export function createEnvironment(): CellEnvironment {
  return {
    globals: {},
    declarations: [],
    commands: [],
    cellCommands: [],
    run: ({ command }) => {
      throw new Error(`there is no command %${command}`);
    },
    display: () => undefined,
  };
}

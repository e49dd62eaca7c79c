import type { ShellCommand } from "./command.ts";
import { kubectl } from "./kubectl/index.ts";

/** Every program the simulated terminal knows; a new one adds its file and one word here. */
export const commands: readonly ShellCommand[] = [kubectl];

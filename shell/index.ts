/** The door of the shell: simulated command lines for cells, lessons and the terminal. */
export type { CommandResult, ConnectionFailure, ShellClient, ShellFiles } from "./client.ts";
export { clusterClient } from "./cluster-client.ts";
export { type Completion, complete } from "./complete.ts";
export { createShell, type Shell } from "./shell.ts";
export { createTemplates, type ShellTag, type TemplateResult } from "./template.ts";
export { firstYamlBreak, type YamlBreak } from "./yaml-position.ts";

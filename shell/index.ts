/** The door of the shell: simulated command lines for cells, lessons and the terminal. */
export type {
  CommandResult,
  ConnectionFailure,
  HttpAnswer,
  HttpRequest,
  ShellClient,
  ShellFiles,
  ShellNetwork,
  TraceOptions,
} from "./client.ts";
export { clusterClient } from "./cluster-client.ts";
export { type Completion, complete } from "./complete.ts";
export { type ContainerPlace, OUTSIDE, type Place, placeText } from "./place.ts";
export { createShell, type RunChoice, type Shell } from "./shell.ts";
export { createTemplates, type ShellTag, type TemplateResult } from "./template.ts";
export { createTerminalSession, type TerminalSession } from "./terminal-session.ts";
export { firstYamlBreak, type YamlBreak } from "./yaml-position.ts";

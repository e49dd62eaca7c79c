/** The JupyterLab extension: live views in outputs, a time machine in the toolbar, a terminal on the cluster, lessons. */
import { clockPlugin } from "./clock/plugin.ts";
import { lessonPlugin } from "./lesson/plugin.ts";
import { terminalPlugin } from "./terminal/plugin.ts";
import { viewPlugin } from "./view/plugin.ts";

export default [viewPlugin, clockPlugin, terminalPlugin, lessonPlugin];

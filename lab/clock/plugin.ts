/** Puts the time machine into the toolbars of notebooks. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IToolbarWidgetRegistry } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { isNotebook } from "../notebook.ts";
import { ToolbarClock } from "./toolbar-clock.ts";

/** The toolbar's time machine; its place in the toolbar is said in `schema/clock.json`. */
export const clockPlugin: JupyterFrontEndPlugin<void> = {
  id: "kube-orrery-lab:clock",
  description: "A time machine for the current cluster in the notebook's toolbar.",
  autoStart: true,
  requires: [IToolbarWidgetRegistry],
  activate: (_app: JupyterFrontEnd, toolbars: IToolbarWidgetRegistry) => {
    toolbars.addFactory("Notebook", "orreryClock", (panel: Widget) =>
      isNotebook(panel) ? new ToolbarClock(panel.sessionContext) : new Widget(),
    );
  },
};

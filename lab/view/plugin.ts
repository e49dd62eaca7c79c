/** Registers our renderer: for each notebook with its notebook kernel, and without one for previews and consoles. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { ISessionContext } from "@jupyterlab/apputils";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { VIEW_TYPE } from "../../views/bundle.ts";
import { isNotebook } from "../notebook.ts";
import { LiveView } from "./live-view.ts";

/** Before HTML, which the same outputs hold for front ends without us. */
const RANK = 40;

function rendererFor(context: ISessionContext | undefined): IRenderMime.IRendererFactory {
  return { safe: true, mimeTypes: [VIEW_TYPE], createRenderer: () => new LiveView(context) };
}

/** The live views. */
export const viewPlugin: JupyterFrontEndPlugin<void> = {
  id: "kube-orrery-lab:view",
  description: "Draws Orrery's pictures and joins them to the notebook kernel that made them.",
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, registry: IRenderMimeRegistry) => {
    registry.addFactory(rendererFor(undefined), RANK);
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew: (panel) => {
        if (isNotebook(panel)) panel.content.rendermime.addFactory(rendererFor(panel.sessionContext), RANK);
      },
    });
  },
};

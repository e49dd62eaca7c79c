/** What we need to know of a notebook's panel, without depending on JupyterLab's notebook package. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { Widget } from "@lumino/widgets";

/** An open notebook, in JupyterLab and in Notebook 7. */
export interface NotebookPanel extends Widget {
  readonly content: Widget & { readonly rendermime: IRenderMimeRegistry };
  readonly sessionContext: ISessionContext;
  readonly context: DocumentRegistry.Context;
}

/** Whether a widget is an open notebook. */
export function isNotebook(widget: unknown): widget is NotebookPanel {
  const content = (widget as Partial<NotebookPanel> | null)?.content;
  return content?.rendermime !== undefined && (widget as Partial<NotebookPanel>).sessionContext !== undefined;
}

/** What we need to know of a notebook's panel, without depending on JupyterLab's notebook package. */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { ISignal } from "@lumino/signaling";
import type { Widget } from "@lumino/widgets";

/** A cell in an open notebook, as far as we look at it. */
interface NotebookCell extends Widget {
  readonly model: {
    readonly id: string;
    readonly type: string;
    /** Of code cells only. */
    readonly executionCount?: number | null;
    readonly outputs?: { readonly length: number; get(at: number): { readonly type: string } };
  };
}

/** The list of cells of an open notebook. */
export interface NotebookContent extends Widget {
  readonly rendermime: IRenderMimeRegistry;
  readonly widgets: readonly NotebookCell[];
  activeCellIndex: number;
  mode: "command" | "edit";
  readonly activeCellChanged: ISignal<unknown, unknown>;
  scrollToItem?(index: number, align?: string): Promise<void>;
}

/** An open notebook, in JupyterLab and in Notebook 7. */
export interface NotebookPanel extends Widget {
  readonly content: NotebookContent;
  readonly sessionContext: ISessionContext;
  readonly context: DocumentRegistry.IContext<
    DocumentRegistry.IModel & { getMetadata(name: string): unknown; setMetadata(name: string, value: unknown): void }
  >;
}

/** Whether a widget is an open notebook. */
export function isNotebook(widget: unknown): widget is NotebookPanel {
  const content = (widget as Partial<NotebookPanel> | null)?.content;
  return content?.rendermime !== undefined && (widget as Partial<NotebookPanel>).sessionContext !== undefined;
}

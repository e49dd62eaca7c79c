/** The command "Cluster terminal", in the palette and the launcher. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, MainAreaWidget } from "@jupyterlab/apputils";
import { ILauncher } from "@jupyterlab/launcher";
import { Terminal } from "@jupyterlab/terminal";
import { terminalIcon } from "@jupyterlab/ui-components";
import { isNotebook, type NotebookPanel } from "../notebook.ts";
import { CommTerminal } from "./comm-terminal.ts";

const command = "orrery:terminal";
const category = "Kubernetes Orrery";
const label = "Cluster terminal";

/** The notebook in front, or else the first open one. */
function chooseNotebook(app: JupyterFrontEnd): NotebookPanel | undefined {
  const { currentWidget } = app.shell;
  if (isNotebook(currentWidget)) return currentWidget;
  return [...app.shell.widgets("main")].find(isNotebook);
}

let opened = 0;

function openTerminal(app: JupyterFrontEnd, notebook: NotebookPanel): void {
  opened += 1;
  const connection = new CommTerminal(`orrery-${opened}`, notebook.sessionContext);
  const terminal = new Terminal(connection, {
    theme: "inherit",
    screenReaderMode: true,
    shutdownOnClose: true,
    closeOnExit: false,
  });
  const widget = new MainAreaWidget({ content: terminal });
  widget.id = `orrery-terminal-${opened}`;
  const name = (): void => {
    terminal.title.label = `${label}: ${notebook.title.label}`;
    terminal.title.icon = terminalIcon;
  };
  name();
  // The widget names itself after its connection once that is there.
  void terminal.ready.then(name);
  // In Notebook 7 the main area holds the notebook alone.
  const isLab = app.name === "JupyterLab";
  app.shell.add(widget, isLab ? "main" : "down", isLab ? { mode: "split-bottom", ref: notebook.id } : {});
  app.shell.activateById(widget.id);
  notebook.disposed.connect(() => widget.dispose());
}

/** The terminal panel. */
export const terminalPlugin: JupyterFrontEndPlugin<void> = {
  id: "kube-orrery-lab:terminal",
  description: "A terminal on the simulated cluster of a notebook.",
  autoStart: true,
  optional: [ICommandPalette, ILauncher],
  activate: (app: JupyterFrontEnd, palette: ICommandPalette | null, launcher: ILauncher | null) => {
    app.commands.addCommand(command, {
      label,
      caption: "kubectl and other commands in the simulated cluster of a notebook",
      icon: terminalIcon,
      isEnabled: () => chooseNotebook(app) !== undefined,
      execute: () => {
        const notebook = chooseNotebook(app);
        if (notebook !== undefined) openTerminal(app, notebook);
      },
      describedBy: { args: { type: "object", properties: {} } },
    });
    palette?.addItem({ command, category });
    launcher?.add({ command, category, rank: 1 });
  },
};

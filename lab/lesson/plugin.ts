/** Puts the lesson panel into the left area; opens it by itself for a lesson that asks something, once, until it is closed. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { LabIcon } from "@jupyterlab/ui-components";
import { isNotebook } from "../notebook.ts";
import { LessonPanel } from "./lesson-panel.ts";
import { LessonMemory } from "./memory.ts";

const id = "kube-orrery-lab:lesson";
const command = "orrery:lesson";
const rank = 450;

/** An open book. */
const icon = new LabIcon({
  name: "kube-orrery-lab:lesson",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="16"><path class="jp-icon3" fill="#616161" d="M2 2.5C4 2.2 6 2.5 7.5 3.6V13.4C6 12.4 4 12.1 2 12.4ZM14 2.5C12 2.2 10 2.5 8.5 3.6V13.4C10 12.4 12 12.1 14 12.4Z"/></svg>',
});

/** Follows the notebook in front, and opens the panel where it helps and was not closed. */
function follow(app: JupyterFrontEnd, panel: LessonPanel, memory: LessonMemory): void {
  const { shell } = app;
  const opened = new Set<string>();
  const look = async (): Promise<void> => {
    const { currentWidget } = shell;
    if (!isNotebook(currentWidget)) {
      if (panel.isGone) panel.follow(undefined);
      return;
    }
    await currentWidget.context.ready;
    if (currentWidget.isDisposed || shell.currentWidget !== currentWidget) return;
    panel.follow(currentWidget);
    const { lesson } = panel;
    if (lesson === undefined || panel.asks === 0 || opened.has(lesson) || memory.isClosed(lesson)) return;
    opened.add(lesson);
    const focused = document.activeElement;
    shell.activateById(panel.id);
    // Who is about to write in a cell goes on writing there.
    if (focused instanceof HTMLElement && focused !== document.body) focused.focus();
  };
  shell.currentChanged?.connect(() => void look());
  void look();
  panel.onClosed = (closed) => {
    const { lesson } = panel;
    if (lesson !== undefined) memory.setClosed(lesson, closed);
  };
  window.addEventListener("pagehide", () => memory.flush());
}

/** The lesson panel. */
export const lessonPlugin: JupyterFrontEndPlugin<void> = {
  id,
  description: "Chapters, questions, hints and checks of the lesson in front.",
  autoStart: true,
  requires: [ISettingRegistry],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry, palette: ICommandPalette | null) => {
    // Settings and layout come later: whoever waits for them here keeps JupyterLab from starting.
    void Promise.all([registry.load(id), app.restored]).then(([settings]) => {
      const memory = new LessonMemory(settings);
      const open = (path: string): void => void app.commands.execute("docmanager:open", { path });
      const panel = new LessonPanel({ memory, open, runCell: () => app.commands.execute("notebook:run-cell") });
      panel.title.icon = icon;
      panel.title.caption = "Lesson";
      app.shell.add(panel, "left", { rank });
      app.commands.addCommand(command, {
        label: "Lesson",
        caption: "Chapters, questions, hints and checks of the lesson in front",
        icon,
        execute: () => {
          app.shell.activateById(panel.id);
          panel.node.focus();
        },
        describedBy: { args: { type: "object", properties: {} } },
      });
      palette?.addItem({ command, category: "Kubernetes Orrery" });
      follow(app, panel, memory);
    });
  },
};

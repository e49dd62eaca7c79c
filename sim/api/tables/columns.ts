/**
 * Columns that several kinds have, and small pieces of cells (Kubernetes 1.32, pkg/printers/internalversion/printers.go).
 * Left out: upstream's descriptions, which are the API documentation's sentences; ours are in our own words.
 * Invariant: names and order are upstream's, as clients show them.
 */
import type { Column } from "../kinds/kind.ts";
import type { LabelSelector, PodTemplateSpec } from "../kinds/pod-spec.ts";
import { selectorText } from "../selectors/label-selector-object.ts";

/** A column of text. */
export function text(name: string, describe: string): Column {
  return { name, type: "string", describe };
}

/** A column of whole numbers. */
export function integer(name: string, describe: string): Column {
  return { name, type: "integer", describe };
}

/** The same column, for wide output only. */
export function wide(column: Column): Column {
  return { ...column, wide: true };
}

/** The first column of every table but that of events. */
export const NAME = text("Name", "The object's name.");

/** How long ago the object was created. */
export const AGE = text("Age", "Time since the object was created.");

/** What is printed where there is nothing. */
export const NONE = "<none>";

/** The columns that show what a template runs, for wide output. */
export const TEMPLATE_COLUMNS: readonly Column[] = [
  wide(text("Containers", "The containers of the template.")),
  wide(text("Images", "Their images.")),
  wide(text("Selector", "The labels that select the pods.")),
];

/** Cells for {@link TEMPLATE_COLUMNS}. */
export function templateCells(template: PodTemplateSpec | undefined, selector: LabelSelector): readonly string[] {
  const containers = template?.spec?.containers ?? [];
  return [
    containers.map((container) => container.name).join(","),
    containers.map((container) => container.image).join(","),
    selectorText(selector) || NONE,
  ];
}

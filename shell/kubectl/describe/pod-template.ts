import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { at, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import { describeContainers } from "./containers.ts";
import type { Page } from "./page.ts";
import { describeVolumes } from "./volumes.ts";

/** The pod template of a workload (describe.go, DescribePodTemplate). */
export function describeTemplate(page: Page, template: JsonObject): void {
  page.line(0, "Pod Template:").labels("  Labels", objectAt(template, "metadata", "labels"));
  const annotations = objectAt(template, "metadata", "annotations");
  if (sortedKeys(annotations).length > 0) page.annotations("  Annotations", annotations);
  page.optional("  Service Account", textAt(template, "spec", "serviceAccountName"));
  const frame = { inset: "  ", statuses: [] };
  const inits = listAt(template, "spec", "initContainers");
  if (inits.length > 0) describeContainers(page, "Init Containers", inits, frame);
  describeContainers(page, "Containers", listAt(template, "spec", "containers"), frame);
  describeVolumes(page, listAt(template, "spec", "volumes"), "  ");
  describeSpread(page, listAt(template, "spec", "topologySpreadConstraints"), "  ");
  page.optional("  Priority Class Name", textAt(template, "spec", "priorityClassName"));
  page.labels("  Node-Selectors", objectAt(template, "spec", "nodeSelector"));
  page.values("  Tolerations", tolerationTexts(listAt(template, "spec", "tolerations")));
}

/** Tolerations as `key=value:Effect op=Exists for 300s`, by key. */
export function tolerationTexts(tolerations: readonly Json[]): readonly string[] {
  const sorted = [...tolerations].sort((a, b) =>
    textAt(a, "key") < textAt(b, "key") ? -1 : textAt(a, "key") > textAt(b, "key") ? 1 : 0,
  );
  return sorted.map((one) => {
    const [key, value, effect] = [textAt(one, "key"), textAt(one, "value"), textAt(one, "effect")];
    const seconds = at(one, "tolerationSeconds");
    let text = `${key}${value === "" ? "" : `=${value}`}${effect === "" ? "" : `:${effect}`}`;
    if (textAt(one, "operator") === "Exists" && value === "") text += text === "" ? "op=Exists" : " op=Exists";
    return seconds === undefined ? text : `${text} for ${seconds}s`;
  });
}

/** Topology spread constraints, one a line; nothing without any. */
export function describeSpread(page: Page, constraints: readonly Json[], inset: string): void {
  if (constraints.length === 0) return;
  const texts = constraints.map((one) => {
    const labels = objectAt(one, "labelSelector", "matchLabels");
    const selector = sortedKeys(labels).map((key) => `${key}=${String(labels[key])}`);
    const rule = `${textAt(one, "topologyKey")}:${textAt(one, "whenUnsatisfiable")} when max skew ${at(one, "maxSkew")} is exceeded`;
    return selector.length === 0 ? rule : `${rule} for selector ${selector.join(",")}`;
  });
  page.values(`${inset}Topology Spread Constraints`, texts);
}

import type { JsonObject } from "../../../sim/api/types.ts";
import { listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";

/** A label selector as `metav1.FormatLabelSelector` writes it; `none` stands for one that asks for nothing. */
export function labelSelectorText(selector: JsonObject, none = "<none>"): string {
  const labels = objectAt(selector, "matchLabels");
  const terms = sortedKeys(labels).map((key) => ({ key, text: `${key}=${String(labels[key])}` }));
  for (const one of listAt(selector, "matchExpressions")) {
    const key = textAt(one, "key");
    const values = `(${[...listAt(one, "values")].map(String).sort().join(",")})`;
    const forms: Readonly<Record<string, string>> = {
      ...{ In: `${key} in ${values}`, NotIn: `${key} notin ${values}`, Exists: key, DoesNotExist: `!${key}` },
    };
    terms.push({ key, text: forms[textAt(one, "operator")] ?? key });
  }
  return terms.map(({ text }) => text).join(",") || none;
}

import type { JsonObject } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";
import { valuesAt, valueText } from "./jsonpath.ts";
import { alignColumns } from "./table-print.ts";

/** `-o custom-columns=NAME:.metadata.name,…`: one column a path; a path without a value shows `<none>`. */
export function customColumns(spec: string, objects: readonly JsonObject[], headers: boolean): string {
  if (spec === "") fail("custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0 || part.slice(colon + 1) === "") {
      fail(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header: part.slice(0, colon), path: part.slice(colon + 1) };
  });
  const rows = objects.map((object) =>
    columns.map(({ path }) => {
      const values = valuesAt(path, object);
      return values.length === 0 ? "<none>" : values.map(valueText).join(",");
    }),
  );
  return alignColumns(headers ? [columns.map((column) => column.header), ...rows] : rows);
}

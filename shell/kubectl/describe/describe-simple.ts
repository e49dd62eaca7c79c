import { base64ByteLength } from "../../../sim/api/schema/base64.ts";
import type { JsonObject } from "../../../sim/api/types.ts";
import { KubectlError } from "../failure.ts";
import { at, listAt, objectAt, sortedKeys, textAt } from "../json-values.ts";
import { BUILT_IN_KINDS } from "../kinds.ts";
import { attempt } from "../manifest.ts";
import type { ResourceKind } from "../resource-kind.ts";
import type { Call } from "../verb.ts";
import { describeLimitRanges, describeQuotas } from "./describe-limits.ts";
import type { Page } from "./page.ts";

const QUOTA = BUILT_IN_KINDS.find((kind) => kind.kind === "ResourceQuota")!;
const LIMIT_RANGE = BUILT_IN_KINDS.find((kind) => kind.kind === "LimitRange")!;

/** A ConfigMap with all its texts (describe.go, describeConfigMap), without its events. */
export function describeConfigMap(page: Page, object: JsonObject): void {
  page.head(object).line(0, "").line(0, "Data").line(0, "====");
  const data = objectAt(object, "data");
  for (const key of sortedKeys(data)) page.line(0, `${key}:`).line(0, "----").line(0, String(data[key])).line(0, "");
  page.line(0, "").line(0, "BinaryData").line(0, "====");
  const binary = objectAt(object, "binaryData");
  for (const key of sortedKeys(binary)) page.line(0, `${key}: ${base64ByteLength(String(binary[key]))} bytes`);
  page.line(0, "");
}

/** A Secret: how long its values are, never what they say (describe.go, describeSecret). */
export function describeSecret(page: Page, object: JsonObject): void {
  page.head(object).line(0, "").field("Type", textAt(object, "type")).line(0, "").line(0, "Data").line(0, "====");
  const data = objectAt(object, "data");
  for (const key of sortedKeys(data)) page.line(0, `${key}:\t${base64ByteLength(String(data[key]))} bytes`);
}

/** A Namespace with its quotas and limits (describe.go, describeNamespace). */
export function describeNamespace(page: Page, object: JsonObject, call: Call): void {
  page.field("Name", textAt(object, "metadata", "name")).labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  page.field("Status", textAt(object, "status", "phase"));
  const conditions = listAt(object, "status", "conditions");
  if (conditions.length > 0) {
    page.line(0, "Conditions:").line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t------------------\t------\t-------");
    for (const one of conditions) {
      const cells = ["type", "status", "lastTransitionTime", "reason", "message"].map((field) => textAt(one, field));
      page.line(1, cells.join("\t"));
    }
  }
  const namespace = textAt(object, "metadata", "name");
  const inside = (kind: ResourceKind) => {
    const found = attempt(() => call.api.list(kind, { namespace }));
    return found instanceof KubectlError ? [] : (found.items as unknown as readonly JsonObject[]);
  };
  describeQuotas(page, inside(QUOTA));
  describeLimitRanges(page, inside(LIMIT_RANGE));
}

/** A ServiceAccount (describe.go, describeServiceAccount), without its events. */
export function describeServiceAccount(page: Page, object: JsonObject): void {
  page.head(object);
  const names = (field: string) => listAt(object, field).map((one) => textAt(one, "name"));
  page.values("Image pull secrets", names("imagePullSecrets")).values("Mountable secrets", names("secrets"));
  page.values("Tokens", []);
}

const ACRONYMS = ["API", "URL", "UID", "OSB", "GUID"];
const HEAD_FIELDS = [
  ...[".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.annotations"],
];

/** Any other kind: its fields by name, as they are stored (describe.go, genericDescriber), without its events. */
export function describeAnything(page: Page, object: JsonObject, isNamespaced: boolean): void {
  page.field("Name", textAt(object, "metadata", "name"));
  page.field("Namespace", isNamespaced ? textAt(object, "metadata", "namespace") : "");
  page.labels("Labels", objectAt(object, "metadata", "labels"));
  page.annotations("Annotations", objectAt(object, "metadata", "annotations"));
  content(page, 0, object, "");
}

function content(page: Page, level: number, object: JsonObject, path: string): void {
  for (const field of sortedKeys(object)) {
    const value = at(object, field);
    const here = `${path}.${field}`;
    if (HEAD_FIELDS.includes(here)) continue;
    const title = fieldTitle(field);
    if (Array.isArray(value)) {
      page.line(level, `${title}:`);
      for (const child of value) {
        if (typeof child === "object" && child !== null) content(page, level + 1, child as JsonObject, here);
        else page.line(level + 1, String(child));
      }
    } else if (typeof value === "object" && value !== null) {
      page.line(level, `${title}:`);
      content(page, level + 1, value as JsonObject, here);
    } else page.line(level, `${title}:\t${value === null ? "<nil>" : String(value)}`);
  }
}

/** `creationTimestamp` as "Creation Timestamp"; names with anything but letters and dashes stay as they are. */
function fieldTitle(field: string): string {
  if (/[^A-Za-z-]/.test(field)) return field;
  const parts = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|-/g) ?? [field];
  return parts
    .map((part) =>
      ACRONYMS.includes(part.toUpperCase()) ? part.toUpperCase() : part[0]!.toUpperCase() + part.slice(1),
    )
    .join(" ");
}

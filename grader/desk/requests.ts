/** A request that foreign code wants to send: of the right form, or refused before the cluster sees it. */
import type { ApiRequest } from "../../sim/api/types.ts";
import type { Cluster } from "../../sim/index.ts";
import { isBoundedText } from "./shapes.ts";

type Test = (value: unknown) => boolean;

const isFlag: Test = (value) => typeof value === "boolean";
const isNumber: Test = (value) => Number.isSafeInteger(value);
const isObject: Test = (value) => typeof value === "object" && value !== null;
const isTexts: Test = (value) => Array.isArray(value) && value.every(isBoundedText);
const oneOf =
  (...words: readonly string[]): Test =>
  (value) =>
    words.includes(value as string);

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

const fields: Readonly<Record<keyof ApiRequest, Test>> = {
  verb: oneOf(...verbs),
  group: isBoundedText,
  version: isBoundedText,
  resource: isBoundedText,
  subresource: isBoundedText,
  namespace: isBoundedText,
  name: isBoundedText,
  body: isObject,
  patchType: isBoundedText,
  asTable: isFlag,
  labelSelector: isBoundedText,
  fieldSelector: isBoundedText,
  limit: isNumber,
  continue: isBoundedText,
  resourceVersion: isBoundedText,
  resourceVersionMatch: isBoundedText,
  includeObject: oneOf("None", "Metadata", "Object"),
  dryRun: isFlag,
  force: isFlag,
  fieldManager: isBoundedText,
  fieldValidation: oneOf("Ignore", "Warn", "Strict"),
  duplicateFields: isTexts,
  propagationPolicy: oneOf("Orphan", "Background", "Foreground"),
  gracePeriodSeconds: isNumber,
  stream: isObject,
  preconditions: isObject,
  user: isUser,
  userAgent: isBoundedText,
};

function isUser(value: unknown): boolean {
  const { name, groups } = (value ?? {}) as { readonly name?: unknown; readonly groups?: unknown };
  return isBoundedText(name) && isTexts(groups);
}

/** The request with the fields that a request has. Throws a TypeError that names the field that does not fit. */
export function checkedRequest(request: object): Parameters<Cluster["request"]>[0] {
  const given = new Map(Object.entries(request).filter(([, value]) => value !== undefined && value !== null));
  for (const name of ["verb", "group", "version", "resource"])
    if (!given.has(name)) throw new TypeError(`a request needs ${name}`);
  for (const [name, value] of given) {
    if (!Object.hasOwn(fields, name)) throw new TypeError(`a request has no field ${JSON.stringify(name)}`);
    if (!fields[name as keyof ApiRequest](value))
      throw new TypeError(`a request's ${name} can't be ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(given) as Parameters<Cluster["request"]>[0];
}

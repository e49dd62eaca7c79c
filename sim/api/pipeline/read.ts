/**
 * Get, list and deletecollection; selectors, limit and continue, resourceVersion rules
 * (Kubernetes 1.32, apiserver pkg/registry/generic/registry/store.go List and pkg/storage/etcd3/store.go GetList).
 * Left out: the watch cache's separate staleness; every list is consistent.
 * Invariant: pages of one list come from one revision.
 */
import { apiVersionOf, type Kind, storageKey, storageRange } from "../kinds/kind.ts";
import { type FieldRequirement, matchesFields, parseFieldSelector } from "../selectors/field-selector.ts";
import {
  type LabelRequirements,
  matchesLabels,
  parseLabelSelector,
  SelectorError,
} from "../selectors/label-selector.ts";
import {
  badRequestError,
  expiredError,
  invalidError,
  notFoundError,
  tooLargeResourceVersionError,
  unclassifiedError,
} from "../status-error.ts";
import { table } from "../tables/table.ts";
import type { ApiRequest, KubeList, KubeObject } from "../types.ts";
import { forbidden } from "../validation/field-error.ts";
import { continueKey, encodeContinue } from "./continue-token.ts";
import { deleteMany } from "./delete.ts";
import { answer, type Handling, Refusal, write } from "./handling.ts";
import type { Outcome, Reader, StoredObject, WritePlan } from "./outcome.ts";
import { readOut } from "./versioned.ts";

const READ_ONE = { stage: "read", plugin: "etcd", verdict: "get" } as const;
const READ_MANY = { stage: "read", plugin: "etcd", verdict: "list" } as const;

/** Which objects of a kind a list or watch is about. */
export interface Selection {
  readonly labels: LabelRequirements;
  readonly fields: readonly FieldRequirement[];
}

/** The selectors of a request; throws the real 400. */
function selectionOf(kind: Kind, request: ApiRequest): Selection {
  try {
    const fields = request.fieldSelector ? parseFieldSelector(kind, request.fieldSelector) : [];
    const byName = request.name ? [{ field: "metadata.name", equals: true, value: request.name }] : [];
    return {
      labels: request.labelSelector ? parseLabelSelector(request.labelSelector) : [],
      fields: [...fields, ...byName],
    };
  } catch (error) {
    if (error instanceof SelectorError) throw new Refusal(badRequestError(error.message));
    throw error;
  }
}

/** Whether an object is selected. */
function isSelected(kind: Kind, { labels, fields }: Selection, object: KubeObject): boolean {
  return matchesLabels(labels, object.metadata.labels) && matchesFields(kind, fields, object);
}

/** GET of one object. */
export function get(handling: Handling): Outcome {
  const { kind, reader, request, context } = handling;
  const stored = reader.get(storageKey(kind, request.namespace, request.name!));
  handling.stages.push(READ_ONE);
  if (!stored) throw new Refusal(notFoundError(kind, request.name!));
  const object = readOut(stored);
  if (!request.asTable) return answer(handling, { code: 200, body: object });
  const { resourceVersion } = object.metadata;
  const body = table(kind, [object], { resourceVersion: resourceVersion! }, context, request.includeObject);
  return answer(handling, { code: 200, body });
}

/** Checks resourceVersion and resourceVersionMatch; the revision to read at exactly, undefined for the newest. */
function exactRevision(
  { resourceVersion, resourceVersionMatch, continue: token }: ApiRequest,
  reader: Reader,
): number | undefined {
  const refuse = (detail: string): never => {
    const error = forbidden("resourceVersionMatch", detail);
    throw new Refusal(invalidError("meta.k8s.io", "ListOptions", "", [error]));
  };
  if (resourceVersionMatch) {
    if (!resourceVersion) refuse("resourceVersionMatch is forbidden unless resourceVersion is provided");
    if (token) refuse("resourceVersionMatch is forbidden when continue is provided");
    if (resourceVersionMatch === "Exact" && resourceVersion === "0") {
      refuse('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (!resourceVersion) return undefined;
  if (!/^\d+$/.test(resourceVersion)) {
    const why = `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`;
    throw new Refusal(unclassifiedError(why));
  }
  const wanted = Number(resourceVersion);
  if (wanted > reader.revision) throw new Refusal(tooLargeResourceVersionError(wanted, reader.revision));
  return resourceVersionMatch === "Exact" ? wanted : undefined;
}

function readerAt(reader: Reader, revision: number): Reader | undefined {
  return revision === reader.revision ? reader : reader.at?.(revision);
}

const LIST_TOO_OLD = "The resourceVersion for the provided list is too old.";
const TOKEN_TOO_OLD =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** Where a list starts: the reader of its revision and, for a later page, the first key. */
function listStart({ request, reader, kind }: Handling): { readonly from: Reader; readonly startKey?: string } {
  const prefix = storageRange(kind, request.namespace);
  if (request.continue) {
    const token = continueKey(request.continue, prefix);
    if (typeof token === "string") throw new Refusal(badRequestError(token));
    if (token.revision < 0) return { from: reader, startKey: token.startKey };
    const from = readerAt(reader, token.revision);
    if (!from) throw new Refusal(expiredError(TOKEN_TOO_OLD, encodeContinue(-1, token.startKey, prefix)));
    return { from, startKey: token.startKey };
  }
  const exact = exactRevision(request, reader);
  const from = exact === undefined ? reader : readerAt(reader, exact);
  if (!from) throw new Refusal(expiredError(LIST_TOO_OLD));
  return { from };
}

interface Page {
  readonly items: readonly StoredObject[];
  readonly revision: number;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

function keyOf(kind: Kind, { value }: StoredObject): string {
  return storageKey(kind, value.metadata.namespace, value.metadata.name);
}

function page(handling: Handling, selection: Selection): Page {
  const { kind, request } = handling;
  const { from, startKey } = listStart(handling);
  const prefix = storageRange(kind, request.namespace);
  const all = from.list(prefix);
  const limit = request.limit && request.limit > 0 ? request.limit : Number.POSITIVE_INFINITY;
  const unfiltered = selection.labels.length === 0 && selection.fields.length === 0;
  const items: StoredObject[] = [];
  for (let index = 0; index < all.length; index++) {
    const stored = all[index]!;
    if (startKey !== undefined && keyOf(kind, stored) < startKey) continue;
    if (items.length >= limit) {
      const last = keyOf(kind, all[index - 1]!);
      const remaining = unfiltered ? { remainingItemCount: all.length - index } : {};
      return {
        items,
        revision: from.revision,
        continue: encodeContinue(from.revision, `${last}\0`, prefix),
        ...remaining,
      };
    }
    if (unfiltered || isSelected(kind, selection, stored.value)) items.push(stored);
  }
  return { items, revision: from.revision };
}

function listMetadata({ revision, continue: token, remainingItemCount }: Page): KubeList["metadata"] {
  return {
    resourceVersion: String(revision),
    ...(token === undefined ? {} : { continue: token }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

function listOf(kind: Kind, found: Page): KubeList {
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind.group, kind.version),
    metadata: listMetadata(found),
    items: found.items.map(readOut),
  };
}

/** GET of a collection. */
export function list(handling: Handling): Outcome {
  const { kind, request, context } = handling;
  const found = page(handling, selectionOf(kind, request));
  handling.stages.push(READ_MANY);
  const body = request.asTable
    ? table(kind, found.items.map(readOut), listMetadata(found), context, request.includeObject)
    : listOf(kind, found);
  return answer(handling, { code: 200, body });
}

/** DELETE of a collection; answers with the objects as they were. */
export function deleteCollection(handling: Handling): Outcome {
  const { kind, request } = handling;
  const found = page(handling, selectionOf(kind, request));
  const response = { code: 200, body: listOf(kind, found) };
  const [first, ...also] = deleteMany(handling, found.items) as [WritePlan?, ...WritePlan[]];
  if (!first || request.dryRun) return answer(handling, response);
  return write(handling, { ...first, answer: { form: "fixed", response }, ...(also.length > 0 ? { also } : {}) });
}

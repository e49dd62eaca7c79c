/**
 * What a client that watches is told: the changes of a resource since a revision, as the API server's watch cache sends
 * them (Kubernetes 1.32, staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go, convertToWatchEvent).
 * Left out: a cache that lags behind etcd; the feed is always at the newest revision.
 * Invariant: the feed from a revision to now, cut anywhere, gives the same events; its cost follows the number of changes.
 */
import { apiVersionOf, type Kind, storageRange } from "../api/kinds/kind.ts";
import { findResource } from "../api/kinds/registry.ts";
import { versioned } from "../api/pipeline/versioned.ts";
import { type FieldRequirement, matchesFields, parseFieldSelector } from "../api/selectors/field-selector.ts";
import { type LabelRequirements, matchesLabels, parseLabelSelector } from "../api/selectors/label-selector.ts";
import { renewed } from "../api/server/heartbeat.ts";
import { listPrefix, storeOf } from "../api/server/storage.ts";
import type { ApiRequest, KubeObject } from "../api/types.ts";
import type { Version } from "../etcd/version.ts";
import type { Io } from "../time/component.ts";
import type { World } from "../time/world.ts";
import { readOnlyIo } from "./read-only-io.ts";

/** Which objects somebody watches: a resource, perhaps of one namespace, by name or selectors. */
export type Watched = Pick<
  ApiRequest,
  "group" | "version" | "resource" | "namespace" | "name" | "labelSelector" | "fieldSelector"
>;

/** One event of a watch. A deleted object is as it was last, with the revision of its deletion. */
export interface WatchedChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
}

/** The events up to a revision, where the next feed goes on; undefined events: compaction took some of them away. */
export interface Feed {
  readonly upTo: number;
  readonly changes: readonly WatchedChange[] | undefined;
}

interface Selection {
  readonly kind: Kind;
  readonly prefix: string;
  readonly labels: LabelRequirements;
  readonly fields: readonly FieldRequirement[];
}

/**
 * The changes after a revision; without one, everything that there is as if it had just been added. Throws a RangeError
 * for a resource that is not served, and a SelectorError for a selector that can't be read.
 */
export function watchFeed(world: World, watched: Watched, since?: number): Feed {
  const io = readOnlyIo(world);
  const store = storeOf(io);
  const selection = selectionOf(watched);
  const upTo = store.revision;
  if (since === undefined) return { upTo, changes: everything(io, selection) };
  if (since >= upTo) return { upTo: since, changes: [] };
  const versions = store.changesSince(since);
  if (versions === undefined) return { upTo, changes: undefined };
  const changes: WatchedChange[] = [];
  for (const version of versions) {
    if (!version.key.startsWith(selection.prefix)) continue;
    const change = changeOf(selection, version);
    if (change !== undefined) changes.push(change);
  }
  return { upTo, changes };
}

function selectionOf({ group, version, resource, namespace, name, labelSelector, fieldSelector }: Watched): Selection {
  const kind = findResource(group, version, resource);
  if (kind === undefined)
    throw new RangeError(`no resource is called "${resource}" in ${apiVersionOf(group, version)}`);
  const fields = fieldSelector ? parseFieldSelector(kind, fieldSelector) : [];
  const named = name === undefined ? [] : [{ field: "metadata.name", equals: true, value: name }];
  return {
    kind,
    prefix: storageRange(kind, namespace),
    labels: labelSelector ? parseLabelSelector(labelSelector) : [],
    fields: [...fields, ...named],
  };
}

function everything(io: Io, selection: Selection): readonly WatchedChange[] {
  const changes: WatchedChange[] = [];
  for (const { key, value, modRevision } of listPrefix(io, selection.prefix)) {
    if (selects(selection, value))
      changes.push({ type: "ADDED", object: versioned(renewed(io, key, value), modRevision) });
  }
  return changes;
}

/** An object that enters the selection is added for the watcher, one that leaves it is deleted. */
function changeOf(selection: Selection, { value, older, modRevision }: Version<KubeObject>): WatchedChange | undefined {
  const before = older?.value;
  const was = before !== undefined && selects(selection, before);
  const is = value !== undefined && selects(selection, value);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: versioned(value, modRevision) };
  if (!was) return undefined;
  const metadata = { ...before.metadata, resourceVersion: String(modRevision) };
  return { type: "DELETED", object: { ...before, metadata } };
}

function selects({ kind, labels, fields }: Selection, object: KubeObject): boolean {
  return matchesLabels(labels, object.metadata.labels) && matchesFields(kind, fields, object);
}

/**
 * What the API server knows about one kind: its names, where it is stored, and its rules as a registry "strategy" has them
 * (Kubernetes 1.32, pkg/registry/<group>/<kind>/strategy.go and apimachinery meta.RESTMapping).
 * Left out: conversion between versions; every kind is stored and served in one version.
 * Invariant: rules are pure and return the object they were given when they have nothing to change.
 */
import type { Json, KubeObject } from "../types.ts";
import type { FieldError } from "../validation/field-error.ts";
import type { NameRule } from "../validation/names.ts";

/** A column of the printed table; `wide` columns are shown by `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly describe: string;
  readonly wide?: true;
}

/** How a kind is printed: columns, and the cells of one object at a wall time in seconds since 1970. */
export interface Printer<T extends KubeObject> {
  readonly columns: readonly Column[];
  cells(object: T, nowSeconds: number): readonly Json[];
}

/** The rules of a kind; what is absent does nothing. Methods, so that a kind of T stands where any kind is expected. */
export interface Strategy<T extends KubeObject> {
  /** Fills in defaults after decoding, on create and on update; from metadata and spec only. */
  defaults?(object: T): T;
  /** Sets what clients may not choose at creation, such as the status; the object has its uid already. */
  prepareForCreate?(object: T, wallTime: string): T;
  /** Takes over from the stored object what this path may not change, such as the status. */
  prepareForUpdate?(next: T, previous: T): T;
  /** The same for the status subresource: by default all but metadata and status is kept. */
  prepareForStatusUpdate?(next: T, previous: T, wallTime: string): T;
  /** Errors of the object by itself. */
  validate?(object: T): readonly FieldError[];
  /** Errors of the change. */
  validateUpdate?(next: T, previous: T): readonly FieldError[];
  /** Errors of a change of the status. */
  validateStatusUpdate?(next: T, previous: T): readonly FieldError[];
  /** Whether `metadata.generation` goes up with this change; absent: the kind has no generation. */
  changesGeneration?(next: T, previous: T): boolean;
  /** Seconds a deletion waits for whoever runs the object; absent: deletion is immediate. 0 = immediate too. */
  gracePeriodSeconds?(object: T, wanted: number | undefined): number;
}

/** The desired and observed replicas of a workload, as its scale subresource shows them. */
export interface ScaleView {
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly selector: string;
}

/** A kind with a scale subresource. */
export interface Scaling<T extends KubeObject> {
  read(object: T): ScaleView;
  write(object: T, replicas: number): T;
}

/** What may follow an object's name in a URL. */
export type Subresource =
  | ("status" | "scale" | "binding" | "eviction" | "finalize" | "ephemeralcontainers")
  | ("log" | "exec" | "attach" | "token");

/** One kind. `T` is its typed object. */
export interface Kind<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly Subresource[];
  /** Key in etcd without namespace and name, e.g. "/registry/pods". */
  readonly storagePrefix: string;
  /** The struct in the schema tables. */
  readonly struct: string;
  readonly nameRule: NameRule;
  readonly strategy: Strategy<T>;
  readonly printer: Printer<T>;
  /** Field selectors beside metadata.name and metadata.namespace, and how to read them. */
  readonly fieldLabels?: Readonly<Record<string, (object: T) => string>>;
  readonly scaling?: Scaling<T>;
  /** An immediate delete answers with the object instead of a Status. */
  readonly returnsDeleted?: true;
  /** A PUT of an object that does not exist creates it. */
  readonly createsOnUpdate?: true;
  /** Objects are deleted one by one only. */
  readonly withoutDeleteCollection?: true;
  /** Dependents outlive an object that is deleted without a word on them (DefaultGarbageCollectionPolicy). */
  readonly orphansByDefault?: true;
  /** A question: it is answered, not stored. */
  readonly createOnly?: true;
  /** A PUT must carry a resourceVersion. */
  readonly needsResourceVersion?: true;
}

/** What the key of an object depends on. */
type StoragePlace = { readonly namespaced: boolean; readonly storagePrefix: string };

/** The etcd key of an object, as a real API server writes it. */
export function storageKey(kind: StoragePlace, namespace: string | undefined, name: string): string {
  return kind.namespaced ? `${kind.storagePrefix}/${namespace}/${name}` : `${kind.storagePrefix}/${name}`;
}

/** The key prefix of all objects of a kind, or of those in one namespace; ends in a slash. */
export function storageRange(kind: StoragePlace, namespace: string | undefined): string {
  return kind.namespaced && namespace ? `${kind.storagePrefix}/${namespace}/` : `${kind.storagePrefix}/`;
}

/** `apiVersion` of a group and version: "v1", "apps/v1". */
export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

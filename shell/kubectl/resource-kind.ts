/** A resource as API discovery describes it. */
export interface ResourceKind {
  readonly group: string;
  readonly version: string;
  /** Plural, as in URLs. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** Other versions that the server serves for the same resource. */
  readonly otherVersions: readonly string[];
  /** Member of `kubectl get all`. */
  readonly inAll: boolean;
  readonly verbs: readonly string[];
  /** Defined by a CustomResourceDefinition: there is no strategic merge patch for it. */
  readonly custom: boolean;
}

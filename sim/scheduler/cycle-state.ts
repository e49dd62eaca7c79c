/**
 * What plugins hand from one extension point to the next within one scheduling cycle.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/cycle_state.go. Left out: locking and metrics.
 * Invariant: lives for one cycle only and never becomes part of any stored state.
 */

/** A plugin's part of the state; preemption works on clones, so that trying a victim leaves no trace. */
export interface StateData {
  clone(): StateData;
}

/** Names a part of the state and its type; compared by identity. */
export interface StateKey<T extends StateData> {
  readonly name: string;
  /** Only for the type checker. */
  readonly holds?: T;
}

/** `framework.CycleState`. */
export class CycleState {
  private readonly parts = new Map<object, StateData>();
  /** Plugins whose PreFilter said that they have nothing to do. */
  readonly skipFilterPlugins = new Set<string>();
  /** Plugins whose PreScore said so. */
  readonly skipScorePlugins = new Set<string>();

  read<T extends StateData>(key: StateKey<T>): T | undefined {
    return this.parts.get(key) as T | undefined;
  }

  write<T extends StateData>(key: StateKey<T>, part: T): void {
    this.parts.set(key, part);
  }

  /** A copy in which plugins can change their parts without the original noticing. */
  clone(): CycleState {
    const copy = new CycleState();
    for (const [key, part] of this.parts) copy.parts.set(key, part.clone());
    for (const name of this.skipFilterPlugins) copy.skipFilterPlugins.add(name);
    for (const name of this.skipScorePlugins) copy.skipScorePlugins.add(name);
    return copy;
  }
}

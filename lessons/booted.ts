/**
 * Booted clusters, kept to be forked: scenarios of a class ask for the same few again and again, and booting one takes far longer
 * than forking it. A fork can't tell that it is one: same options, same cluster.
 */
import { Cluster, type ClusterOptions } from "../sim/index.ts";

const keptMax = 64;
const kept = new Map<string, Cluster>();

/** A cluster of these options that nobody else holds. Throws a RangeError for a wrong option. */
export function bootedCluster(options: ClusterOptions): Cluster {
  const key = JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
  const known = kept.get(key) ?? Cluster.create(options);
  // The one asked for last stands last, so that the first is the one to forget.
  kept.delete(key);
  kept.set(key, known);
  if (kept.size > keptMax) kept.delete(kept.keys().next().value as string);
  return known.fork();
}

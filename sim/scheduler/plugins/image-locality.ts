/**
 * ImageLocality: prefers nodes that already have the pod's images, the larger the better.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/imagelocality/image_locality.go.
 * Left out: image volumes.
 * Invariant: an image's weight falls with the share of nodes that have it, so that popular images do not pull all pods.
 */
import { maxNodeScore, type ScorePlugin } from "../framework.ts";
import { allRows, type NodeList, type Shape } from "../node-list.ts";

const megabyte = 1024 * 1024;
const thresholdMin = 23 * megabyte;
const thresholdMaxPerContainer = 1000 * megabyte;

const spreadByShape = new WeakMap<Shape, ReadonlyMap<string, number>>();

/** How many nodes have each image. */
function imageSpread(nodes: NodeList): ReadonlyMap<string, number> {
  const known = spreadByShape.get(nodes.shape);
  if (known !== undefined) return known;
  const spread = new Map<string, number>();
  for (const { imageSizes } of allRows(nodes)) {
    for (const name of Object.keys(imageSizes ?? {})) spread.set(name, (spread.get(name) ?? 0) + 1);
  }
  spreadByShape.set(nodes.shape, spread);
  return spread;
}

/** The name with the tag that is meant when none is given. */
function normalizedImageName(name: string): string {
  return name.lastIndexOf(":") <= name.lastIndexOf("/") ? `${name}:latest` : name;
}

/** The plugin under upstream's name. */
export const ImageLocality: ScorePlugin = {
  name: "ImageLocality",
  score({ nodes }, _state, { spec }, { imageSizes }) {
    if (imageSizes === undefined) return 0;
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    let sum = 0;
    for (const { image = "" } of containers) {
      const name = normalizedImageName(image);
      const size = imageSizes[name];
      if (size !== undefined) sum += Math.trunc(size * (imageSpread(nodes).get(name)! / nodes.length));
    }
    const thresholdMax = thresholdMaxPerContainer * containers.length;
    const held = Math.min(Math.max(sum, thresholdMin), thresholdMax);
    return Math.floor((maxNodeScore * (held - thresholdMin)) / (thresholdMax - thresholdMin));
  },
};

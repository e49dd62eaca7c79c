/** The door of views: what notebooks, lessons and the live page may import. */
export { type Display, type MimeBundle, VIEW_TYPE } from "./bundle.ts";
export { componentMap, type MapOptions } from "./component-map.ts";
export { exchangeMatrix, type MatrixOptions } from "./exchange-matrix.ts";
export { type FrameSet, unpackFrames } from "./frames.ts";
export { iconPath } from "./icons.ts";
export { journalView } from "./journal.ts";
export { type Exchange, exchangesOf } from "./matrix/exchanges.ts";
export { partyNamed } from "./matrix/parties.ts";
export { type InteriorOptions, nodeInterior } from "./node-interior.ts";
export { type OwnerOptions, ownerTree } from "./owner-tree.ts";
export { type LadderOptions, pathLadder } from "./path-ladder.ts";
export { type PlacementOptions, placementGrid } from "./placement-grid.ts";
export { requestSequence, type SequenceOptions } from "./request-sequence.ts";
export type { Group, Scene, Shape, TwinRow, TwinTable } from "./scene.ts";
export { sceneToSvg } from "./svg.ts";
export { sceneToText } from "./text.ts";
export { type TimelineOptions, timelineView } from "./timeline.ts";
export { whyView } from "./why.ts";

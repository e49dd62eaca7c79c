/**
 * Icons as stroke paths on a grid of 16, drawn for this project: states, roles and marks on links.
 * Each state's shape is distinct in black and white, so that no state is told by colour alone.
 */
import type { IconName } from "./scene.ts";

const PATHS: Readonly<Record<IconName, string>> = {
  check: "M3 8.5L6.5 12L13 4.5",
  half: "M8 2.5A5.5 5.5 0 0 0 8 13.5ZM8 2.5A5.5 5.5 0 0 1 8 13.5",
  clock: "M8 2.5A5.5 5.5 0 0 0 8 13.5A5.5 5.5 0 0 0 8 2.5M8 5V8L10.5 9.5",
  dots: "M2.5 8H4.5M7 8H9M11.5 8H13.5",
  cross: "M4 4L12 12M12 4L4 12",
  loop: "M12.5 5A5.5 5.5 0 1 0 13.5 8.5M13 1.8V5.2H9.6",
  leave: "M7 3H3V13H7M6.5 8H13.5M10.5 5L13.5 8L10.5 11",
  done: "M3.5 13.5V2.5H12.5L10 5.5L12.5 8.5H3.5",
  store: "M3 4C3 2 13 2 13 4V12C13 14 3 14 3 12ZM3 4C3 6 13 6 13 4M3 8C3 10 13 10 13 8",
  gate: "M2 3H14M2 13H14M4.5 3V13M8 3V13M11.5 3V13",
  target: "M8 2.5A5.5 5.5 0 0 0 8 13.5A5.5 5.5 0 0 0 8 2.5M8 0.8V4.5M8 11.5V15.2M0.8 8H4.5M11.5 8H15.2",
  gears: "M12.9 6A5.2 5.2 0 0 0 3.3 5.6M3 2.5V6H6.5M3.1 10A5.2 5.2 0 0 0 12.7 10.4M13 13.5V10H9.5",
  agent: "M3 6H13V13H3ZM8 6V3M5.8 9H6.2M9.8 9H10.2M7 3H9",
  crate: "M2.5 5L8 2L13.5 5V11L8 14L2.5 11ZM2.5 5L8 8L13.5 5M8 8V14",
  person: "M8 2.2A2.6 2.6 0 0 0 8 7.4A2.6 2.6 0 0 0 8 2.2M3 14C3 9 13 9 13 14",
  machine: "M2.5 3H13.5V7.2H2.5ZM2.5 8.8H13.5V13H2.5ZM5 5.1H5.4M5 10.9H5.4",
  cut: "M9.5 1.5L5.5 7.5H10.5L6.5 14.5",
  pause: "M5.5 3.5V12.5M10.5 3.5V12.5",
  gear: "M8 5.3A2.7 2.7 0 0 0 8 10.7A2.7 2.7 0 0 0 8 5.3M8 1.5V3.5M8 12.5V14.5M1.5 8H3.5M12.5 8H14.5M3.4 3.4L4.8 4.8M11.2 11.2L12.6 12.6M12.6 3.4L11.2 4.8M4.8 11.2L3.4 12.6",
  arrow: "M2.5 8H13.5M9.5 4L13.5 8L9.5 12",
  turn: "M2.5 12.5C2.5 3 12.5 3 12.5 9.5M9.2 7.2L12.5 10.5L15 7",
  "turn-back": "M13.5 12.5C13.5 3 3.5 3 3.5 9.5M1 7L3.5 10.5L6.8 7.2",
  wrap: "M2 2H14V14H2ZM5.5 5.5H10.5V10.5H5.5Z",
  unwrap: "M8.5 2H2V14H14V8.5M7 9L13.5 2.5M9.5 2.5H13.5V6.5",
  fork: "M2 8H6L13 3.5M6 8L13 12.5M9.8 3H13.5V6",
  stop: "M8 2.2A5.8 5.8 0 0 0 8 13.8A5.8 5.8 0 0 0 8 2.2M4.2 4.2L11.8 11.8",
  envelope: "M2 3.5H14V12.5H2ZM2 4L8 9L14 4",
  changed: "M8 3.5L13.5 12.5H2.5ZM8 6L11 11.5H5ZM8 8.5V11",
  plus: "M8 3V13M3 8H13",
  minus: "M3 8H13",
  globe: "M8 2.2A5.8 5.8 0 0 0 8 13.8A5.8 5.8 0 0 0 8 2.2M2.2 8H13.8M8 2.2C4.5 5 4.5 11 8 13.8C11.5 11 11.5 5 8 2.2",
  plug: "M5.5 2V5.5M10.5 2V5.5M3.5 5.5H12.5V8C12.5 12 3.5 12 3.5 8ZM8 11V14.5",
  stack: "M8 2L14 5L8 8L2 5ZM2 8L8 11L14 8M2 11L8 14L14 11",
  copies: "M2.5 5.5H10.5V13.5H2.5ZM5.5 5.5V2.5H13.5V10.5H10.5",
  crown: "M2.5 12.5L1.8 4.5L5.5 8L8 3L10.5 8L14.2 4.5L13.5 12.5Z",
  pencil: "M3 13L3.8 9.8L11 2.6L13.4 5L6.2 12.2Z",
  list: "M5.5 4H14M5.5 8H14M5.5 12H14M2 4H2.6M2 8H2.6M2 12H2.6",
};

/** Path of an icon on a grid of 16; meant to be stroked with width 1.5 and not filled. */
export function iconPath(icon: IconName): string {
  return PATHS[icon];
}

/** What the build puts into the type side's bundle: library and package declarations as text. */
declare module "orrery:baked" {
  export const baked: import("./service.ts").BakedTypes;
}

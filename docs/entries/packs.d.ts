export * from "../../dist/types/packs.js";
export type { PackMaker } from "../../dist/types/packs/pack-maker.js";

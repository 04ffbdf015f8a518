// What the reference documents of an entry: its exports and the types that they use.
export * from "../types/packs.js";
export { PackMaker } from "../types/packs/pack-maker.js";

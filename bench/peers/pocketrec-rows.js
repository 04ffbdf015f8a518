// The rows of pocketrec in a table: each module, and each precision of a ranked list.

/** How many items a ranked list has. */
export const TOP_K = 20;

export const MODULES = [
  { name: "pocketrec", simd: "simd128" },
  { name: "pocketrec, relaxed SIMD", simd: "relaxed", needsRelaxedSimd: true },
];

/** Options of `model.rank` and `model.recommend`. */
const EXACT = { topK: TOP_K };
const FAST = { topK: TOP_K, precision: "fast" };

/** { name, simd, needsRelaxedSimd, options } of every module and precision. */
export const RANKINGS = MODULES.flatMap((module) => [
  { ...module, options: EXACT },
  { ...module, name: `${module.name}, fast`, options: FAST },
]);

import { argumentError, assertNumber } from "../common/arguments.js";
import { checkOptions } from "../common/options.js";
import { readUnitVectors, vectorReader } from "./item-vectors.js";
import { readRanked, toUnit } from "./ranked-list.js";
import { Memory } from "../runtime/memory.js";
import { instantiate } from "../runtime/module.js";

/**
 * The step of `diversify`. `compile` gives the module, the one thing that differs between
 * environments.
 *
 * @param {import("./diversify.js").DiversifyOptions} options
 * @param {(simd: "auto" | import("../runtime/module.js").Simd) => Promise<WebAssembly.Module>}
 *   compile
 * @returns {import("./ranked-list.js").AsyncStep}
 */
export function diversity(options, compile) {
  const names = "model pack vectors balance by topK poolSize simd module";
  const checked = checkOptions(options, "diversify", names, { among: "poolSize" });
  const { model, pack, vectors, balance = 0.7, by = "rank", topK, poolSize } = checked;
  const { simd = "auto", module } = checked;
  const readerOf = vectorReader(model, vectors);
  assertNumber(balance, "diversify balance", { max: 1 });
  if (by !== "rank" && by !== "score") throw argumentError("diversify by", '"rank" or "score"', by);
  if (topK !== undefined) assertNumber(topK, "diversify topK", { integer: true });
  if (poolSize !== undefined) assertNumber(poolSize, "diversify poolSize", { integer: true });
  const memory = lazyMemory(async () => module ?? compile(simd));
  return async (list, context) => {
    const ranked = readRanked(list, "diversify");
    const positions = topK ?? context?.topK ?? 100;
    const pool = ranked.slice(0, poolSize ?? 10 * positions);
    const found = await readUnitVectors(pool, readerOf(pack ?? context?.packOf?.(model)));
    const { slots } = found;
    const count = slots.filter((slot) => slot < positions).length;
    if (!count) return ranked;
    const relevance = toUnit(
      slots.map((slot, i) => (by === "rank" ? -i : /** @type {number} */ (pool[slot].score))),
    );
    const chosen = choose(await memory(), found, relevance, balance, count);
    const order = [...new Set([...chosen, ...slots.keys()])];
    slots.forEach((slot, i) => (ranked[slot] = pool[slots[order[i]]]));
    return ranked;
  };
}

/**
 * A module instance for the step alone, made at the first call. A failure is not kept.
 *
 * @param {() => Promise<WebAssembly.Module>} compile
 * @returns {() => Promise<Memory>}
 */
function lazyMemory(compile) {
  /** @type {Promise<Memory> | undefined} */
  let memory;
  const open = async () => new Memory(await instantiate(await compile()));
  return () => {
    memory ??= open().catch((error) => {
      memory = undefined;
      throw error;
    });
    return memory;
  };
}

/**
 * @param {Memory} memory
 * @param {import("./item-vectors.js").UnitVectors} candidates
 * @param {number[]} relevance
 * @param {number} balance
 * @param {number} count
 * @returns {number[]} rows of the chosen vectors, in the order chosen
 */
function choose(memory, { units, width, slots }, relevance, balance, count) {
  const padded = units.length / width || slots.length;
  const floats = 4 * Math.ceil(padded / 4) * 4;
  const [vectors, relevances, nearest, chosen] = memory.scratch(
    units.byteLength,
    floats,
    floats,
    4 * count,
  );
  memory.f32(vectors, units.length).set(units);
  memory.f32(relevances, slots.length).set(relevance);
  memory.exports.pr_diversity_choose(
    vectors,
    slots.length,
    width,
    balance,
    count,
    relevances,
    nearest,
    chosen,
  );
  return [...memory.u32(chosen, count)];
}

import { userOf } from "./check-user.js";

/** Items that the errors of estimates are measured on, and users of the file's check vectors. */
const SAMPLE = { items: 64, users: 4 };

/**
 * Finds the best of many candidates by two passes: estimates in integers of all, float32 scores of
 * those that may be among the best (src/two_pass.h).
 */
export class Estimates {
  #engine;
  #find;
  #address;

  /** @param {import("./engine.js").Engine} engine */
  constructor(engine) {
    const { memory, scorer } = engine;
    const at = memory.allocate(engine.function("estimates_size")(scorer));
    this.#engine = engine;
    this.#find = engine.function("find");
    /** 0 where weights are so large or so small that estimates would tell nothing. */
    this.#address = engine.function("estimates_init")(scorer, at) >>> 0;
  }

  /**
   * Measures the errors of estimates for a user, on items of the file.
   * @param {import("../families/family.js").UserState} state
   */
  measure({ prepared }) {
    const { memory, plan } = this.#engine;
    if (!this.#address) return;
    const count = Math.min(SAMPLE.items, plan.rows);
    const [user, rows] = memory.scratch(prepared.byteLength, 4 * count);
    memory.f32(user, prepared.length).set(prepared);
    const view = memory.u32(rows, count);
    for (let i = 0; i < count; i++) view[i] = Math.floor((i * plan.rows) / count);
    this.#engine.function("measure")(this.#address, user, rows, count);
  }

  /**
   * These estimates, where finding the best with them takes less time than to score all.
   *
   * @param {number} length how many candidates
   * @param {number} topK how many are wanted
   */
  worthwhile(length, topK) {
    const { scorer } = this.#engine;
    const pay = this.#address && this.#engine.function("estimates_pay")(scorer, length, topK);
    return pay ? this : undefined;
  }

  /**
   * Pushes the best of a chunk of candidates; addresses, as for pr_ncf_find.
   *
   * @param {number} user
   * @param {number} rows
   * @param {number} first
   * @param {number} count
   * @param {number} excluded
   * @param {number} top
   * @returns {number} a STATUS
   */
  find(user, rows, first, count, excluded, top) {
    return this.#find(this.#address, user, rows, first, count, excluded, top);
  }
}

/**
 * Makes a model's estimates and measures their errors on its own items, for the users of its check
 * vectors and the user without a history. Without any, the first call measures them.
 *
 * @param {import("./model.js").Model} model
 * @param {import("./engine.js").Engine} engine
 */
export function startEstimates(model, engine) {
  if (engine.estimates || !engine.family.hasEstimates) return;
  const estimates = (engine.estimates = new Estimates(engine));
  // Without `measure`, bounds of errors are proven.
  if (!engine.plan.rows || !engine.function("measure")) return;
  const checks = model.info.check?.slice(0, SAMPLE.users) ?? [];
  const makers = checks.map((check) => () => userOf(model, engine.items, check));
  for (const make of [() => model.user({ history: [] }), ...makers]) {
    try {
      estimates.measure(make().state);
    } catch {
      // Not a user of this model: it needs features, or a check vector is wrong, which `verify` is
      // for.
    }
  }
}

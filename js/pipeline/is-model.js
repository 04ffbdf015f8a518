/**
 * Whether a value can rank as a model does: a Model, a WorkerModel, or an app's wrapper of one.
 *
 * @param {any} value
 * @returns {value is import("../model/model.js").Model}
 */
export const isModel = (value) =>
  typeof value === "object" &&
  ["user", "rank", "recommend"].every((name) => typeof value?.[name] === "function");

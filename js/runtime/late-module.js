import { compile, knownModules } from "./module.js";

/**
 * As `compile`, for a step that may be used without a model: the modules are imported at its first
 * call, where no model has brought them.
 *
 * @param {"auto" | import("./module.js").Simd} simd
 */
export const compileLate = async (simd) =>
  compile(simd, knownModules() ?? (await import("../../dist/modules.js")).modules);

/**
 * The interface with the C core: the one list of what the WebAssembly module exports, and the numbers that both sides
 * share. A test compares it with the module and with wasm/exports.c.
 */

/** Exported functions: every argument is a number (an address, a count, a float). */
export const FUNCTIONS = /** @type {const} */ ([
  "pr_heap_base",
  "pr_dense_is_fused", // 1 where multiply-add has one rounding (relaxed SIMD), else 0
  "pr_convert", // dtype, bytes, scale, rows, width, values -> index of the first value that is not finite, or -1
  "pr_ncf_size", // config -> bytes
  "pr_ncf_init", // place, config -> model
  "pr_ncf_set", // model, tensor, first, rows, values
  "pr_ncf_user_mean", // model -> address of the mean vector
  "pr_ncf_prepared_size", // model -> floats
  "pr_ncf_prepare", // model, vector, prepared
  "pr_ncf_score", // model, prepared, rows or 0, first, count, raw -> index of the first row out of range, or -1
  "pr_output_apply", // output, raw, count (a multiple of 4)
  "pr_fold_in_ready", // model -> block whose covariance is not positive definite, or -1
  "pr_fold_in_size", // model -> bytes
  "pr_fold_in", // model, workspace, rows, targets, count, steps, rate, negatives, prior, seed, vector -> iterations
  "pr_topk_init", // top, capacity
  "pr_topk_push", // top, scores, rows or 0, first, count, excluded or 0
  "pr_topk_sort", // top -> count
]);

/** @typedef {Record<typeof FUNCTIONS[number], (...numbers: number[]) => number> & { memory: WebAssembly.Memory }} Exports */

/** src/convert.h */
export const DTYPES = /** @type {Record<string, { code: number, bytes: number }>} */ ({
  F32: { code: 0, bytes: 4 },
  F16: { code: 1, bytes: 2 },
  BF16: { code: 2, bytes: 2 },
  I8: { code: 3, bytes: 1 },
});

/** src/activation.h */
export const ACTIVATIONS = /** @type {Record<string, number>} */ ({ identity: 0, relu: 1, sigmoid: 2, tanh: 3 });

/** src/ncf.h: the tensors as pr_ncf_set takes them; `mlp.layers.K.weight` and `.bias` are these plus K. */
export const NCF_TENSORS = /** @type {Record<string, number>} */ ({
  "gmf.item": 0,
  "mlp.item": 1,
  "mlp.item_hidden": 2,
  "item.bias": 3,
  "output.weight": 4,
  "output.bias": 5,
  "gmf.user_mean": 6,
  "mlp.user_mean": 7,
  "gmf.user_covariance": 8,
  "mlp.user_covariance": 9,
});
export const NCF_LAYER_WEIGHT = 32;
export const NCF_LAYER_BIAS = 64;
export const NCF_LAYERS_MAX = 16;

/** src/dense.h: scores come in blocks, so a buffer for them has room for a multiple of this many. */
export const ROWS = 8;

/** src/topk.h: bytes before the entries, and of an entry (score, position). */
export const TOPK_HEADER = 8;
export const TOPK_ENTRY = 8;

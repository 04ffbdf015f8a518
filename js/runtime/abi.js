/**
 * The interface with the C core: the functions that the WebAssembly module exports and the
 * constants that both sides share. The config structs are in configs.js. A test compares all three
 * with the C headers and with the module.
 */

/**
 * Exported functions. Arguments are numbers: addresses, counts, floats; an address in brackets may
 * be 0. A status is a STATUS. The linker exports a function as it is, unless wasm/exports.c has an
 * adapter for it.
 */
export const FUNCTIONS = /** @type {const} */ ([
  "pr_version", // -> of the package: 0.2.0 is 2000
  "pr_heap_base", // -> the first free address
  "pr_dense_is_fused", // -> 1 where multiply-add rounds once (relaxed SIMD), else 0
  "pr_convert", // dtype, numbers, scale, rows, width, values -> status
  "pr_first_not_finite", // dtype, numbers, count -> index of the first NaN or infinity, or -1

  "pr_ncf_size", // config -> bytes
  "pr_ncf_init", // address, config -> model
  "pr_ncf_set", // model, tensor, first, rows, values
  "pr_ncf_user_mean", // model -> address of the mean vector
  "pr_ncf_prepared_size", // model -> floats
  "pr_ncf_prepare", // model, vector, prepared
  "pr_ncf_score", // model, prepared, [rows], first, count, raw -> status
  "pr_ncf_items_size", // model, count -> bytes
  "pr_ncf_items_init", // model, address, count -> items
  "pr_ncf_use", // model, [items]; 0: the model's own
  "pr_ncf_vectors", // model, rows, count, vectors
  "pr_ncf_estimates_pay", // model, count, wanted -> 1 or 0
  "pr_ncf_estimates_size", // model -> bytes
  "pr_ncf_estimates_init", // model, address -> estimates, 0 where weights do not allow them
  "pr_ncf_measure", // estimates, prepared, rows, count
  "pr_ncf_find", // estimates, prepared, [rows], first, count, [excluded], top -> status
  "pr_fold_in_ready", // model, block, workspace -> status
  "pr_fold_in_size", // model -> bytes
  // model, workspace, rows, targets, count, steps, rate, negatives, prior, seed, done, vector
  "pr_fold_in", // -> steps done; 0 after the last, -1 where the tower is too large
  "pr_influence_size", // model, count -> bytes
  "pr_influence_start", // model, workspace, rows, targets, count, negatives, prior, vector
  "pr_influence_item", // model, workspace, count, item, effects

  "pr_table_set", // table, row, rows, column, columns, numbers -> status
  "pr_table_set_scale", // table, row, rows, scale

  "pr_autoencoder_size", // config -> bytes
  "pr_autoencoder_init", // address, config -> model
  "pr_autoencoder_layer", // model, layer -> table
  "pr_autoencoder_set", // model, tensor, count, values
  "pr_autoencoder_sums_size", // model -> floats
  "pr_autoencoder_prepared_size", // model -> floats
  "pr_autoencoder_add", // model, rows, weights, count, sums
  "pr_autoencoder_encode", // model, sums, square, [node], vector
  "pr_autoencoder_prepare", // model, vector, prepared
  "pr_autoencoder_score_many", // model, prepared, [rows], first, count, raw, users -> status
  "pr_autoencoder_vectors", // model, rows, count, vectors
  "pr_autoencoder_explain_size", // model -> bytes
  // model, workspace, sums, square, [node], rows, weights, count, item, effects
  "pr_autoencoder_explain",
  "pr_autoencoder_estimates_pay", // as pr_ncf_estimates_pay; so are the next three
  "pr_autoencoder_estimates_size",
  "pr_autoencoder_estimates_init",
  "pr_autoencoder_find",
  "pr_autoencoder_user_mean", // model -> address of the mean node of CDAE
  "pr_node_size", // model -> bytes
  // model, workspace, sums, rows, weights, count, output, steps, rate, negatives, prior, seed, node
  "pr_node_fit",
  "pr_ridge_size", // model, count, isDual -> bytes
  "pr_ridge_fit", // model, weight, bias, workspace, rows, targets, count, isDual, vector
  // model, weight, bias, workspace, rows, targets, count, isDual, item, effects
  "pr_ridge_explain",
  "pr_ridge_state_size", // model -> doubles
  "pr_ridge_start", // model, weight, bias, workspace, rows, targets, count, state -> status
  "pr_ridge_change", // model, weight, bias, workspace, row, target, sign, state -> status
  "pr_ridge_finish", // model, weight, bias, workspace, state, vector

  "pr_features_table_at", // features, table -> table
  "pr_features_quantiles", // features, feature -> address

  "pr_dot_size", // config -> bytes
  "pr_dot_init", // address, config -> model
  "pr_dot_table", // model -> table of the items in use
  "pr_dot_set", // model, tensor, first, count, values
  "pr_dot_items_size", // model, count, dtype -> bytes
  "pr_dot_items_init", // model, address, count, dtype -> items
  "pr_dot_use", // model, [items]; 0: the model's own
  "pr_dot_items_ready", // model
  "pr_dot_add_gram", // model, first, count
  "pr_dot_prepared_size", // model -> floats
  "pr_dot_prepare", // model, vector, prepared
  "pr_dot_score_many", // as pr_autoencoder_score_many
  "pr_dot_scan", // model, prepared, first, count, [excluded], top -> status
  "pr_dot_vectors", // model, rows, count, vectors
  "pr_dot_fit_ready", // model, workspace -> status
  "pr_dot_fit_size", // model, isPairwise, negatives, count -> bytes
  "pr_dot_fit_most", // model, isPairwise, negatives -> count
  // model, workspace, isPairwise, rows, targets, count, negatives, prior, isPriorEach, seed, vector
  "pr_dot_fit",
  // model, workspace, isPairwise, rows, targets, count, negatives, prior, isPriorEach, seed, item,
  // effects
  "pr_dot_fit_explain",
  "pr_dot_ridge_size", // model -> bytes
  "pr_dot_ridge_fit", // model, ridge, workspace, rows, values, count, vector -> status
  "pr_dot_ridge_explain", // model, ridge, workspace, rows, values, count, item, effects -> status

  "pr_candidates_size", // config -> bytes
  "pr_candidates_init", // address, config -> model
  "pr_candidates_features", // model -> features
  "pr_candidates_dot", // model -> a dot product
  "pr_candidates_set_weight", // model, layer, first, rows, values
  "pr_candidates_set_bias", // model, layer, values
  "pr_candidates_encode", // model, offsets, ids, numbers, vector

  "pr_ranker_size", // config -> bytes
  "pr_ranker_init", // address, config -> model
  "pr_ranker_features", // model -> features
  "pr_ranker_tower", // model -> an NCF model
  "pr_ranker_encode", // model, offsets, ids, numbers, vector
  "pr_ranker_set_items", // model, first, rows, offsets, ids, numbers

  "pr_item_item_size", // config -> bytes
  "pr_item_item_init", // address, config -> model
  "pr_item_item_part", // model, part -> address
  "pr_item_item_first_bad", // model, first, count -> row or -1
  "pr_item_item_encode", // model, user
  "pr_item_item_score", // model, user, [rows], first, count, raw -> status
  "pr_item_item_vectors", // model, rows, count, vectors
  "pr_item_item_explain", // model, rows, values, count, one, item, effects

  "pr_sequence_size", // config -> bytes
  "pr_sequence_init", // address, config -> model
  "pr_sequence_dot", // model -> a dot product, which scores
  "pr_sequence_embedding", // model -> table
  "pr_sequence_set", // model, tensor, first, rows, width, values
  "pr_sequence_ready", // model
  "pr_sequence_encode", // model, rows, first, count, state, vector
  "pr_sequence_leave_out", // model, rows, count, keeps, rests, state, spare, vectors

  // activation, offset, scale, shift, minimum, maximum, values, count (a multiple of 4)
  "pr_output_apply",
  "pr_log_sum_add", // log sum (two doubles), raw, count
  "pr_topk_init", // top, capacity
  "pr_topk_push", // top, scores, [rows], first, count, [excluded]
  "pr_topk_sort", // top -> count
  "pr_diversity_choose", // vectors, count, stride, balance, choices, relevance, nearest, chosen
]);

/**
 * @typedef {Record<typeof FUNCTIONS[number], (...numbers: number[]) => number> & { memory:
 *   WebAssembly.Memory }} Exports
 */

/** src/status.h */
export const STATUS = {
  OK: 0,
  ERR_ROW: -1,
  ERR_NOT_FINITE: -2,
  ERR_NOT_POSITIVE_DEFINITE: -3,
  ERR_PRECISION: -4,
};

/** src/convert.h; bytes of a number */
export const DTYPES = /** @type {Record<string, { code: number, bytes: number }>} */ ({
  F32: { code: 0, bytes: 4 },
  F16: { code: 1, bytes: 2 },
  BF16: { code: 2, bytes: 2 },
  I8: { code: 3, bytes: 1 },
});

/** src/activation.h */
export const ACTIVATIONS = /** @type {Record<string, number>} */ ({
  identity: 0,
  relu: 1,
  sigmoid: 2,
  tanh: 3,
  elu: 4,
  selu: 5,
  swish: 6,
  gelu: 8,
});

/** Of an output function alone: a softmax, once its sum is known. */
export const EXP = 7;

/** src/ncf.h: tensors by the numbers of pr_ncf_set */
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
/** `mlp.layers.K.weight` and `.bias` are these plus K. */
export const NCF_LAYER_WEIGHT = 32;
export const NCF_LAYER_BIAS = 64;
export const NCF_LAYERS_MAX = 16;

/** src/autoencoder.h: tensors by the numbers of pr_autoencoder_set */
export const AUTOENCODER_TENSORS = { user_mean: 0, user_bias: 1 };
/** The tensors of layer K are these plus K. */
export const AUTOENCODER_BIAS = 32;
export const AUTOENCODER_NORM_WEIGHT = 64;
export const AUTOENCODER_NORM_BIAS = 96;
export const AUTOENCODER_LAYERS_MAX = 16;

/** src/item_item.h */
export const ITEM_LAYOUTS = { dense: 0, sparse: 1, low_rank: 2 };
/** src/item_item.h: words before the vector of a user */
export const ITEM_USER_HEADER = 4;
/** src/item_item.h: what pr_item_item_part finds */
export const ITEM_PARTS = {
  values: 0,
  columns: 1,
  offsets: 2,
  scale: 3,
  diagonal: 4,
  input: 5,
  output: 6,
};

/** src/features.h: the inputs of a tower from one continuous value, two bits each */
export const INPUTS = /** @type {Record<string, number>} */ ({ value: 1, square: 2, root: 3 });
export const SIDES = { user: 0, item: 1 };
export const TABLES_MAX = 32;
export const FEATURES_MAX = 64;

/** src/dot.h: tensors by the numbers of pr_dot_set */
export const DOT_TENSORS = /** @type {const} */ ({
  item_bias: 0,
  mean: 1,
  user_mean: 2,
  user_covariance: 3,
});

/** src/candidates.h */
export const CANDIDATES_LAYERS_MAX = 16;

/** src/sequence.h: layers and vectors by number, and the names of settings */
export const SEQUENCE_LAYERS_MAX = 16;
export const SEQUENCE_STEP = 6;
export const SEQUENCE_OUTPUT = 96;
export const SEQUENCE_POSITION = 256;
export const SEQUENCE_BIAS = 128;
export const NORM_ORDERS = /** @type {Record<string, number>} */ ({
  after: 0,
  before: 1,
  query: 2,
});
export const PADDINGS = /** @type {Record<string, number>} */ ({ masked: 0, zero: 1, attended: 2 });

/** src/dense.h: the length of a buffer for scores is a multiple of this. */
export const ROWS = 8;

/** src/topk.h: bytes before the entries, and of an entry (score, position) */
export const TOPK_HEADER = 8;
export const TOPK_ENTRY = 8;

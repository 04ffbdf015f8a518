// What the WebAssembly module exports: the portable core with plain numbers and addresses for
// arguments. This file and js/runtime/abi.js list the same names; a test compares both with the
// module.
#include "../src/autoencoder.h"
#include "../src/candidates.h"
#include "../src/convert.h"
#include "../src/diversity.h"
#include "../src/fold_in.h"
#include "../src/influence.h"
#include "../src/ncf.h"
#include "../src/node.h"
#include "../src/output.h"
#include "../src/ranker.h"
#include "../src/ridge.h"
#include "../src/topk.h"

#define PR_EXPORT(name) __attribute__((export_name(#name), used))

// Where free memory begins: JavaScript lays out everything from here on.
extern unsigned char __heap_base;

PR_EXPORT(pr_heap_base)
const void *heap_base(void) { return &__heap_base; }

PR_EXPORT(pr_dense_is_fused)
int32_t dense_is_fused(void) { return pr_dense_is_fused(); }

PR_EXPORT(pr_convert)
int32_t convert(int32_t dtype, const void *bytes, const float *scale, int32_t rows, int32_t width,
                float *values) {
    return pr_convert(dtype, bytes, scale, rows, width, values);
}

// A double holds every size exactly, also those that no memory has.
PR_EXPORT(pr_ncf_size)
double ncf_size(const pr_ncf_config *config) { return (double)pr_ncf_size(config); }

PR_EXPORT(pr_ncf_init)
pr_ncf *ncf_init(void *place, const pr_ncf_config *config) { return pr_ncf_init(place, config); }

PR_EXPORT(pr_ncf_set)
void ncf_set(pr_ncf *model, int32_t tensor, int32_t first, int32_t rows, const float *values) {
    pr_ncf_set(model, tensor, first, rows, values);
}

PR_EXPORT(pr_ncf_user_mean)
const float *ncf_user_mean(const pr_ncf *model) { return model->user_mean; }

PR_EXPORT(pr_ncf_prepared_size)
int32_t ncf_prepared_size(const pr_ncf *model) { return pr_ncf_prepared_size(model); }

PR_EXPORT(pr_ncf_prepare)
void ncf_prepare(const pr_ncf *model, const float *vector, float *prepared) {
    pr_ncf_prepare(model, vector, prepared);
}

PR_EXPORT(pr_ncf_score)
int32_t ncf_score(const pr_ncf *model, const float *prepared, const uint32_t *rows, uint32_t first,
                  int32_t count, float *raw) {
    return pr_ncf_score(model, prepared, rows, first, count, raw);
}

PR_EXPORT(pr_ncf_items_size)
double ncf_items_size(const pr_ncf *model, int32_t count) {
    return (double)pr_ncf_items_size(model, count);
}

PR_EXPORT(pr_ncf_items_init)
pr_ncf_items *ncf_items_init(const pr_ncf *model, void *place, int32_t count) {
    return pr_ncf_items_init(model, place, count);
}

PR_EXPORT(pr_ncf_use)
void ncf_use(pr_ncf *model, const pr_ncf_items *items) { pr_ncf_use(model, items); }

PR_EXPORT(pr_ncf_vectors)
void ncf_vectors(const pr_ncf *model, const uint32_t *rows, int32_t count, float *vectors) {
    pr_ncf_vectors(model, rows, count, vectors);
}

PR_EXPORT(pr_fold_in_ready)
int32_t fold_in_ready(pr_ncf *model) { return pr_fold_in_ready(model); }

PR_EXPORT(pr_fold_in_size)
double fold_in_size(const pr_ncf *model) { return (double)pr_fold_in_size(model); }

PR_EXPORT(pr_fold_in)
int32_t fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                int32_t count, int32_t steps, float learning_rate, float negatives, float prior,
                uint32_t seed, float *vector) {
    pr_fit_options options = { steps, learning_rate, negatives, prior, seed };
    return pr_fold_in(model, workspace, rows, targets, count, &options, vector);
}

PR_EXPORT(pr_influence_size)
double influence_size(const pr_ncf *model, int32_t count) {
    return (double)pr_influence_size(model, count);
}

PR_EXPORT(pr_influence_start)
void influence_start(const pr_ncf *model, void *workspace, const uint32_t *rows,
                     const float *targets, int32_t count, float negatives, float prior,
                     const float *vector) {
    pr_fit_options options = { .negatives = negatives, .prior = prior };
    pr_influence_start(model, workspace, rows, targets, count, &options, vector);
}

PR_EXPORT(pr_influence_item)
void influence_item(const pr_ncf *model, void *workspace, int32_t count, uint32_t item,
                    float *effects) {
    pr_influence_item(model, workspace, count, item, effects);
}

// ---- autoencoders

PR_EXPORT(pr_table_set)
int32_t table_set(pr_table *table, int32_t row, int32_t rows, int32_t column, int32_t columns,
                  const void *bytes) {
    return pr_table_set(table, row, rows, column, columns, bytes);
}

PR_EXPORT(pr_table_set_scale)
void table_set_scale(pr_table *table, int32_t row, int32_t rows, const float *scale) {
    pr_table_set_scale(table, row, rows, scale);
}

PR_EXPORT(pr_autoencoder_size)
double autoencoder_size(const pr_autoencoder_config *config) {
    return (double)pr_autoencoder_size(config);
}

PR_EXPORT(pr_autoencoder_init)
pr_autoencoder *autoencoder_init(void *place, const pr_autoencoder_config *config) {
    return pr_autoencoder_init(place, config);
}

PR_EXPORT(pr_autoencoder_layer)
pr_table *autoencoder_layer(pr_autoencoder *model, int32_t layer) { return &model->layer[layer]; }

PR_EXPORT(pr_autoencoder_set)
void autoencoder_set(pr_autoencoder *model, int32_t tensor, int32_t count, const float *values) {
    pr_autoencoder_set(model, tensor, count, values);
}

PR_EXPORT(pr_autoencoder_sums_size)
int32_t autoencoder_sums_size(const pr_autoencoder *model) {
    return pr_autoencoder_sums_size(model);
}

PR_EXPORT(pr_autoencoder_prepared_size)
int32_t autoencoder_prepared_size(const pr_autoencoder *model) {
    return pr_autoencoder_prepared_size(model);
}

PR_EXPORT(pr_autoencoder_add)
void autoencoder_add(const pr_autoencoder *model, const uint32_t *rows, const float *weights,
                     int32_t count, float *sums) {
    pr_autoencoder_add(model, rows, weights, count, sums);
}

PR_EXPORT(pr_autoencoder_encode)
void autoencoder_encode(const pr_autoencoder *model, const float *sums, double square,
                        const float *node, float *vector) {
    pr_autoencoder_encode(model, sums, square, node, vector);
}

PR_EXPORT(pr_autoencoder_prepare)
void autoencoder_prepare(const pr_autoencoder *model, const float *vector, float *prepared) {
    pr_autoencoder_prepare(model, vector, prepared);
}

PR_EXPORT(pr_autoencoder_score)
int32_t autoencoder_score(const pr_autoencoder *model, const float *prepared, const uint32_t *rows,
                          uint32_t first, int32_t count, float *raw) {
    return pr_autoencoder_score(model, prepared, rows, first, count, raw);
}

PR_EXPORT(pr_autoencoder_explain_size)
double autoencoder_explain_size(const pr_autoencoder *model) {
    return (double)pr_autoencoder_explain_size(model);
}

PR_EXPORT(pr_autoencoder_explain)
void autoencoder_explain(const pr_autoencoder *model, void *workspace, const float *sums,
                         double square, const float *node, const uint32_t *rows,
                         const float *weights, int32_t count, uint32_t item, float *effects) {
    pr_autoencoder_explain(model, workspace, sums, square, node, rows, weights, count, item,
                           effects);
}

PR_EXPORT(pr_autoencoder_user_mean)
const float *autoencoder_user_mean(const pr_autoencoder *model) { return model->user_mean; }

PR_EXPORT(pr_node_size)
double node_size(const pr_autoencoder *model) { return (double)pr_node_size(model); }

PR_EXPORT(pr_node_fit)
void node_fit(const pr_autoencoder *model, void *workspace, const float *sums, const uint32_t *rows,
              const float *weights, int32_t count, int32_t output, int32_t steps,
              float learning_rate, float negatives, float prior, uint32_t seed, float *node) {
    pr_fit_options options = { steps, learning_rate, negatives, prior, seed };
    pr_node_fit(model, workspace, sums, rows, weights, count, output, &options, node);
}

// ---- I-AutoRec's new person

PR_EXPORT(pr_ridge_size)
double ridge_size(const pr_autoencoder *model, int32_t count, int32_t is_dual) {
    pr_ridge ridge = { model, 1, 1 };
    return (double)pr_ridge_size(&ridge, count, is_dual);
}

PR_EXPORT(pr_ridge_fit)
void ridge_fit(const pr_autoencoder *model, double weight, double bias, void *workspace,
               const uint32_t *rows, const float *targets, int32_t count, int32_t is_dual,
               float *vector) {
    pr_ridge ridge = { model, weight, bias };
    pr_ridge_fit(&ridge, workspace, rows, targets, count, is_dual, vector);
}

PR_EXPORT(pr_ridge_explain)
void ridge_explain(const pr_autoencoder *model, double weight, double bias, void *workspace,
                   const uint32_t *rows, const float *targets, int32_t count, int32_t is_dual,
                   uint32_t item, float *effects) {
    pr_ridge ridge = { model, weight, bias };
    pr_ridge_explain(&ridge, workspace, rows, targets, count, is_dual, item, effects);
}

PR_EXPORT(pr_ridge_state_size)
int32_t ridge_state_size(const pr_autoencoder *model) {
    pr_ridge ridge = { model, 1, 1 };
    return pr_ridge_state_size(&ridge);
}

PR_EXPORT(pr_ridge_start)
int32_t ridge_start(const pr_autoencoder *model, double weight, double bias, void *workspace,
                    const uint32_t *rows, const float *targets, int32_t count, double *state) {
    pr_ridge ridge = { model, weight, bias };
    return pr_ridge_start(&ridge, workspace, rows, targets, count, state);
}

PR_EXPORT(pr_ridge_change)
int32_t ridge_change(const pr_autoencoder *model, double weight, double bias, void *workspace,
                     uint32_t row, float target, double sign, double *state) {
    pr_ridge ridge = { model, weight, bias };
    return pr_ridge_change(&ridge, workspace, row, target, sign, state);
}

PR_EXPORT(pr_ridge_finish)
void ridge_finish(const pr_autoencoder *model, double weight, double bias, void *workspace,
                  const double *state, float *vector) {
    pr_ridge ridge = { model, weight, bias };
    pr_ridge_finish(&ridge, workspace, state, vector);
}

// ---- the two stages

PR_EXPORT(pr_candidates_size)
double candidates_size(const pr_candidates_config *config) {
    return (double)pr_candidates_size(config);
}

PR_EXPORT(pr_candidates_init)
pr_candidates *candidates_init(void *place, const pr_candidates_config *config) {
    return pr_candidates_init(place, config);
}

PR_EXPORT(pr_candidates_features)
pr_features *candidates_features(pr_candidates *model) { return &model->features; }

PR_EXPORT(pr_candidates_table)
pr_table *candidates_table(pr_candidates *model) { return &model->items.table; }

PR_EXPORT(pr_candidates_set_weight)
void candidates_set_weight(pr_candidates *model, int32_t k, int32_t first, int32_t rows,
                           const float *values) {
    pr_candidates_set_weight(model, k, first, rows, values);
}

PR_EXPORT(pr_candidates_set_bias)
void candidates_set_bias(pr_candidates *model, int32_t k, const float *values) {
    pr_candidates_set_bias(model, k, values);
}

PR_EXPORT(pr_candidates_items_size)
double candidates_items_size(const pr_candidates *model, int32_t count, int32_t dtype) {
    return (double)pr_candidates_items_size(model, count, dtype);
}

PR_EXPORT(pr_candidates_items_init)
pr_candidates_items *candidates_items_init(const pr_candidates *model, void *place, int32_t count,
                                           int32_t dtype) {
    return pr_candidates_items_init(model, place, count, dtype);
}

PR_EXPORT(pr_candidates_use)
void candidates_use(pr_candidates *model, const pr_candidates_items *items) {
    pr_candidates_use(model, items);
}

PR_EXPORT(pr_candidates_items_ready)
void candidates_items_ready(pr_candidates *model) { pr_candidates_items_ready(model); }

PR_EXPORT(pr_candidates_encode)
void candidates_encode(const pr_candidates *model, const uint32_t *offsets, const uint32_t *ids,
                       const float *numbers, float *vector) {
    pr_values values = { offsets, ids, numbers };
    pr_candidates_encode(model, &values, vector);
}

PR_EXPORT(pr_candidates_prepared_size)
int32_t candidates_prepared_size(const pr_candidates *model) {
    return pr_candidates_prepared_size(model);
}

PR_EXPORT(pr_candidates_prepare)
void candidates_prepare(const pr_candidates *model, const float *vector, float *prepared) {
    pr_candidates_prepare(model, vector, prepared);
}

PR_EXPORT(pr_candidates_score)
int32_t candidates_score(const pr_candidates *model, const float *prepared, const uint32_t *rows,
                         uint32_t first, int32_t count, float *raw) {
    return pr_candidates_score(model, prepared, rows, first, count, raw);
}

PR_EXPORT(pr_candidates_scan)
void candidates_scan(const pr_candidates *model, const float *prepared, uint32_t first,
                     int32_t count, const uint8_t *excluded, pr_topk *top) {
    pr_candidates_scan(model, prepared, first, count, excluded, top);
}

PR_EXPORT(pr_candidates_vectors)
void candidates_vectors(const pr_candidates *model, const uint32_t *rows, int32_t count,
                        float *vectors) {
    pr_candidates_vectors(model, rows, count, vectors);
}

PR_EXPORT(pr_ranker_size)
double ranker_size(const pr_ranker_config *config) { return (double)pr_ranker_size(config); }

PR_EXPORT(pr_ranker_init)
pr_ranker *ranker_init(void *place, const pr_ranker_config *config) {
    return pr_ranker_init(place, config);
}

PR_EXPORT(pr_ranker_features)
pr_features *ranker_features(pr_ranker *model) { return &model->features; }

PR_EXPORT(pr_ranker_tower)
pr_ncf *ranker_tower(pr_ranker *model) { return model->tower; }

PR_EXPORT(pr_ranker_encode)
void ranker_encode(const pr_ranker *model, const uint32_t *offsets, const uint32_t *ids,
                   const float *numbers, float *vector) {
    pr_values values = { offsets, ids, numbers };
    pr_ranker_encode(model, &values, vector);
}

PR_EXPORT(pr_ranker_set_items)
void ranker_set_items(const pr_ranker *model, int32_t first, int32_t rows, const uint32_t *offsets,
                      const uint32_t *ids, const float *numbers) {
    pr_values values = { offsets, ids, numbers };
    pr_ranker_set_items(model, first, rows, &values);
}

PR_EXPORT(pr_features_table)
pr_table *features_table(pr_features *features, int32_t table) { return &features->table[table]; }

PR_EXPORT(pr_features_quantiles)
float *features_quantiles(pr_features *features, int32_t feature) {
    return features->quantiles[feature];
}

PR_EXPORT(pr_autoencoder_vectors)
void autoencoder_vectors(const pr_autoencoder *model, const uint32_t *rows, int32_t count,
                         float *vectors) {
    pr_autoencoder_vectors(model, rows, count, vectors);
}

// ---- scores

PR_EXPORT(pr_output_apply)
void output_apply(int32_t activation, float offset, float scale, float shift, float minimum,
                  float maximum, float *values, int32_t count) {
    pr_output output = { activation, offset, scale, shift, minimum, maximum };
    pr_output_apply(&output, values, count);
}

PR_EXPORT(pr_log_sum_add)
void log_sum_add(pr_log_sum *log_sum, const float *raw, int32_t count) {
    pr_log_sum_add(log_sum, raw, count);
}

PR_EXPORT(pr_topk_init)
void topk_init(pr_topk *top, int32_t capacity) { pr_topk_init(top, capacity); }

PR_EXPORT(pr_topk_push)
void topk_push(pr_topk *top, const float *scores, const uint32_t *rows, uint32_t first,
               int32_t count, const uint8_t *excluded) {
    pr_topk_push(top, scores, rows, first, count, excluded);
}

PR_EXPORT(pr_topk_sort)
int32_t topk_sort(pr_topk *top) {
    pr_topk_sort(top);
    return top->count;
}

// ---- re-ranking

PR_EXPORT(pr_diversity_choose)
void diversity_choose(const float *vectors, int32_t count, int32_t stride, float balance,
                      int32_t most, float *relevance, float *nearest, uint32_t *chosen) {
    pr_diversity_choose(vectors, count, stride, balance, most, relevance, nearest, chosen);
}

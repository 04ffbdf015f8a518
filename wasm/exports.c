// Adapters: functions of the core that JavaScript cannot call as they are, with plain numbers and
// addresses for arguments. An adapter is needed where a function takes a small struct, returns 64
// bits or is inline. The linker exports all other functions of js/runtime/abi.js as they are.
#include "../src/autoencoder_estimate.h"
#include "../src/candidates.h"
#include "../src/dot_fit.h"
#include "../src/dot_ridge.h"
#include "../src/fold_in.h"
#include "../src/influence.h"
#include "../src/item_item.h"
#include "../src/ncf_estimate.h"
#include "../src/node.h"
#include "../src/output.h"
#include "../src/ranker.h"
#include "../src/ridge.h"
#include "../src/sequence.h"
#include "../src/topk.h"

#define PR_EXPORT(name) __attribute__((export_name(#name), used))

// JavaScript compares it with its own version: an app may pass in a module.
PR_EXPORT(pr_version)
int32_t version(void) { return PR_VERSION; }

// The first free address: JavaScript allocates from here on.
extern unsigned char __heap_base;

PR_EXPORT(pr_heap_base)
const void *heap_base(void) { return &__heap_base; }

// ---- NCF
//
// Sizes are returned as doubles, which hold them exactly, also those beyond 32 bits.

PR_EXPORT(pr_ncf_size)
double ncf_size(const pr_ncf_config *config) { return (double)pr_ncf_size(config); }

PR_EXPORT(pr_ncf_prepared_size)
int32_t ncf_prepared_size(const pr_ncf *model) { return pr_ncf_prepared_size(model); }

PR_EXPORT(pr_ncf_items_size)
double ncf_items_size(const pr_ncf *model, int32_t count) {
    return (double)pr_ncf_items_size(model, count);
}

PR_EXPORT(pr_ncf_estimates_size)
double ncf_estimates_size(const pr_ncf *model) { return (double)pr_ncf_estimates_size(model); }

PR_EXPORT(pr_fold_in_size)
double fold_in_size(const pr_ncf *model) { return (double)pr_fold_in_size(model); }

PR_EXPORT(pr_fold_in)
int32_t fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                int32_t count, int32_t steps, float learning_rate, float negatives, float prior,
                uint32_t seed, int32_t done, float *vector) {
    pr_fit_options options = { steps, learning_rate, negatives, prior, 0, seed };
    return pr_fold_in(model, workspace, rows, targets, count, &options, done, vector);
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

// ---- autoencoders

PR_EXPORT(pr_autoencoder_size)
double autoencoder_size(const pr_autoencoder_config *config) {
    return (double)pr_autoencoder_size(config);
}

PR_EXPORT(pr_autoencoder_estimates_size)
double autoencoder_estimates_size(const pr_autoencoder *model) {
    return (double)pr_autoencoder_estimates_size(model);
}

PR_EXPORT(pr_autoencoder_explain_size)
double autoencoder_explain_size(const pr_autoencoder *model) {
    return (double)pr_autoencoder_explain_size(model);
}

PR_EXPORT(pr_node_size)
double node_size(const pr_autoencoder *model) { return (double)pr_node_size(model); }

PR_EXPORT(pr_node_fit)
void node_fit(const pr_autoencoder *model, void *workspace, const float *sums, const uint32_t *rows,
              const float *weights, int32_t count, int32_t output, int32_t steps,
              float learning_rate, float negatives, float prior, uint32_t seed, float *node) {
    pr_fit_options options = { steps, learning_rate, negatives, prior, 0, seed };
    pr_node_fit(model, workspace, sums, rows, weights, count, output, &options, node);
}

// ---- fold-in for I-AutoRec

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
pr_status ridge_start(const pr_autoencoder *model, double weight, double bias, void *workspace,
                      const uint32_t *rows, const float *targets, int32_t count, double *state) {
    pr_ridge ridge = { model, weight, bias };
    return pr_ridge_start(&ridge, workspace, rows, targets, count, state);
}

PR_EXPORT(pr_ridge_change)
pr_status ridge_change(const pr_autoencoder *model, double weight, double bias, void *workspace,
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

// ---- dot products

PR_EXPORT(pr_dot_size)
double dot_size(const pr_dot_config *config) { return (double)pr_dot_size(config); }

PR_EXPORT(pr_dot_items_size)
double dot_items_size(const pr_dot *model, int32_t count, int32_t dtype) {
    return (double)pr_dot_items_size(model, count, dtype);
}

PR_EXPORT(pr_dot_fit_size)
double dot_fit_size(const pr_dot *model, int32_t is_pairwise, float negatives, int32_t count) {
    return (double)pr_dot_fit_size(model, is_pairwise, negatives, count);
}

PR_EXPORT(pr_dot_fit)
void dot_fit(const pr_dot *model, void *workspace, int32_t is_pairwise, const uint32_t *rows,
             const float *targets, int32_t count, float negatives, float prior,
             int32_t is_prior_each, uint32_t seed, float *vector) {
    pr_fit_options options = {
        .negatives = negatives, .prior = prior, .is_prior_each = is_prior_each, .seed = seed
    };
    pr_dot_fit(model, workspace, is_pairwise, rows, targets, count, &options, vector);
}

PR_EXPORT(pr_dot_fit_explain)
void dot_fit_explain(const pr_dot *model, void *workspace, int32_t is_pairwise,
                     const uint32_t *rows, const float *targets, int32_t count, float negatives,
                     float prior, int32_t is_prior_each, uint32_t seed, uint32_t item,
                     float *effects) {
    pr_fit_options options = {
        .negatives = negatives, .prior = prior, .is_prior_each = is_prior_each, .seed = seed
    };
    pr_dot_fit_explain(model, workspace, is_pairwise, rows, targets, count, &options, item,
                       effects);
}

PR_EXPORT(pr_dot_ridge_size)
double dot_ridge_size(const pr_dot *model) { return (double)pr_dot_ridge_size(model); }

// ---- candidate generation and ranking

PR_EXPORT(pr_candidates_size)
double candidates_size(const pr_candidates_config *config) {
    return (double)pr_candidates_size(config);
}

PR_EXPORT(pr_candidates_encode)
void candidates_encode(const pr_candidates *model, const uint32_t *offsets, const uint32_t *ids,
                       const float *numbers, float *vector) {
    pr_values values = { offsets, ids, numbers };
    pr_candidates_encode(model, &values, vector);
}

PR_EXPORT(pr_ranker_size)
double ranker_size(const pr_ranker_config *config) { return (double)pr_ranker_size(config); }

PR_EXPORT(pr_ranker_encode)
void ranker_encode(const pr_ranker *model, const uint32_t *offsets, const uint32_t *ids,
                   const float *numbers, float *vector) {
    pr_values values = { offsets, ids, numbers };
    pr_ranker_encode(model, &values, vector);
}

PR_EXPORT(pr_ranker_set_items)
void ranker_set_items(pr_ranker *model, int32_t first, int32_t rows, const uint32_t *offsets,
                      const uint32_t *ids, const float *numbers) {
    pr_values values = { offsets, ids, numbers };
    pr_ranker_set_items(model, first, rows, &values);
}

// ---- item to item

PR_EXPORT(pr_item_item_size)
double item_item_size(const pr_item_item_config *config) {
    return (double)pr_item_item_size(config);
}

// ---- sequences

PR_EXPORT(pr_sequence_size)
double sequence_size(const pr_sequence_config *config) { return (double)pr_sequence_size(config); }

// ---- scores

PR_EXPORT(pr_output_apply)
void output_apply(int32_t activation, float offset, float scale, float shift, float minimum,
                  float maximum, float *values, int32_t count) {
    pr_output output = { activation, offset, scale, shift, minimum, maximum };
    pr_output_apply(&output, values, count);
}

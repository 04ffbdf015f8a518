// What the WebAssembly module exports: the portable core with plain numbers and addresses for arguments. This file and
// js/abi.js list the same names; a test compares both with the module.
#include "../src/activation.h"
#include "../src/convert.h"
#include "../src/fold_in.h"
#include "../src/ncf.h"
#include "../src/topk.h"

#define PR_EXPORT(name) __attribute__((export_name(#name), used))

// Where free memory begins: JavaScript lays out everything from here on.
extern unsigned char __heap_base;

PR_EXPORT(pr_heap_base)
const void *heap_base(void) { return &__heap_base; }

PR_EXPORT(pr_dense_is_fused)
int32_t dense_is_fused(void) { return pr_dense_is_fused(); }

PR_EXPORT(pr_convert)
int32_t convert(int32_t dtype, const void *bytes, const float *scale, int32_t rows, int32_t width, float *values) {
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
void ncf_prepare(const pr_ncf *model, const float *vector, float *prepared) { pr_ncf_prepare(model, vector, prepared); }

PR_EXPORT(pr_ncf_score)
int32_t ncf_score(const pr_ncf *model, const float *prepared, const uint32_t *rows, uint32_t first, int32_t count,
                  float *raw) {
    return pr_ncf_score(model, prepared, rows, first, count, raw);
}

PR_EXPORT(pr_output_apply)
void output_apply(int32_t output, float *raw, int32_t count) { pr_activation_apply_all(output, raw, count); }

PR_EXPORT(pr_fold_in_ready)
int32_t fold_in_ready(pr_ncf *model) { return pr_fold_in_ready(model); }

PR_EXPORT(pr_fold_in_size)
double fold_in_size(const pr_ncf *model) { return (double)pr_fold_in_size(model); }

PR_EXPORT(pr_fold_in)
int32_t fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets, int32_t count,
                int32_t steps, float learning_rate, float negatives, float prior, uint32_t seed, float *vector) {
    pr_fit_options options = { steps, learning_rate, negatives, prior, seed };
    return pr_fold_in(model, workspace, rows, targets, count, &options, vector);
}

PR_EXPORT(pr_topk_init)
void topk_init(pr_topk *top, int32_t capacity) { pr_topk_init(top, capacity); }

PR_EXPORT(pr_topk_push)
void topk_push(pr_topk *top, const float *scores, const uint32_t *rows, uint32_t first, int32_t count,
               const uint8_t *excluded) {
    pr_topk_push(top, scores, rows, first, count, excluded);
}

PR_EXPORT(pr_topk_sort)
int32_t topk_sort(pr_topk *top) {
    pr_topk_sort(top);
    return top->count;
}

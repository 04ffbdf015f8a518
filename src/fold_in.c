#include "fold_in.h"

#include "adam.h"
#include "fit_batch.h"
#include "newton.h"

// Newton's method is for models that have work for so many.
enum { EVALUATIONS = 12 };

static int32_t width_of(const pr_ncf *model, int32_t block) {
    return block ? model->config.mlp_user : model->config.gmf;
}

uint64_t pr_fold_in_size(const pr_ncf *model) {
    uint64_t size = pr_adam_size(model), newton = model->config.layers ? 0 : pr_newton_size(model);
    if (size < newton) size = newton;
    for (int32_t block = 0; block < 2; block++) {
        uint64_t factor = pr_prior_factor_size(width_of(model, block));
        if (size < factor) size = factor;
    }
    return size;
}

pr_status pr_fold_in_ready(pr_ncf *model, int32_t block, void *workspace) {
    return pr_prior_factor(model->weights.covariance[block], width_of(model, block), workspace);
}

int32_t pr_fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                   int32_t count, const pr_fit_options *options, int32_t done, float *vector) {
    return model->config.layers || pr_newton_work(model, count) > PR_FIT_WORK / EVALUATIONS
               ? pr_adam_fit(model, workspace, rows, targets, count, options, done, vector)
               : pr_newton_fit(model, workspace, rows, targets, count, options, vector);
}

#include "fold_in.h"

#include "adam.h"
#include "newton.h"

int32_t pr_fold_in_ready(pr_ncf *model) {
    for (int32_t block = 0; block < 2; block++) {
        int32_t width = block ? model->config.mlp_user : model->config.gmf;
        float *covariance = model->covariance[block];
        int32_t given = 0;
        for (int32_t i = 0; i < width * width; i++) given |= covariance[i] != 0;
        if (given && pr_cholesky(covariance, width)) return block;
        // A file without one: the identity, which is its own factor.
        for (int32_t i = 0; i < width && !given; i++) covariance[i * width + i] = 1;
    }
    return -1;
}

uint64_t pr_fold_in_size(const pr_ncf *model) {
    return model->config.layers ? pr_adam_size(model) : pr_newton_size(model);
}

int32_t pr_fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                   int32_t count, const pr_fit_options *options, float *vector) {
    return model->config.layers
               ? pr_adam_fit(model, workspace, rows, targets, count, options, vector)
               : pr_newton_fit(model, workspace, rows, targets, count, options, vector);
}

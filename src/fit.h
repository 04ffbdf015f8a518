// What both fits of a user vector share: of GMF (newton.h), of MLP and NeuMF (adam.h).
#ifndef PR_FIT_H
#define PR_FIT_H

#include "fit_options.h"
#include "ncf.h"
#include "prior.h"

// The prior of block 0 (GMF) or 1 (MLP) of a user vector. A block that the model lacks has width 0.
static inline pr_prior pr_fit_prior(const pr_ncf *model, int32_t block) {
    int32_t gmf = model->config.gmf;
    return (pr_prior){
        .width = block ? model->config.mlp_user : gmf,
        .mean = model->weights.user_mean + (block ? gmf : 0),
        .factor = model->weights.covariance[block],
    };
}

#endif

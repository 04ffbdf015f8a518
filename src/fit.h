// What fitting a person to GMF, MLP or NeuMF needs, whichever way it is done.
#ifndef PR_FIT_H
#define PR_FIT_H

#include "fit_options.h"
#include "ncf.h"
#include "prior.h"

// The prior of block 0 (GMF) or 1 (MLP) of a user vector; its width is 0 where the model has no
// such block.
static inline pr_prior pr_fit_prior(const pr_ncf *model, int32_t block) {
    int32_t gmf = model->config.gmf;
    return (pr_prior){
        .width = block ? model->config.mlp_user : gmf,
        .mean = model->user_mean + (block ? gmf : 0),
        .factor = model->covariance[block],
    };
}

#endif

// What fitting a person needs, whichever way it is done.
#ifndef PR_FIT_H
#define PR_FIT_H

#include "ncf.h"
#include "prior.h"

typedef struct pr_fit_options {
    int32_t steps;       // of Adam; Newton stops by itself
    float learning_rate; // Adam's step size, falling linearly to 0
    float negatives;     // unseen items that weigh as much as one of the history
    float prior;         // weight of the prior
    uint32_t seed;       // of the draws, not 0
} pr_fit_options;

// The prior of block 0 (GMF) or 1 (MLP) of a user vector; its width is 0 where the model has no such block.
static inline pr_prior pr_fit_prior(const pr_ncf *model, int32_t block) {
    int32_t gmf = model->config.gmf;
    return (pr_prior){
        .width = block ? model->config.mlp_user : gmf,
        .mean = model->user_mean + (block ? gmf : 0),
        .factor = model->covariance[block],
    };
}

#endif

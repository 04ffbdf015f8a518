// A new person: the item side is frozen, their vector is fitted to their history.
//
//   L(z) = sum over the history of loss(s_i, target_i)  +  w sum over the other items of loss(s_i, 0)  +  prior/2 |z|^2
//   p = mean + C z,  w = negatives |H| / (n - |H|),  loss: log loss of a sigmoid, squared error of an identity
//
// With an identity output (explicit ratings) only the history counts. docs/format.md has the same in words.
#ifndef PR_FOLD_IN_H
#define PR_FOLD_IN_H

#include "ncf.h"
#include "prior.h"

typedef struct pr_fold_in_options {
    int32_t steps;       // of Adam; Newton stops by itself
    float learning_rate; // Adam's step size, falling linearly to 0
    float negatives;     // unseen items that weigh as much as one of the history
    float prior;         // weight of the prior
    uint32_t seed;       // of the draws, not 0
} pr_fold_in_options;

// The prior of block 0 (GMF) or 1 (MLP) of a user vector; its width is 0 where the model has no such block.
pr_prior pr_fold_in_prior(const pr_ncf *model, int32_t block);

// The last step of loading: factors the covariances. The number of the block that is not positive definite, or -1.
int32_t pr_fold_in_ready(pr_ncf *model);

// Bytes of workspace that fitting a person to this model takes.
uint64_t pr_fold_in_size(const pr_ncf *model);

// Fits vector (g + e), from where it stands, to the history: rows (count), each once, and targets (count): 1 or 0, or
// ratings. GMF by Newton's method over all items; a model with a tower by Adam with fresh negatives each step.
// Deterministic for a seed. Gives the number of iterations.
int32_t pr_fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets, int32_t count,
                   const pr_fold_in_options *options, float *vector);

#endif

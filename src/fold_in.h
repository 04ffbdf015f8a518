// A new person: the item side is frozen, their vector is fitted to their history.
//
//   L(z) = sum over the history of loss(s_i, target_i)  +  w sum over the other items of loss(s_i,
//   0)  +  prior/2 |z|^2 p = mean + C z,  w = negatives |H| / (n - |H|),  loss: log loss of a
//   sigmoid, squared error of an identity
//
// With an identity output (explicit ratings) only the history counts. docs/format.md has the same
// in words.
#ifndef PR_FOLD_IN_H
#define PR_FOLD_IN_H

#include "fit.h"

// The last step of loading: factors the covariances. The number of the block that is not positive
// definite, or -1.
int32_t pr_fold_in_ready(pr_ncf *model);

// Bytes of workspace that fitting a person to this model takes.
uint64_t pr_fold_in_size(const pr_ncf *model);

// Fits vector (g + e), from where it stands, to the history: rows (count), each once, and targets
// (count): 1 or 0, or ratings. GMF by Newton's method over all items; a model with a tower by Adam
// with fresh negatives each step. Deterministic for a seed. Gives the number of iterations.
int32_t pr_fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                   int32_t count, const pr_fit_options *options, float *vector);

#endif

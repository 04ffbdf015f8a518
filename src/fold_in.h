// Fold-in: fits the vector of a new user to their history, with the item side frozen.
//
//   L(z) = sum over the history of loss(s_i, target_i)
//          + w sum over the other items of loss(s_i, 0)  +  prior / 2 |z|^2
//   p = mean + C z,  w = negatives |H| / (n - |H|)
//
// s_i is the raw score of item i, C C' the covariance of the training users (prior.h). The loss is
// the log loss behind a sigmoid, the squared error behind an identity (explicit ratings), where the
// history alone counts. docs/format.md describes the same in words. GMF is fitted by Newton's
// method over all items (newton.h); a model with a tower, and a GMF too large for that, by Adam
// with fresh negatives at each step (adam.h). A fit takes at most PR_FIT_WORK (fit_batch.h).
//
// config is pr_fit_options, weights the const model, scratch the caller's workspace.
//
//   if (pr_fold_in_ready(model, 0, workspace)) return PR_ERR_NOT_POSITIVE_DEFINITE;
//   if (pr_fold_in_ready(model, 1, workspace)) return PR_ERR_NOT_POSITIVE_DEFINITE;
//   for (int32_t k = 0; k < g; k++) vector[k] = pr_ncf_user_mean(model)[k];
//   int32_t done = 0;
//   do done = pr_fold_in(model, workspace, rows, targets, count, &options, done, vector);
//   while (done > 0);
//   pr_ncf_prepare(model, vector, prepared);
#ifndef PR_FOLD_IN_H
#define PR_FOLD_IN_H

#include "fit.h"

// Bytes of workspace (16-aligned) of the functions below.
uint64_t pr_fold_in_size(const pr_ncf *model);

// The last step of loading, for block 0 (GMF) and block 1 (MLP): factors the covariance.
// PR_ERR_NOT_POSITIVE_DEFINITE where it has no factor.
pr_status pr_fold_in_ready(pr_ncf *model, int32_t block, void *workspace);

// vector (g + e) = the minimum of L, searched from the vector given. rows (count), each once, and
// targets (count): 1 or 0, or ratings. The same bits for the same seed. A call takes a part
// of the steps and returns how many are done, for the next call with the same workspace; 0 after
// the last one, -1 where the tower is too large for a fit within PR_FIT_WORK.
int32_t pr_fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                   int32_t count, const pr_fit_options *options, int32_t done, float *vector);

#endif

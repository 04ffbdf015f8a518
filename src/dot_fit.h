// A new user of a dot product whose loss has no closed form, by Newton's method (newton.h).
//
//   pairwise   sum over the history of 1 / negatives sum over drawn items j of
//              -log sigmoid(raw_i - raw_j) + prior / 2 |z|^2
//              (BPR: Rendle et al., UAI 2009). The draws are the same for the same seed.
//   log        the loss of fold_in.h with a sigmoid; of a catalogue too large for PR_FIT_WORK every
//              so many-th item, with more weight
//
// The prior is that of prior.h; a user's bias, on which the pairs do not depend, has the mean 0 and
// the variance 1.
//
//   if (pr_dot_fit_ready(model, workspace)) return PR_ERR_NOT_POSITIVE_DEFINITE;
//   pr_dot_fit(model, workspace, 1, rows, ones, count, &options, fitted);
#ifndef PR_DOT_FIT_H
#define PR_DOT_FIT_H

#include "dot.h"
#include "fit_options.h"

// Bytes of workspace (16-aligned) for a history of `count`; of all options, negatives matter.
uint64_t pr_dot_fit_size(const pr_dot *model, int32_t is_pairwise, float negatives, int32_t count);

// How many interactions there is work for (fit_batch.h); below 1, the vectors are too wide.
int32_t pr_dot_fit_most(const pr_dot *model, int32_t is_pairwise, float negatives);

// The last step of loading: factors the covariance.
pr_status pr_dot_fit_ready(pr_dot *model, void *workspace);

// vector (user width) = the minimum for rows and targets (count, at most that of pr_dot_fit_most),
// searched from the mean user. Of pairs, targets are not read, and negatives are whole.
void pr_dot_fit(const pr_dot *model, void *workspace, int32_t is_pairwise, const uint32_t *rows,
                const float *targets, int32_t count, const pr_fit_options *options, float *vector);

// effects (count): by how much the raw score of `item` falls without interaction i: by a fit
// without it, or, where all these would take more than PR_FIT_WORK, to first order. The draws of
// the others stay.
void pr_dot_fit_explain(const pr_dot *model, void *workspace, int32_t is_pairwise,
                        const uint32_t *rows, const float *targets, int32_t count,
                        const pr_fit_options *options, uint32_t item, float *effects);

#endif

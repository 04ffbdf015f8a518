// Fits the user of a model with a tower: Adam (Kingma and Ba, ICLR 2015) on the whitened vector,
// with fresh negatives at each step. Fixed negatives would be overfitted. Also fits a GMF that is
// too large for Newton's method.
#ifndef PR_ADAM_H
#define PR_ADAM_H

#include "fit.h"

// As pr_fold_in_size and pr_fold_in.
uint64_t pr_adam_size(const pr_ncf *model);
int32_t pr_adam_fit(const pr_ncf *model, void *workspace, const uint32_t *rows,
                    const float *targets, int32_t count, const pr_fit_options *options,
                    int32_t done, float *vector);

#endif

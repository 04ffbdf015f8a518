// Fits a GMF user by damped Newton iterations (Nocedal and Wright: Numerical Optimization, 2006,
// chapter 3). The logit is affine in the vector, so the loss is convex; undamped steps diverge all
// the same, since the log loss is flat far out: hence the backtracking.
#ifndef PR_NEWTON_H
#define PR_NEWTON_H

#include "fit.h"

// Multiply-adds of one evaluation (fit_batch.h). A fit takes 4 to 8 evaluations as a rule, and no
// more than PR_FIT_WORK.
float pr_newton_work(const pr_ncf *model, int32_t count);

// As pr_fold_in_size and pr_fold_in, for a model without a tower; all in one call.
uint64_t pr_newton_size(const pr_ncf *model);
int32_t pr_newton_fit(const pr_ncf *model, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, const pr_fit_options *options,
                      float *vector);

#endif

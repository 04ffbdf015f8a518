// I-AutoRec's new person: an output row w and a bias b, exactly, from the codes of the rated items.
//
//   minimise  sum_i (target_i - w . code_i - b)^2  +  weight |w - mean|^2  +  bias (b - mean
//   bias)^2
//
// b is one more coordinate of w, over a column that holds sqrt(weight / bias) in every row: c_i.
// With d the deviation from the means and t what the means leave of the targets, C (history, n) the
// rows c_i, n = code + 1:
//
//   primal   (C'C + weight I) d = C't          dual   d = C' alpha, (CC' + weight I) alpha = t
//
// The dual is smaller where the history is shorter than n. Sums run in double. (Ridge regression:
// Hoerl and Kennard 1970; leaving one out: Allen 1974.)
#ifndef PR_RIDGE_H
#define PR_RIDGE_H

#include "autoencoder.h"

typedef struct pr_ridge {
    const pr_autoencoder *model;
    double weight, bias; // what holds w and b to their means, both above 0
} pr_ridge;

// Bytes of workspace for a history of `count`. This and what follows does the primal or the dual,
// as it is told.
uint64_t pr_ridge_size(const pr_ridge *ridge, int32_t count, int32_t is_dual);

// vector (code + 1) = w and b for rows and targets (count). Where rounding leaves no solution: the
// means.
void pr_ridge_fit(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                  const float *targets, int32_t count, int32_t is_dual, float *vector);

// effects[i] = how much the raw score of `item` falls when interaction i is left out; exact, in
// closed form.
void pr_ridge_explain(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, int32_t is_dual, uint32_t item,
                      float *effects);

// The primal system of a person, factored: state_size doubles. Once it is there, an interaction is
// added (sign 1) or withdrawn (sign -1) in time n^2, and the vector read from it. 0, or -1 where
// rounding leaves it too few digits.
int32_t pr_ridge_state_size(const pr_ridge *ridge);
int32_t pr_ridge_start(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                       const float *targets, int32_t count, double *state);
int32_t pr_ridge_change(const pr_ridge *ridge, void *workspace, uint32_t row, float target,
                        double sign, double *state);
void pr_ridge_finish(const pr_ridge *ridge, void *workspace, const double *state, float *vector);

#endif

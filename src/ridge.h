// A new user of I-AutoRec: fits an output row w and a bias b, exactly, to the codes of the rated
// items (ridge regression: Hoerl and Kennard, 1970; leaving one out: Allen, 1974).
//
//   minimise  sum_i (target_i - w . code_i - b)^2 + weight |w - mean|^2 + bias (b - mean bias)^2
//
// b is one more coordinate of w: each code gets one more column that holds sqrt(weight / bias).
// With C (count, n) of rows c_i, n = code + 1, d (n) the deviation from the means, t (count) the
// residuals of the targets at the means:
//
//   primal   (C'C + weight I) d = C't        dual   d = C' alpha, (CC' + weight I) alpha = t
//
// The dual system is smaller where count < n; the caller chooses (is_dual). Sums run in double.
//
// config is weight and bias, weights the const model, scratch the caller's workspace.
//
//   pr_ridge ridge = { model, weight, bias };
//   pr_ridge_fit(&ridge, workspace, rows, targets, count, count < code + 1, vector);
//   pr_autoencoder_prepare(model, vector, prepared);
#ifndef PR_RIDGE_H
#define PR_RIDGE_H

#include "autoencoder.h"

typedef struct pr_ridge {
    const pr_autoencoder *model; // without an encoder
    double weight, bias; // regularisation of w and of b, both above 0
} pr_ridge;

// Bytes of workspace (16-aligned) for a history of `count`.
uint64_t pr_ridge_size(const pr_ridge *ridge, int32_t count, int32_t is_dual);

// vector (code + 1) = w and b for rows and targets (count). The means where the system has no
// solution in double precision.
void pr_ridge_fit(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                  const float *targets, int32_t count, int32_t is_dual, float *vector);

// effects (count): by how much the raw score of `item` falls without interaction i. Exact, in
// closed form.
void pr_ridge_explain(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, int32_t is_dual, uint32_t item,
                      float *effects);

// ---- a user whose history changes: the factored primal system, workspace as for is_dual = 0

// Doubles of a state.
int32_t pr_ridge_state_size(const pr_ridge *ridge);

// state = the system of rows and targets (count). PR_ERR_NOT_POSITIVE_DEFINITE or PR_ERR_PRECISION
// where it is too badly conditioned to be changed: fit each history from the start.
pr_status pr_ridge_start(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                         const float *targets, int32_t count, double *state);

// Adds an interaction to the state (sign 1) or withdraws it (sign -1), in O(n^2). PR_ERR_PRECISION:
// the state is lost. workspace for a history of 1.
pr_status pr_ridge_change(const pr_ridge *ridge, void *workspace, uint32_t row, float target,
                          double sign, double *state);

// vector (code + 1) = w and b of the state. workspace for a history of 1.
void pr_ridge_finish(const pr_ridge *ridge, void *workspace, const double *state, float *vector);

#endif

// Estimates of a tower's raw scores in integers, and the best K by two passes (two_pass.h): the
// layers behind the first in integers, of 8 bits where the module has them (dense8.h), else of 16
// (dense16.h); all else in float32 as ncf.c.
//
// Memory: one block of pr_ncf_estimates_size bytes from the caller, 16-aligned, beside the model,
// whose scratch it shares. Nothing allocates.
//
//   pr_ncf_estimates *estimates = pr_ncf_estimates_init(model, address);
//   pr_ncf_measure(estimates, prepared, rows, 256); // of some items and a user or two
//   pr_topk_init(top, 20);
//   pr_status status = pr_ncf_find(estimates, prepared, rows, 0, count, excluded, top);
#ifndef PR_NCF_ESTIMATE_H
#define PR_NCF_ESTIMATE_H

#include "dense16.h"
#include "dense8.h"
#include "ncf.h"
#include "two_pass.h"

typedef struct pr_ncf_estimates {
    const pr_ncf *model;
    pr_rounded layer[PR_LAYERS_MAX]; // [1] .. [layers - 1]
    // By layer: the error of its input, as a share of a row's step, to that of a raw score.
    // [0]: an error that every raw score has.
    float gain[PR_LAYERS_MAX];
    void *q; // the input of a layer, a tile in integers
    float *step; // (PR_TILE, PR_ROWS)
    pr_two_pass two;
} pr_ncf_estimates;

// Whether estimates of so many candidates, of which so many are wanted, take less time than scores.
int32_t pr_ncf_estimates_pay(const pr_ncf *model, int32_t count, int32_t wanted);

uint64_t pr_ncf_estimates_size(const pr_ncf *model);

// Rounds the weights of a model. NULL where a weight is so large or so small that estimates would
// tell nothing.
pr_ncf_estimates *pr_ncf_estimates_init(const pr_ncf *model, void *address);

// Measures the errors of estimates for a user and items rows (count, at most PR_TWO_PASS_MAX) in
// range. Without a measurement the first call of pr_ncf_find scores its candidates both ways.
void pr_ncf_measure(pr_ncf_estimates *estimates, const float *prepared, const uint32_t *rows,
                    int32_t count);

// Pushes the best of items rows (count, at most PR_TWO_PASS_MAX), or of first, first + 1, ..., as
// pr_topk_push after pr_ncf_score would. Fails with PR_ERR_ROW, and PR_ERR_NOT_FINITE.
pr_status pr_ncf_find(pr_ncf_estimates *estimates, const float *prepared, const uint32_t *rows,
                      uint32_t first, int32_t count, const uint8_t *excluded, pr_topk *top);

#endif

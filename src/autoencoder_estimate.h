// Estimates of an autoencoder's raw scores from its item table in bytes (table_estimate.h), and the
// best K by two passes (two_pass.h). Units are bounds: lists are those of exact scores, and nothing
// is measured.
//
// Memory: one block of pr_autoencoder_estimates_size bytes from the caller, 16-aligned and zeroed,
// beside the model, whose scratch it shares: a byte per number of the item table, unless that is
// one of bytes, and four per item. Nothing allocates.
//
//   pr_autoencoder_estimates *estimates = pr_autoencoder_estimates_init(model, address);
//   pr_topk_init(top, 20);
//   pr_status status = pr_autoencoder_find(estimates, prepared, 0, 0, I, excluded, top);
#ifndef PR_AUTOENCODER_ESTIMATE_H
#define PR_AUTOENCODER_ESTIMATE_H

#include "autoencoder.h"
#include "table_estimate.h"
#include "two_pass.h"

typedef struct pr_autoencoder_estimates {
    const pr_autoencoder *model;
    pr_table_estimate table;
    pr_two_pass two;
} pr_autoencoder_estimates;

// Whether estimates of so many candidates, of which so many are wanted, take less time than scores.
int32_t pr_autoencoder_estimates_pay(const pr_autoencoder *model, int32_t count, int32_t wanted);

uint64_t pr_autoencoder_estimates_size(const pr_autoencoder *model);

// Rounds the item table of a model. NULL where it is too wide.
pr_autoencoder_estimates *pr_autoencoder_estimates_init(const pr_autoencoder *model, void *address);

// Pushes the best of items rows (count, at most PR_TWO_PASS_MAX), or of first, first + 1, ..., as
// pr_topk_push after pr_autoencoder_score would. Fails with PR_ERR_ROW, and with PR_ERR_NOT_FINITE
// where a score that was computed is not.
pr_status pr_autoencoder_find(pr_autoencoder_estimates *estimates, const float *prepared,
                              const uint32_t *rows, uint32_t first, int32_t count,
                              const uint8_t *excluded, pr_topk *top);

#endif

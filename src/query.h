// A vector against a table of bytes in whole numbers: a first look that is never too low, so that only what might be among
// the best is computed for good.
#ifndef PR_QUERY_H
#define PR_QUERY_H

#include "simd.h"
#include "table.h"

typedef struct pr_query {
    uint8_t *numbers;   // (2 * stride rounded up to 16), the vector in steps
    float step;
    float slack;        // how far a row's product may be off, for a scale of 1
    int32_t correction; // what the backend's sums lack
} pr_query;

// Bytes of `numbers`.
static inline int32_t pr_query_size(int32_t stride) { return 2 * pr_round_up(stride, 16); }

// x (stride) in steps.
void pr_query_make(pr_query *query, const float *x, int32_t stride);

// bound (4) >= the products of rows `row` to `row + 3` with the vector, as pr_table_dot computes them, times `norm` (4, not
// negative; NULL: 1).
pr_f4 pr_query_bound_four(const pr_query *query, const pr_table *table, uint32_t row, const float *norm);

#endif

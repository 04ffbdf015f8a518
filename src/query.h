// A vector against a table of bytes in whole numbers: a first look that is never too low, so that
// only what might be among the best is computed for good.
#ifndef PR_QUERY_H
#define PR_QUERY_H

#include "simd.h"
#include "table.h"

typedef struct pr_query {
    uint8_t *numbers; // (2 * stride rounded up to 32), the vector in steps
    float step;
    float slack; // how far a row's product may be off, for a scale of 1
    int32_t correction; // what the backend's sums lack
    float bound[8]; // what pr_query_next found: most that the products of its eight rows can be
} pr_query;

// Bytes of `numbers`.
static inline int32_t pr_query_size(int32_t stride) { return 2 * pr_round_up(stride, 32); }

// x (stride) in steps.
void pr_query_make(pr_query *query, const float *x, int32_t stride);

// Looks at rows `row` to `end - 1` and at those `ahead` rows further on, four and four at a time:
// two reads that go straight ahead, far from each other, which memory gives faster than one. Gives
// the first row, four by four, where one of the eight might have a product of `least` or more, as
// pr_table_dot computes it, times `norm` (a number a row, not negative; NULL: 1); or where four are
// not left.
uint32_t pr_query_next(pr_query *query, const pr_table *table, const float *norm, uint32_t row,
                       uint32_t end, uint32_t ahead, float least);

#endif

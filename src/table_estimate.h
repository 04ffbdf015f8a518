// Estimates of the products of a table's rows with a vector, in integers of 8 bits, and the most
// that each may be off by: from a quarter of the bytes of floats, in half the operations. The bits
// are the same on every engine and in both modules.
//
//   w_r = scale_r q_r + e_r,  x = step p + f,  w_r . x = scale_r step (q_r . p) + error
//   |error| <= scale_r (sum_k |x_k| / 2 + 128 sum_k |f_k|)
//
// since rounding to the nearest leaves |e_rk| <= scale_r / 2. The unit adds what floats lose, here
// and in pr_table_dot. Sums fit in 32 bits up to a width of PR_TABLE_ESTIMATE_WIDTH.
//
// Memory: a byte per number and a float per row, laid out in the caller's arena. A table of bytes
// with a scale per row serves as it is.
//
//   pr_table_estimate_plan(&estimate, &arena, &table);
//   pr_table_estimate_round(&estimate, &table, scratch);
//   pr_table_estimate_set(&estimate, padded);
//   pr_table_estimate_dot(&estimate, bias, 0, rows, count, y, unit); // y = table[rows] x + bias
#ifndef PR_TABLE_ESTIMATE_H
#define PR_TABLE_ESTIMATE_H

#include "table.h"

enum { PR_TABLE_ESTIMATE_WIDTH = 1 << 17 }; // numbers of a row, at most

typedef struct pr_table_estimate {
    pr_table bytes; // (rows, width) in int8: q and scale
    float step, slack; // of x; what it makes of a row's scale
    int32_t shift; // what the sums of all rows are too high by
    // p: of each 16 numbers eight for the low bytes of pairs, eight for the high; then p in bytes
    int16_t *x;
} pr_table_estimate;

// The arena must be zeroed.
void pr_table_estimate_plan(pr_table_estimate *estimate, pr_arena *arena, const pr_table *table);

// Rounds the rows of a table. scratch (stride).
void pr_table_estimate_round(pr_table_estimate *estimate, const pr_table *table, float *scratch);

// Rounds x (stride, padding zero), the x of pr_table_dot.
void pr_table_estimate_set(pr_table_estimate *estimate, const float *x);

// y (count) = table rows (count, stride) x + (bias + constant), and in unit (count) the most by
// which floats differ from it. bias (rows of the table) or NULL. rows and y are filled up to a
// multiple of four. Numbers are NaN or infinite where x is or a product is.
void pr_table_estimate_dot(const pr_table_estimate *estimate, const float *bias, float constant,
                           const uint32_t *rows, int32_t count, float *y, float *unit);

#endif

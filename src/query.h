// Upper bounds of the products of a vector with the rows of an int8 table, in integers: rows whose
// bound is too low need no exact product. Bounds are never below what pr_table_dot computes, of
// numbers that are neither so large nor so small that a float's range ends: the two functions that
// return a truth say so, and other numbers are scored one by one.
//
//   x_k = step q_k + e_k with integers q_k,  row . x <= scale step (row . q) + |scale| slack
//
// slack bounds the errors e_k and the rounding of a float sum. The caller owns `numbers`.
//
//   pr_query query = { .numbers = buffer };                    // pr_query_size(stride) bytes
//   int32_t has_bounds = pr_query_fits(&table) && pr_query_make(&query, padded, stride);
//   uint32_t row = pr_query_next(&query, &table, 0, I / 2, I / 2, min);
#ifndef PR_QUERY_H
#define PR_QUERY_H

#include "simd.h"
#include "table.h"

// What follows a product of row i is part of its bound: norm_i product + bias_i + constant.
typedef struct pr_query {
    uint8_t *numbers; // q, in the layout of query_simd.h
    const float *norm; // one per row, not negative; NULL: 1
    const float *bias; // one per row; NULL: 0
    float constant;
    float step;
    float slack; // error bound of a product, for a scale of 1
    int32_t correction; // the constant by which the backend's sums are too low
    float bound[8]; // result of pr_query_next: of its four rows, then of the four rows ahead
} pr_query;

// Bytes of `numbers`.
static inline int32_t pr_query_size(int32_t stride) { return 2 * pr_round_up(stride, 32); }

// Whether the scales of a table allow bounds.
int32_t pr_query_fits(const pr_table *table);

// Whether a bias or the constant allows bounds.
int32_t pr_query_fits_number(float number);

// Quantises x (stride). Returns whether x allows bounds.
int32_t pr_query_make(pr_query *query, const float *x, int32_t stride);

// Bounds rows `row` to `end - 1`, four at a time, and with them those `ahead` rows further on: two
// sequential reads far from each other are faster than one. Returns the first row, in steps of
// four, where one of the eight bounds is `min` or more; a row of the last three where there is
// none.
uint32_t pr_query_next(pr_query *query, const pr_table *table, uint32_t row, uint32_t end,
                       uint32_t ahead, float min);

#endif

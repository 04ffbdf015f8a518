// A dense layer in 16-bit integers, for estimates: the same shapes as dense.h at about half the
// time, with errors of some 1e-4 of a row's sums. The bits are the same on every engine and in both
// modules: integers are summed without rounding, and nothing here is fused.
//
// A block of PR_ROWS rows of x is (inputs / 2, PR_ROWS, 2): two inputs of a row side by side, as
// i32x4.dot_i16x8 multiplies them.
#ifndef PR_DENSE16_H
#define PR_DENSE16_H

#include "rounding.h"

typedef pr_rounded pr_dense16;

// Lays a layer out in the arena.
void pr_dense16_plan(pr_dense16 *layer, pr_arena *arena, const pr_dense *from);

// As pr_rounded_round.
int32_t pr_dense16_round(pr_dense16 *layer, const pr_dense *from);

// q (blocks, inputs / 2, PR_ROWS, 2) and step (blocks, PR_ROWS) of x (blocks, x_width, PR_ROWS). A
// row with a number that is not finite gets the step NaN.
void pr_dense16_round_rows(const pr_dense16 *layer, const float *x, int32_t x_width, int32_t blocks,
                           int16_t *q, float *step);

// y (blocks, outputs, PR_ROWS) = activation(x W' + b), in float32, where a row's numbers are NaN if
// its step is.
void pr_dense16_forward(const pr_dense16 *layer, const int16_t *q, const float *step,
                        int32_t blocks, float *y);

#endif

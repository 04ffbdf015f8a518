// A dense layer in 16-bit integers, for estimates: the same shapes as dense.h at about half the
// time, with errors of some 1e-4 of a row's sums. The bits are the same on every engine and in both
// modules: integers are summed without rounding, and nothing here is fused.
//
//   w_ok = scale_o q_ok + error,  x_k = step q_k + error,  y_o = scale_o step (q_o . q) + b_o
//
// Every output has a scale, every row of x a step. Sums fit in 32 bits, whatever x is: an output's
// scale is so large that (sum of |q_ok|) PR_X_MAX does not reach 2^31.
//
// A block of PR_ROWS rows of x is (inputs / 2, PR_ROWS, 2): two inputs of a row side by side, as
// i32x4.dot_i16x8 multiplies them.
#ifndef PR_DENSE16_H
#define PR_DENSE16_H

#include "dense.h"

typedef struct pr_dense16 {
    int32_t inputs, outputs; // both padded: to a pair, to a panel
    int32_t activation;
    int32_t x_max; // the largest |q_k|
    // W' in panels: (outputs / PR_PANEL, inputs / 2, PR_PANEL, 2), padding zero
    int16_t *weight;
    float *scale; // (outputs)
    const float *bias; // (outputs), of the layer in float32
} pr_dense16;

// Lays a layer out in the arena.
void pr_dense16_plan(pr_dense16 *layer, pr_arena *arena, const pr_dense *from);

// Rounds the weights of a layer. Returns 0 where one is so large or so small that a scale would
// leave the range of a float.
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

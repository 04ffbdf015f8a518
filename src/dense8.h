// A dense layer in 8-bit integers: dense16.h at about two thirds of its time, with errors of some
// percent of a row's sums, for inputs that are not negative, as behind a ReLU. It needs relaxed
// SIMD: only that module has it.
//
// Inputs have 6 bits and weights 7 and a sign, so that the sum of four products fits in 16 bits:
// the result is the same on every engine.
//
// A block of PR_ROWS rows of x is (inputs / 4, PR_ROWS, 4): four inputs of a row side by side.
#ifndef PR_DENSE8_H
#define PR_DENSE8_H

#include "activation.h"
#include "rounding.h"
#include "simd8.h"

enum {
    PR_X8_MAX = 63, // the largest number of an input
    PR_W8_MAX = 127, // the largest size of a weight
};

typedef pr_rounded pr_dense8;

// Whether this module has such a layer, behind an activation: a ReLU. Negative inputs would be
// wrong, and a sigmoid's vary too little for six bits.
PR_INLINE int pr_dense8_takes(int32_t activation) {
#ifdef PR_HAS_DOT8
    return activation == PR_RELU;
#else
    return (void)activation, 0;
#endif
}

// The same as pr_dense16_plan, _round, _round_rows and _forward.
void pr_dense8_plan(pr_dense8 *layer, pr_arena *arena, const pr_dense *from);
int32_t pr_dense8_round(pr_dense8 *layer, const pr_dense *from);
void pr_dense8_round_rows(const pr_dense8 *layer, const float *x, int32_t x_width, int32_t blocks,
                          uint8_t *q, float *step);
void pr_dense8_forward(const pr_dense8 *layer, const uint8_t *q, const float *step, int32_t blocks,
                       float *y);

#endif

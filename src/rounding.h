// A dense layer in integers: what those of 16 bits (dense16.h) and 8 bits (dense8.h) share.
//
//   w_ok = scale_o q_ok + error,  x_k = step q_k + error,  y_o = scale_o step (q_o . q) + b_o
//
// Every output has a scale, every row of x a step. Sums of products fit in 32 bits, whatever x is.
#ifndef PR_ROUNDING_H
#define PR_ROUNDING_H

#include "dense.h"
#include "simd16.h"

typedef struct pr_rounded {
    int32_t inputs, outputs; // both padded: to a group or two, to a panel
    int32_t activation;
    int32_t group; // inputs that lie side by side: 2 of 16 bits, or 4 of 8
    int32_t x_max; // the largest |q_k|
    // W' in panels: (outputs / PR_PANEL, inputs / group, PR_PANEL, group), padding zero
    union {
        int16_t *weight;
        int8_t *weight8;
    };
    float *scale; // (outputs)
    const float *bias; // (outputs), of the layer in float32
} pr_rounded;

// Lays a layer out in the arena. Its group and x_max are set.
void pr_rounded_plan(pr_rounded *layer, pr_arena *arena, const pr_dense *from);

// Rounds the weights of a layer, to `most` at most. Returns 0 where one is so large or so small
// that a scale would leave the range of a float.
int32_t pr_rounded_round(pr_rounded *layer, const pr_dense *from, int32_t most);

// Writes the step of four rows x (inputs, PR_ROWS), the largest |x| by x_max, and returns what
// rounds them, its inverse. Where a number is not finite, the step is NaN.
PR_INLINE pr_f4 pr_round_step(const float *x, int32_t inputs, int32_t x_max, float *step) {
    pr_f4 peak = pr_f4_zero(), max = pr_f4_set1((float)x_max);
    for (int32_t k = 0; k < inputs; k++) peak = pr_f4_max_size(pr_f4_load(x + k * PR_ROWS), peak);
    // peak - peak is 0, or NaN where peak is not finite.
    pr_f4_store(step, pr_f4_add(pr_f4_div(peak, max), pr_f4_sub(peak, peak)));
    // Below 1e-30 a row counts as zero: the inverse would be infinite.
    return pr_f4_div(max, pr_f4_select_less(peak, pr_f4_set1(1e-30f), max, peak));
}

// y (PR_PANEL, PR_ROWS) = max(floor, scale step sum + bias)
PR_INLINE void pr_panel_store(pr_s4 sum[PR_PANEL][2], const float *scale, const float *bias,
                              const float *step, pr_f4 floor, float *y) {
#pragma GCC unroll 4
    for (int c = 0; c < PR_PANEL; c++) {
        pr_f4 by = pr_f4_load1(scale + c), shift = pr_f4_load1(bias + c);
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            pr_f4 product =
                pr_f4_mul(pr_s4_to_f4(sum[c][half]), pr_f4_mul(by, pr_f4_load(step + 4 * half)));
            pr_f4_store(y + c * PR_ROWS + 4 * half, pr_f4_max(pr_f4_add(product, shift), floor));
        }
    }
}

#endif

// What dense16.c and dense8.c share: the rounding of weights and rows to integers, and the way
// back.
#ifndef PR_ROUNDING_H
#define PR_ROUNDING_H

#include "dense.h"
#include "simd16.h"

// Whether a scale of weights stays within the range of floats when it is multiplied by a step.
PR_INLINE int32_t pr_scale_fits(float scale) {
    return scale == 0 || (scale > 1e-30f && scale < 1e30f);
}

// A weight in steps of a scale, rounded to the nearest.
PR_INLINE int32_t pr_steps(float weight, float scale) {
    double steps = scale > 0 ? (double)weight / scale : 0;
    return (int32_t)(steps + (steps < 0 ? -0.5 : 0.5));
}

// Writes the step of four rows x (inputs, PR_ROWS), the largest |x| by x_max, and returns what
// rounds them, its inverse. Where the largest is not finite, the step is NaN; also where the last
// number is NaN: in a row with the step NaN, all outputs are.
PR_INLINE pr_f4 pr_round_step(const float *x, int32_t inputs, int32_t x_max, float *step) {
    pr_f4 peak = pr_f4_zero(), max = pr_f4_set1((float)x_max);
    for (int32_t k = 0; k < inputs; k++)
        peak = pr_f4_max(pr_f4_abs(pr_f4_load(x + k * PR_ROWS)), peak);
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

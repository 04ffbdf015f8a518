#include "layer_norm.h"

#include "simd.h"

void pr_layer_norm(const float *x, int32_t width, const float *weight, const float *bias,
                   float epsilon, float *y) {
    int32_t padded = pr_round_up(width, 4);
    pr_f4 sum = pr_f4_zero(), square = pr_f4_zero();
    for (int32_t k = 0; k < padded; k += 4) sum = pr_f4_add(sum, pr_f4_load(x + k));
    pr_f4 mean = pr_f4_set1(pr_f4_sum(sum) / (float)width);
    for (int32_t k = 0; k < padded; k += 4) pr_f4_store(y + k, pr_f4_sub(pr_f4_load(x + k), mean));
    for (int32_t k = width; k < padded; k++) y[k] = 0;
    for (int32_t k = 0; k < padded; k += 4)
        square = pr_f4_add(square, pr_f4_mul(pr_f4_load(y + k), pr_f4_load(y + k)));
    pr_f4 scale = pr_f4_set1(1 / __builtin_sqrtf(pr_f4_sum(square) / (float)width + epsilon));
    for (int32_t k = 0; k < padded; k += 4)
        pr_f4_store(
            y + k, pr_f4_add(pr_f4_mul(pr_f4_mul(pr_f4_load(y + k), scale), pr_f4_load(weight + k)),
                             pr_f4_load(bias + k)));
}

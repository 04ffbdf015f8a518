#include "output.h"

#include "activation.h"

void pr_output_apply(const pr_output *output, float *values, int32_t count) {
    pr_f4 offset = pr_f4_set1(output->offset), scale = pr_f4_set1(output->scale),
          shift = pr_f4_set1(output->shift);
    pr_f4 minimum = pr_f4_set1(output->minimum), maximum = pr_f4_set1(output->maximum);
    for (int32_t i = 0; i < count; i += 4)
        pr_f4_store(values + i, pr_f4_sub(pr_f4_load(values + i), offset));
    pr_activation_apply(output->activation, values, count);
    for (int32_t i = 0; i < count; i += 4) {
        pr_f4 scaled = pr_f4_add(pr_f4_mul(pr_f4_load(values + i), scale), shift);
        pr_f4_store(values + i, pr_f4_min(pr_f4_max(scaled, minimum), maximum));
    }
}

static float exp_one(float x) { return pr_f4_first(pr_f4_exp(pr_f4_set1(x))); }

void pr_log_sum_add(pr_log_sum *log_sum, const float *raw, int32_t count) {
    float max = (float)log_sum->max;
    for (int32_t i = 0; i < count; i++)
        if (raw[i] > max) max = raw[i];
    if (log_sum->sum > 0) log_sum->sum *= exp_one((float)(log_sum->max - max));
    log_sum->max = max;
    for (int32_t i = 0; i < count; i += 4) {
        float four[4];
        for (int r = 0; r < 4; r++) four[r] = i + r < count ? raw[i + r] - max : -1e30f;
        log_sum->sum += pr_f4_sum(pr_f4_exp(pr_f4_load(four)));
    }
}

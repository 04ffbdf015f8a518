#include "query.h"

// A byte is at most this, and so many of them times a query's numbers must fit an int32.
static const int32_t BYTE_MOST = 128;

// Sums of floats lose up to this for each addition, relative to the sum of the sizes; four times what two of them do.
static const float ROUNDING = 0x1p-21f;

void pr_query_make(pr_query *query, const float *x, int32_t stride) {
    int32_t width = pr_round_up(stride, 16), most = 0x7fffffff / BYTE_MOST / width - 1;
    float peak = 0, size = 0, lost = 0;
    if (most > PR_QUERY_MOST) most = PR_QUERY_MOST;
    for (int32_t k = 0; k < stride; k++) peak = __builtin_fabsf(x[k]) > peak ? __builtin_fabsf(x[k]) : peak;
    query->step = peak / (float)most;
    query->correction = 0;
    for (int32_t k = 0; k < width; k++) {
        float steps = k < stride && query->step > 0 ? x[k] / query->step : 0;
        int32_t number = (int32_t)(steps + (steps < 0 ? -0.5f : 0.5f));
        if (number > most) number = most;
        if (number < -most) number = -most;
        query->correction += pr_query_put(query->numbers, k, number);
        if (k >= stride) continue;
        lost += __builtin_fabsf(x[k] - (float)number * query->step);
        size += __builtin_fabsf(x[k]);
    }
    query->slack = (float)BYTE_MOST * (lost * (1 + (float)width * ROUNDING) + size * (float)width * ROUNDING);
}

pr_f4 pr_query_bound_four(const pr_query *query, const pr_table *table, uint32_t row, const float *norm) {
    int32_t stride = table->stride;
    const uint8_t *at = table->values + (uint64_t)row * (uint32_t)stride, *numbers = query->numbers;
    const uint8_t *end = at + stride;
    pr_i4 sum[4] = { pr_i4_zero(), pr_i4_zero(), pr_i4_zero(), pr_i4_zero() };
#pragma GCC unroll 1
    for (; at < end; at += 16, numbers += 32) {
        pr_query16 sixteen = pr_query_load(numbers);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sum[r] = pr_query_dot(sum[r], at + r * stride, sixteen);
    }
    pr_i4 whole = pr_i4_add1(pr_i4_sum4(sum[0], sum[1], sum[2], sum[3]), query->correction);
    pr_f4 scale = pr_f4_load(table->scale + row);
    if (norm) scale = pr_f4_mul(scale, pr_f4_load(norm));
    pr_f4 product = pr_f4_mul(pr_i4_to_f4(whole), pr_f4_set1(query->step));
    return pr_f4_fma(scale, product, pr_f4_mul(pr_f4_abs(scale), pr_f4_set1(query->slack)));
}

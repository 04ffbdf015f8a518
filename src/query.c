#include "query.h"

#include "query_simd.h"

// The largest size of a byte. A row's bytes times the query numbers must sum to an int32.
static const int32_t BYTE_MAX = 128;

// Error bound of each addition of a float sum, relative to the sum of the sizes; eight times the
// worst case.
static const float ROUNDING = 0x1p-21f;

// Sizes of scales and of the numbers of a vector with which no product, sum or slack overflows, and
// none is so small that floats lose digits.
static const float RANGE_MIN = 1e-12f, RANGE_MAX = 1e12f;

int32_t pr_query_fits(const pr_table *table) {
    int32_t fits = 1;
    for (int32_t row = 0; row < table->rows; row++) {
        float size = __builtin_fabsf(table->scale[row]);
        fits &= size == 0 || (size >= RANGE_MIN && size <= RANGE_MAX);
    }
    return fits;
}

int32_t pr_query_fits_number(float number) { return __builtin_fabsf(number) <= RANGE_MAX; }

int32_t pr_query_make(pr_query *query, const float *x, int32_t stride) {
    int32_t width = pr_round_up(stride, 32), max = 0x7fffffff / BYTE_MAX / width - 1;
    float peak = 0, size = 0, lost = 0;
    if (max > PR_QUERY_MAX) max = PR_QUERY_MAX;
    for (int32_t k = 0; k < stride; k++) {
        float number = __builtin_fabsf(x[k]);
        if (!(number <= RANGE_MAX)) return 0; // also a NaN
        peak = number > peak ? number : peak;
    }
    if (peak > 0 && peak < RANGE_MIN) return 0;
    query->step = peak / (float)max;
    query->correction = 0;
    for (int32_t k = 0; k < width; k++) {
        float steps = k < stride && query->step > 0 ? x[k] / query->step : 0;
        int32_t number = (int32_t)(steps + (steps < 0 ? -0.5f : 0.5f));
        if (number > max) number = max;
        if (number < -max) number = -max;
        query->correction += pr_query_put(query->numbers, k, number);
        if (k >= stride) continue;
        lost += __builtin_fabsf(x[k] - (float)number * query->step);
        size += __builtin_fabsf(x[k]);
    }
    query->slack =
        (float)BYTE_MAX * (lost * (1 + (float)width * ROUNDING) + size * (float)width * ROUNDING);
    return 1;
}

// Upper bounds of the scores of four rows. Rounding keeps the order of sums with the same bias.
PR_INLINE pr_f4 bound_four(const pr_query *query, const pr_table *table, uint32_t row) {
    int32_t stride = table->stride;
    const uint8_t *at = table->values + (uint64_t)row * (uint32_t)stride, *numbers = query->numbers,
                  *end = at + stride;
    pr_i4 start = pr_i4_first(query->correction), sum[4] = { start, start, start, start };
#pragma GCC unroll 1
    for (; at < end; at += 32, numbers += 64) {
        pr_query32 some = pr_query_load(numbers);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sum[r] = pr_query_dot(sum[r], at + r * stride, some);
    }
    pr_f4 product =
        pr_f4_mul(pr_i4_to_f4(pr_i4_sum4(sum[0], sum[1], sum[2], sum[3])), pr_f4_set1(query->step));
    pr_f4 scale = pr_f4_load(table->scale + row);
    if (query->norm) scale = pr_f4_mul(scale, pr_f4_load(query->norm + row));
    pr_f4 bound = pr_f4_fma(scale, product, pr_f4_mul(pr_f4_abs(scale), pr_f4_set1(query->slack)));
    if (query->bias) bound = pr_f4_add(bound, pr_f4_load(query->bias + row));
    return pr_f4_add(bound, pr_f4_set1(query->constant));
}

uint32_t pr_query_next(pr_query *query, const pr_table *table, uint32_t row, uint32_t end,
                       uint32_t ahead, float min) {
    pr_f4 limit = pr_f4_set1(min);
    for (; row + 4 <= end; row += 4) {
        pr_f4 here = bound_four(query, table, row), there = bound_four(query, table, row + ahead);
        if (pr_f4_both_less(here, there, limit)) continue;
        pr_f4_store(query->bound, here);
        pr_f4_store(query->bound + 4, there);
        break;
    }
    return row;
}

#include "simd.h"
#include "table.h"

// The address of a row as floats: in the table, or converted to buffer (stride).
static const float *find_row(const pr_table *table, uint32_t row, float *buffer) {
    if (table->dtype == PR_F32)
        return (const float *)(const void *)table->values + (int64_t)row * table->stride;
    pr_table_row(table, row, buffer);
    return buffer;
}

// by = row[0] . x[0], row[0] . x[1], row[1] . x[0], row[1] . x[1] (stride each). The partial sums
// are those of pr_table_dot. Every number that is loaded is used twice.
PR_INLINE void dot_pairs(const float *const row[2], const float *const x[2], int32_t stride,
                         float by[4]) {
    const float *a = row[0], *b = row[1], *u = x[0], *v = x[1], *end = u + stride / 8 * 8;
    pr_f4 sum[4][2];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sum[i][0] = sum[i][1] = pr_f4_zero();
#pragma GCC unroll 1
    for (; u != end; u += 8, v += 8, a += 8, b += 8) {
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            pr_f4 of_a = pr_f4_load(a + 4 * half), of_b = pr_f4_load(b + 4 * half),
                  of_u = pr_f4_load(u + 4 * half), of_v = pr_f4_load(v + 4 * half);
            sum[0][half] = pr_f4_fma(of_a, of_u, sum[0][half]);
            sum[1][half] = pr_f4_fma(of_a, of_v, sum[1][half]);
            sum[2][half] = pr_f4_fma(of_b, of_u, sum[2][half]);
            sum[3][half] = pr_f4_fma(of_b, of_v, sum[3][half]);
        }
    }
    if (stride % 8) {
        sum[0][0] = pr_f4_fma(pr_f4_load(a), pr_f4_load(u), sum[0][0]);
        sum[1][0] = pr_f4_fma(pr_f4_load(a), pr_f4_load(v), sum[1][0]);
        sum[2][0] = pr_f4_fma(pr_f4_load(b), pr_f4_load(u), sum[2][0]);
        sum[3][0] = pr_f4_fma(pr_f4_load(b), pr_f4_load(v), sum[3][0]);
    }
    pr_f4_store(by, pr_f4_sum4(pr_f4_add(sum[0][0], sum[0][1]), pr_f4_add(sum[1][0], sum[1][1]),
                               pr_f4_add(sum[2][0], sum[2][1]), pr_f4_add(sum[3][0], sum[3][1])));
}

// Rows go in pairs that are half the count apart: two sequential reads far from each other. A row
// or a vector without another one goes with itself.
void pr_table_dot_many(const pr_table *table, const float *x, int32_t x_stride, int32_t vectors,
                       const uint32_t *rows, uint32_t first, int32_t count, float *y,
                       float *scratch) {
    int32_t half = (count + 1) / 2;
    if (vectors == 1) {
        pr_table_dot(table, x, rows, first, count, y, scratch);
        return;
    }
    for (int32_t i = 0; i < half; i++) {
        int32_t j = i + half < count ? i + half : i;
        const float *pair[] = {
            find_row(table, rows ? rows[i] : first + (uint32_t)i, scratch),
            find_row(table, rows ? rows[j] : first + (uint32_t)j, scratch + table->stride),
        };
        for (int32_t u = 0; u < vectors; u += 2) {
            int32_t v = u + 1 < vectors ? u + 1 : u;
            const float *two[] = { x + (int64_t)u * x_stride, x + (int64_t)v * x_stride };
            float by[4];
            dot_pairs(pair, two, table->stride, by);
            y[(int64_t)u * count + i] = by[0];
            y[(int64_t)v * count + i] = by[1];
            y[(int64_t)u * count + j] = by[2];
            y[(int64_t)v * count + j] = by[3];
        }
    }
}

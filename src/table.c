#include "table.h"

#include "simd.h"

static const int32_t BYTES[] = { [PR_F32] = 4, [PR_F16] = 2, [PR_BF16] = 2, [PR_I8] = 1 };

void pr_table_plan(pr_table *table, pr_arena *arena, int32_t dtype, int32_t is_turned, int32_t rows, int32_t width) {
    table->dtype = dtype;
    table->is_turned = is_turned;
    table->rows = rows;
    table->width = width;
    table->stride = pr_round_up(width, 4);
    table->values = pr_arena_take(arena, (uint64_t)rows * (uint64_t)table->stride * (uint64_t)BYTES[dtype]);
    table->scale = pr_arena_floats(arena, dtype == PR_I8, is_turned ? table->stride : rows);
}

// ---- storing

// The bits that are all set in a NaN or an infinity.
static int32_t first_not_finite(int32_t dtype, const void *bytes, int32_t count) {
    const uint32_t *words = bytes;
    const uint16_t *halves = bytes;
    uint16_t exponent = dtype == PR_F16 ? 0x7c00 : 0x7f80;
    if (dtype == PR_F32) {
        for (int32_t i = 0; i < count; i++)
            if ((words[i] & 0x7f800000) == 0x7f800000) return i;
    } else if (dtype != PR_I8) {
        for (int32_t i = 0; i < count; i++)
            if ((halves[i] & exponent) == exponent) return i;
    }
    return -1;
}

// to[i * to_step] = from[i * from_step] for numbers of `size` bytes
PR_INLINE void copy_strided(int32_t size, uint8_t *to, int64_t to_step, const uint8_t *from, int64_t from_step,
                            int32_t count) {
    for (int32_t i = 0; i < count; i++, to += to_step * size, from += from_step * size)
        __builtin_memcpy(to, from, (uint32_t)size);
}

static void copy_column(int32_t size, uint8_t *to, int64_t to_step, const uint8_t *from, int64_t from_step, int32_t count) {
    if (size == 4) copy_strided(4, to, to_step, from, from_step, count);
    if (size == 2) copy_strided(2, to, to_step, from, from_step, count);
    if (size == 1) copy_strided(1, to, to_step, from, from_step, count);
}

int32_t pr_table_set(pr_table *table, int32_t row, int32_t rows, int32_t column, int32_t columns, const void *bytes) {
    int32_t size = BYTES[table->dtype];
    const uint8_t *from = bytes;
    for (int32_t i = 0; i < (table->is_turned ? columns : rows); i++) {
        int64_t at = table->is_turned ? (int64_t)(column + i) * table->stride + row
                                      : (int64_t)(row + i) * table->stride + column;
        uint8_t *to = table->values + at * size;
        if (table->is_turned) copy_column(size, to, 1, from + i * size, columns, rows);
        else __builtin_memcpy(to, from + (int64_t)i * columns * size, (uint32_t)(columns * size));
    }
    return first_not_finite(table->dtype, bytes, rows * columns);
}

void pr_table_set_scale(pr_table *table, int32_t row, int32_t rows, const float *scale) {
    __builtin_memcpy(table->scale + row, scale, (uint32_t)rows * sizeof(float));
}

void pr_table_scale_columns(const pr_table *table, const float *x, float *y) {
    int32_t is_scaled = table->dtype == PR_I8 && table->is_turned;
    for (int32_t k = 0; k < table->width; k++) y[k] = is_scaled ? x[k] * table->scale[k] : x[k];
    for (int32_t k = table->width; k < table->stride; k++) y[k] = 0;
}

// ---- reading

PR_INLINE pr_f4 load_four(int32_t dtype, const uint8_t *p) {
    switch (dtype) {
        case PR_F16: return pr_f4_load_half(p);
        case PR_BF16: return pr_f4_load_bfloat(p);
        case PR_I8: return pr_f4_load_byte(p);
        default: return pr_f4_load((const float *)(const void *)p);
    }
}

// The products of four rows with x. Two sums a row hide the time that an addition takes.
PR_INLINE pr_f4 dot_quad(int32_t dtype, const uint8_t *const rows[4], const float *x, int32_t stride) {
    const int32_t size = BYTES[dtype];
    const uint8_t *row[4];
    pr_f4 sum[4], odd[4];
#pragma GCC unroll 4
    for (int r = 0; r < 4; r++) row[r] = rows[r], sum[r] = odd[r] = pr_f4_zero();
    const float *end = x + stride / 8 * 8;
#pragma GCC unroll 1
    for (; x != end; x += 8) {
        pr_f4 low = pr_f4_load(x), high = pr_f4_load(x + 4);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            sum[r] = pr_f4_fma(load_four(dtype, row[r]), low, sum[r]);
            odd[r] = pr_f4_fma(load_four(dtype, row[r] + 4 * size), high, odd[r]);
            row[r] += 8 * size;
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < 4; r++) {
        if (stride % 8) sum[r] = pr_f4_fma(load_four(dtype, row[r]), pr_f4_load(x), sum[r]);
        sum[r] = pr_f4_add(sum[r], odd[r]);
    }
    return pr_f4_sum4(sum[0], sum[1], sum[2], sum[3]);
}

PR_INLINE void dot_rows(int32_t dtype, const pr_table *table, const float *x, const uint32_t *rows, uint32_t first,
                        int32_t count, float *y) {
    int64_t stride = (int64_t)table->stride * BYTES[dtype];
    for (int32_t start = 0; start < count; start += 4) {
        const uint8_t *row[4];
        uint32_t at[4];
        float four[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            int32_t i = start + r < count ? start + r : count - 1;
            at[r] = rows ? rows[i] : first + (uint32_t)i;
            row[r] = table->values + at[r] * stride;
        }
        pr_f4_store(four, dot_quad(dtype, row, x, table->stride));
        for (int r = 0; r < 4 && start + r < count; r++)
            y[start + r] = dtype == PR_I8 && !table->is_turned ? four[r] * table->scale[at[r]] : four[r];
    }
}

void pr_table_dot(const pr_table *table, const float *x, const uint32_t *rows, uint32_t first, int32_t count, float *y) {
    switch (table->dtype) {
        case PR_F16: dot_rows(PR_F16, table, x, rows, first, count, y); break;
        case PR_BF16: dot_rows(PR_BF16, table, x, rows, first, count, y); break;
        case PR_I8: dot_rows(PR_I8, table, x, rows, first, count, y); break;
        default: dot_rows(PR_F32, table, x, rows, first, count, y);
    }
}

void pr_table_row(const pr_table *table, uint32_t row, float *y) {
    const uint8_t *from = table->values + (int64_t)row * table->stride * BYTES[table->dtype];
    float scale = table->dtype == PR_I8 && !table->is_turned ? table->scale[row] : 1;
    for (int32_t k = 0; k < table->stride; k += 4, from += 4 * BYTES[table->dtype])
        pr_f4_store(y + k, pr_f4_mul(load_four(table->dtype, from), pr_f4_set1(scale)));
}

// high + low += four weighted rows. What rounding takes from the sum goes to low.
PR_INLINE void add_quad(int32_t dtype, const uint8_t *const row[4], const float weight[4], int32_t stride, float *high,
                        float *low) {
    for (int32_t k = 0; k < stride; k += 4) {
        pr_f4 added = pr_f4_zero(), before = pr_f4_load(high + k);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++)
            added = pr_f4_add(added, pr_f4_mul(pr_f4_load1(weight + r), load_four(dtype, row[r] + k * BYTES[dtype])));
        pr_f4 after = pr_f4_add(before, added), kept = pr_f4_sub(after, added);
        pr_f4 lost = pr_f4_add(pr_f4_sub(before, kept), pr_f4_sub(added, pr_f4_sub(after, kept)));
        pr_f4_store(high + k, after);
        pr_f4_store(low + k, pr_f4_add(pr_f4_load(low + k), lost));
    }
}

PR_INLINE void add_rows(int32_t dtype, const pr_table *table, const uint32_t *rows, const float *weights, int32_t count,
                        float *high, float *low) {
    int64_t stride = (int64_t)table->stride * BYTES[dtype];
    for (int32_t start = 0; start < count; start += 4) {
        const uint8_t *row[4];
        float weight[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            uint32_t at = rows[start + r < count ? start + r : start];
            row[r] = table->values + at * stride;
            weight[r] = start + r < count ? weights[start + r] : 0;
            if (dtype == PR_I8 && !table->is_turned) weight[r] *= table->scale[at];
        }
        add_quad(dtype, row, weight, table->stride, high, low);
    }
}

void pr_table_add_rows(const pr_table *table, const uint32_t *rows, const float *weights, int32_t count, float *high,
                       float *low) {
    switch (table->dtype) {
        case PR_F16: add_rows(PR_F16, table, rows, weights, count, high, low); break;
        case PR_BF16: add_rows(PR_BF16, table, rows, weights, count, high, low); break;
        case PR_I8: add_rows(PR_I8, table, rows, weights, count, high, low); break;
        default: add_rows(PR_F32, table, rows, weights, count, high, low);
    }
}

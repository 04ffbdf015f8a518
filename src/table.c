#include "table.h"

#include "stored.h"

// Rows added up in float before pr_table_add_rows adds their sum to high and low.
enum { BATCH = 32 };

void pr_table_plan(pr_table *table, pr_arena *arena, int32_t dtype, int32_t is_transposed,
                   int32_t rows, int32_t width) {
    table->dtype = dtype;
    table->is_transposed = is_transposed;
    table->rows = rows;
    table->width = width;
    table->stride = pr_round_up(width, 4);
    // pr_query_dot reads 32 bytes at a time, past the end of the last row.
    uint64_t ahead = dtype == PR_I8 ? (uint64_t)(pr_round_up(width, 32) - table->stride) : 0;
    table->values = pr_arena_take(
        arena, (uint64_t)rows * (uint64_t)table->stride * (uint64_t)pr_dtype_bytes(dtype) + ahead);
    table->scale = pr_arena_floats(arena, dtype == PR_I8, is_transposed ? table->stride : rows);
}

// ---- storing

// to[i] = from[i * step] for numbers of `size` bytes
PR_INLINE void copy_sized(int32_t size, uint8_t *to, const uint8_t *from, int64_t step,
                          int32_t count) {
    for (int32_t i = 0; i < count; i++, to += size, from += step * size)
        __builtin_memcpy(to, from, (uint32_t)size);
}

// The same, with a size that the compiler knows.
static void copy_column(int32_t size, uint8_t *to, const uint8_t *from, int64_t step,
                        int32_t count) {
    if (size == 4) copy_sized(4, to, from, step, count);
    if (size == 2) copy_sized(2, to, from, step, count);
    if (size == 1) copy_sized(1, to, from, step, count);
}

// Shifts bytes `first` to `first + count - 1` of a row as the table stores them. The last ones also
// shift the padding, zeros.
static void shift_bytes(const pr_table *table, uint8_t *row, int32_t first, int32_t count) {
    for (int32_t k = first; k < first + count; k++) row[k] ^= pr_byte_shift(k);
    for (int32_t k = first + count; first + count == table->width && k < table->stride; k++)
        row[k] = pr_byte_shift(k);
}

pr_status pr_table_set(pr_table *table, int32_t row, int32_t rows, int32_t column, int32_t columns,
                       const void *numbers) {
    int32_t size = pr_dtype_bytes(table->dtype), is_transposed = table->is_transposed;
    const uint8_t *from = numbers;
    for (int32_t i = 0; i < (is_transposed ? columns : rows); i++) {
        int64_t at = is_transposed ? (int64_t)(column + i) * table->stride + row
                                   : (int64_t)(row + i) * table->stride + column;
        uint8_t *to = table->values + at * size;
        if (is_transposed)
            copy_column(size, to, from + i * size, columns, rows);
        else
            __builtin_memcpy(to, from + (int64_t)i * columns * size, (uint32_t)(columns * size));
        if (table->dtype != PR_I8) continue;
        if (is_transposed)
            shift_bytes(table, to - row, row, rows);
        else
            shift_bytes(table, to - column, column, columns);
    }
    return pr_first_not_finite(table->dtype, numbers, rows * columns) < 0 ? PR_OK
                                                                          : PR_ERR_NOT_FINITE;
}

void pr_table_set_scale(pr_table *table, int32_t row, int32_t rows, const float *scale) {
    __builtin_memcpy(table->scale + row, scale, (uint32_t)rows * sizeof(float));
}

void pr_table_scale_columns(const pr_table *table, const float *x, float *y) {
    if (x != y) __builtin_memcpy(y, x, (uint32_t)table->width * sizeof(float));
    for (int32_t k = 0; table->dtype == PR_I8 && table->is_transposed && k < table->width; k++)
        y[k] *= table->scale[k];
    for (int32_t k = table->width; k < table->stride; k++) y[k] = 0;
}

// ---- reading

static void widen_bytes(const uint8_t *row, float scale, int32_t stride, float *y) {
    pr_f4 factor = pr_f4_set1(scale), four[4];
    int32_t k = 0;
    for (; k + 16 <= stride; k += 16) {
        pr_f4_load_bytes(row + k, four);
#pragma GCC unroll 4
        for (int c = 0; c < 4; c++) pr_f4_store(y + k + 4 * c, pr_f4_mul(four[c], factor));
    }
    for (; k < stride; k += 4) pr_f4_store(y + k, pr_f4_mul(pr_f4_load_byte(row + k), factor));
}

static void widen(int32_t dtype, const uint8_t *row, float scale, int32_t stride, float *y) {
    switch (dtype) {
        case PR_F16:
            for (int32_t k = 0; k < stride; k += 4)
                pr_f4_store(y + k, pr_f4_load_half(row + 2 * k));
            break;
        case PR_BF16:
            for (int32_t k = 0; k < stride; k += 4)
                pr_f4_store(y + k, pr_f4_load_bfloat(row + 2 * k));
            break;
        case PR_I8: widen_bytes(row, scale, stride, y); break;
        default: __builtin_memcpy(y, row, (uint32_t)stride * sizeof(float));
    }
}

__attribute__((noinline)) void pr_table_row(const pr_table *table, uint32_t row, float *y) {
    float scale = table->dtype == PR_I8 && !table->is_transposed ? table->scale[row] : 1;
    widen(table->dtype, table->values + (int64_t)row * table->stride * pr_dtype_bytes(table->dtype),
          scale, table->stride, y);
}

// The address of a row as floats: in the table, or converted to buffer (stride).
PR_INLINE const float *find_row(const pr_table *table, uint32_t row, float *buffer) {
    if (table->dtype == PR_F32)
        return (const float *)(const void *)table->values + (int64_t)row * table->stride;
    pr_table_row(table, row, buffer);
    return buffer;
}

// Four numbers of a row, of halves or of floats.
PR_INLINE pr_f4 load_four(int32_t dtype, const uint8_t *at) {
    if (dtype == PR_F16) return pr_f4_load_half(at);
    if (dtype == PR_BF16) return pr_f4_load_bfloat(at);
    return pr_f4_load((const float *)(const void *)at);
}

// by_a = a (stride) . x (stride) and by_b = b . x. Two sums a row hide the latency of an addition.
PR_INLINE void dot_two(int32_t dtype, const uint8_t *a, const uint8_t *b, const float *x,
                       int32_t stride, float *by_a, float *by_b) {
    const float *end = x + stride / 8 * 8;
    int32_t four = dtype == PR_F16 || dtype == PR_BF16 ? 8 : 16; // bytes
    pr_f4 a0 = pr_f4_zero(), a1 = a0, b0 = a0, b1 = a0;
#pragma GCC unroll 1
    for (; x != end; x += 8, a += 2 * four, b += 2 * four) {
        pr_f4 low = pr_f4_load(x), high = pr_f4_load(x + 4);
        a0 = pr_f4_fma(load_four(dtype, a), low, a0);
        b0 = pr_f4_fma(load_four(dtype, b), low, b0);
        a1 = pr_f4_fma(load_four(dtype, a + four), high, a1);
        b1 = pr_f4_fma(load_four(dtype, b + four), high, b1);
    }
    if (stride % 8) {
        a0 = pr_f4_fma(load_four(dtype, a), pr_f4_load(x), a0);
        b0 = pr_f4_fma(load_four(dtype, b), pr_f4_load(x), b0);
    }
    *by_a = pr_f4_sum(pr_f4_add(a0, a1));
    *by_b = pr_f4_sum(pr_f4_add(b0, b1));
}

// The address of a row as stored; of bytes, converted to floats in buffer (stride).
PR_INLINE const uint8_t *find_stored(const pr_table *table, int32_t dtype, uint32_t row,
                                     float *buffer) {
    if (dtype != PR_I8)
        return table->values +
               (uint64_t)row * (uint32_t)table->stride * (uint32_t)pr_dtype_bytes(dtype);
    pr_table_row(table, row, buffer);
    return (const uint8_t *)buffer;
}

// y (count) = rows (count, stride) x (stride). Row i goes with row i + half: two sequential reads
// far from each other. Two neighbours would save as many loads of x, but from a table larger than
// the caches they are read at a third of the bandwidth.
PR_INLINE void dot(const pr_table *table, int32_t dtype, const float *x, const uint32_t *rows,
                   uint32_t first, int32_t count, float *y, float *scratch) {
    int32_t half = (count + 1) / 2;
    for (int32_t i = 0; i < half; i++) {
        int32_t j = i + half < count ? i + half : i;
        uint32_t row_a = rows ? rows[i] : first + (uint32_t)i;
        uint32_t row_b = rows ? rows[j] : first + (uint32_t)j;
        const uint8_t *a = find_stored(table, dtype, row_a, scratch), *b = a;
        if (j != i) b = find_stored(table, dtype, row_b, scratch + table->stride);
        dot_two(dtype, a, b, x, table->stride, y + i, y + j);
    }
}

// One copy of the loop for each dtype, which then does not branch on it.
void pr_table_dot(const pr_table *table, const float *x, const uint32_t *rows, uint32_t first,
                  int32_t count, float *y, float *scratch) {
    switch (table->dtype) {
        case PR_F16: dot(table, PR_F16, x, rows, first, count, y, scratch); break;
        case PR_BF16: dot(table, PR_BF16, x, rows, first, count, y, scratch); break;
        case PR_I8: dot(table, PR_I8, x, rows, first, count, y, scratch); break;
        default: dot(table, PR_F32, x, rows, first, count, y, scratch);
    }
}

// sum (stride) += weights (4) row (4, stride)
PR_INLINE void add_four(const float *const row[4], const float weights[4], int32_t stride,
                        float *sum) {
    pr_f4 weight[4];
#pragma GCC unroll 4
    for (int r = 0; r < 4; r++) weight[r] = pr_f4_set1(weights[r]);
    for (int32_t k = 0; k < stride; k += 4) {
        pr_f4 four = pr_f4_load(sum + k);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++)
            four = pr_f4_add(four, pr_f4_mul(weight[r], pr_f4_load(row[r] + k)));
        pr_f4_store(sum + k, four);
    }
}

// high + low += sum (stride each): low gets what high loses by rounding (Knuth's two-sum).
static void add_exactly(const float *sum, int32_t stride, float *high, float *low) {
    for (int32_t k = 0; k < stride; k += 4) {
        pr_f4 added = pr_f4_load(sum + k), before = pr_f4_load(high + k),
              after = pr_f4_add(before, added);
        pr_f4 kept = pr_f4_sub(after, added);
        pr_f4 lost = pr_f4_add(pr_f4_sub(before, kept), pr_f4_sub(added, pr_f4_sub(after, kept)));
        pr_f4_store(high + k, after);
        pr_f4_store(low + k, pr_f4_add(pr_f4_load(low + k), lost));
    }
}

void pr_table_add_rows(const pr_table *table, const uint32_t *rows, const float *weights,
                       int32_t count, float *high, float *low, float *scratch) {
    float *sum = scratch + 4 * table->stride;
    for (int32_t start = 0; start < count; start += BATCH) {
        int32_t end = start + BATCH < count ? start + BATCH : count;
        for (int32_t k = 0; k < table->stride; k++) sum[k] = 0;
        for (int32_t four = start; four < end; four += 4) {
            const float *row[4];
            float weight[4];
            for (int r = 0; r < 4; r++) {
                row[r] = find_row(table, rows[four + r < end ? four + r : four],
                                  scratch + r * table->stride);
                weight[r] = four + r < end ? weights[four + r] : 0;
            }
            add_four(row, weight, table->stride, sum);
        }
        add_exactly(sum, table->stride, high, low);
    }
}

#include "table.h"

#include "stored.h"

// Of pr_table_add_rows: rows added up in float before their sum is added to high and low; of these,
// rows that are read together; fours of the sum in registers. Together, other numbers wait longer
// for rows from the caches.
enum { BATCH = 32, TOGETHER = PR_TABLE_SCRATCH - 1, PANEL = 5 };

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

// ---- products
//
// A row is read eight numbers at a time: as two fours, or of halves as the numbers at even and at
// odd places, which is less work. The vector is then split alike. Either way a number is added to
// the same partial sum, so the results are those of rows converted to floats, to the bit.

// Halves are read without their factor of 2^112, which the vector gets instead: a power of two
// rounds nothing.
static const float HALF_FACTOR = 0x1p112f;

// y (stride, rounded up to eight) = x, each eight split, times factor. Padding is -0: adding its
// product with 0 changes no sum, not even one of -0. False where a number overflows or is NaN.
static int32_t split(const float *x, float factor, int32_t stride, float *y) {
    pr_f4 four = pr_f4_set1(factor), infinity = pr_f4_set1(__builtin_inff()), two[2];
    int32_t fits = 1;
    for (int32_t k = 0; k < stride; k += 8) {
        pr_f4 low = pr_f4_mul(pr_f4_load(x + k), four), high = pr_f4_set1(-0.0f);
        if (k + 4 < stride) high = pr_f4_mul(pr_f4_load(x + k + 4), four);
        fits &= pr_f4_both_less(pr_f4_abs(low), pr_f4_abs(high), infinity);
        pr_f4_split(low, high, two);
        pr_f4_store(y + k, two[0]);
        pr_f4_store(y + k + 4, two[1]);
    }
    return fits;
}

// Eight numbers of a row. is_four: the last four, then zeros.
PR_INLINE void load_eight(int32_t dtype, pr_h8_constants with, const uint8_t *at, int32_t is_four,
                          pr_f4 two[2]) {
    const float *floats = (const float *)(const void *)at;
    if (dtype == PR_F32) {
        two[0] = pr_f4_load(floats);
        two[1] = is_four ? pr_f4_zero() : pr_f4_load(floats + 4);
        return;
    }
    pr_h8 halves = is_four ? pr_h8_load_four(at) : pr_h8_load(at);
    if (dtype == PR_F16)
        pr_h8_widen(halves, with, two);
    else
        pr_h8_widen_bfloat(halves, two);
}

// The products of four rows with x. Two sums a row hide the latency of an addition.
PR_INLINE pr_f4 dot_four(int32_t dtype, const uint8_t *at[4], const float *x, int32_t stride,
                         pr_h8_constants with) {
    const float *end = x + stride / 8 * 8;
    pr_f4 sum[4][2], two[2];
#pragma GCC unroll 4
    for (int r = 0; r < 4; r++) sum[r][0] = sum[r][1] = pr_f4_zero();
#pragma GCC unroll 1
    for (; x != end; x += 8) {
        pr_f4 first = pr_f4_load(x), second = pr_f4_load(x + 4);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            load_eight(dtype, with, at[r], 0, two);
            at[r] += 8 * pr_dtype_bytes(dtype);
            sum[r][0] = pr_f4_fma(two[0], first, sum[r][0]);
            sum[r][1] = pr_f4_fma(two[1], second, sum[r][1]);
        }
    }
    if (stride % 8) {
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            load_eight(dtype, with, at[r], 1, two);
            sum[r][0] = pr_f4_fma(two[0], pr_f4_load(x), sum[r][0]);
            if (dtype != PR_F32) sum[r][1] = pr_f4_fma(two[1], pr_f4_load(x + 4), sum[r][1]);
        }
    }
    if (dtype != PR_F32) return pr_f4_sum4_split(sum);
    return pr_f4_sum4(pr_f4_add(sum[0][0], sum[0][1]), pr_f4_add(sum[1][0], sum[1][1]),
                      pr_f4_add(sum[2][0], sum[2][1]), pr_f4_add(sum[3][0], sum[3][1]));
}

// The same of one row of floats.
static float dot_one(const float *row, const float *x, int32_t stride) {
    const float *end = x + stride / 8 * 8;
    pr_f4 sum0 = pr_f4_zero(), sum1 = sum0;
    for (; x != end; x += 8, row += 8) {
        sum0 = pr_f4_fma(pr_f4_load(row), pr_f4_load(x), sum0);
        sum1 = pr_f4_fma(pr_f4_load(row + 4), pr_f4_load(x + 4), sum1);
    }
    if (stride % 8) sum0 = pr_f4_fma(pr_f4_load(row), pr_f4_load(x), sum0);
    return pr_f4_sum(pr_f4_add(sum0, sum1));
}

// y (4 quarter) = rows (4 quarter, stride) x (stride, of halves split); PR_F32 also for rows that
// are converted. Four rows share the loads of x. They are a quarter apart, four sequential reads
// far from each other: neighbours are read from a table larger than the caches at two thirds of the
// bandwidth.
PR_INLINE void dot_fours(const pr_table *table, int32_t dtype, const float *x, const uint32_t *rows,
                         uint32_t first, int32_t quarter, float *y, float *scratch) {
    pr_h8_constants with = pr_h8_ready();
    int32_t stride = table->stride, bytes = stride * pr_dtype_bytes(dtype);
    for (int32_t i = 0; i < quarter; i++) {
        const uint8_t *at[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            int32_t k = i + r * quarter;
            if (dtype == PR_F32)
                at[r] = (const void *)find_row(table, rows ? rows[k] : first + (uint32_t)k,
                                               scratch + r * stride);
            else if (rows)
                at[r] = table->values + (int64_t)rows[k] * bytes;
            else
                at[r] = table->values + (int64_t)first * bytes + (int64_t)k * bytes;
        }
        pr_f4_store_apart(y + i, quarter, dot_four(dtype, at, x, stride, with));
    }
}

// Converted to floats are bytes, halves where the vector is too large for their factor, and the
// last rows of a count that is no multiple of four.
void pr_table_dot(const pr_table *table, const float *x, const uint32_t *rows, uint32_t first,
                  int32_t count, float *y, float *scratch) {
    int32_t quarter = count / 4, is_half = table->dtype == PR_F16;
    int32_t is_split = quarter > 0 && (is_half || table->dtype == PR_BF16) &&
                       split(x, is_half ? HALF_FACTOR : 1, table->stride, scratch);
    // One copy of the loop for each dtype, which then does not branch on it.
    if (is_split && is_half)
        dot_fours(table, PR_F16, scratch, rows, first, quarter, y, 0);
    else if (is_split)
        dot_fours(table, PR_BF16, scratch, rows, first, quarter, y, 0);
    else
        dot_fours(table, PR_F32, x, rows, first, quarter, y, scratch);
    for (int32_t i = 4 * quarter; i < count; i++) {
        uint32_t row = rows ? rows[i] : first + (uint32_t)i;
        y[i] = dot_one(find_row(table, row, scratch), x, table->stride);
    }
}

// sum (4 fours) += weights (rows) row (rows, 4 fours), from column k on.
PR_INLINE void add_panel(const float *const row[], const float *weights, int32_t rows, int32_t k,
                         int32_t fours, float *sum) {
    pr_f4 panel[PANEL];
#pragma GCC unroll 5
    for (int c = 0; c < fours; c++) panel[c] = pr_f4_load(sum + k + 4 * c);
#pragma GCC unroll 1
    for (int32_t r = 0; r < rows; r++) {
        const float *at = row[r] + k;
        pr_f4 weight = pr_f4_load1(weights + r);
#pragma GCC unroll 5
        for (int c = 0; c < fours; c++)
            panel[c] = pr_f4_add(panel[c], pr_f4_mul(weight, pr_f4_load(at + 4 * c)));
    }
#pragma GCC unroll 5
    for (int c = 0; c < fours; c++) pr_f4_store(sum + k + 4 * c, panel[c]);
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
    int32_t stride = table->stride;
    float *sum = scratch + TOGETHER * stride;
    for (int32_t start = 0; start < count; start += BATCH) {
        int32_t end = start + BATCH < count ? start + BATCH : count;
        __builtin_memset(sum, 0, (uint32_t)stride * sizeof(float));
        for (int32_t i = start; i < end; i += TOGETHER) {
            const float *row[TOGETHER];
            int32_t n = i + TOGETHER < end ? TOGETHER : end - i, k = 0;
            for (int32_t r = 0; r < n; r++)
                row[r] = find_row(table, rows[i + r], scratch + r * stride);
            for (; k + 4 * PANEL <= stride; k += 4 * PANEL)
                add_panel(row, weights + i, n, k, PANEL, sum);
            for (; k < stride; k += 4) add_panel(row, weights + i, n, k, 1, sum);
        }
        add_exactly(sum, stride, high, low);
    }
}

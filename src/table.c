#include "table.h"

#include "stored.h"

enum {
    ROOM = 4, // rows that are widened at a time
    SETTLED = 32, // rows that are added up before their sum is settled: a sum of so many floats
                  // loses little
};

static const int32_t BYTES[] = { [PR_F32] = 4, [PR_F16] = 2, [PR_BF16] = 2, [PR_I8] = 1 };

void pr_table_plan(pr_table *table, pr_arena *arena, int32_t dtype, int32_t is_turned, int32_t rows,
                   int32_t width) {
    table->dtype = dtype;
    table->is_turned = is_turned;
    table->rows = rows;
    table->width = width;
    table->stride = pr_round_up(width, 4);
    table->values =
        pr_arena_take(arena, (uint64_t)rows * (uint64_t)table->stride * (uint64_t)BYTES[dtype]);
    table->scale = pr_arena_floats(arena, dtype == PR_I8, is_turned ? table->stride : rows);
    table->room = pr_arena_floats(arena, ROOM + 1, table->stride);
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

// to[i] = from[i * step] for numbers of `size` bytes
PR_INLINE void copy_sized(int32_t size, uint8_t *to, const uint8_t *from, int64_t step,
                          int32_t count) {
    for (int32_t i = 0; i < count; i++, to += size, from += step * size)
        __builtin_memcpy(to, from, (uint32_t)size);
}

// The same with sizes that the compiler knows.
static void copy_column(int32_t size, uint8_t *to, const uint8_t *from, int64_t step,
                        int32_t count) {
    if (size == 4) copy_sized(4, to, from, step, count);
    if (size == 2) copy_sized(2, to, from, step, count);
    if (size == 1) copy_sized(1, to, from, step, count);
}

// Bytes `first` to `first + count - 1` of a row as a table holds them; behind the last comes the
// padding, zeros.
static void shift_bytes(const pr_table *table, uint8_t *row, int32_t first, int32_t count) {
    for (int32_t k = first; k < first + count; k++) row[k] ^= pr_byte_shift(k);
    for (int32_t k = first + count; first + count == table->width && k < table->stride; k++)
        row[k] = pr_byte_shift(k);
}

int32_t pr_table_set(pr_table *table, int32_t row, int32_t rows, int32_t column, int32_t columns,
                     const void *bytes) {
    int32_t size = BYTES[table->dtype];
    const uint8_t *from = bytes;
    for (int32_t i = 0; i < (table->is_turned ? columns : rows); i++) {
        int64_t at = table->is_turned ? (int64_t)(column + i) * table->stride + row
                                      : (int64_t)(row + i) * table->stride + column;
        uint8_t *to = table->values + at * size;
        if (table->is_turned)
            copy_column(size, to, from + i * size, columns, rows);
        else
            __builtin_memcpy(to, from + (int64_t)i * columns * size, (uint32_t)(columns * size));
        if (table->dtype != PR_I8) continue;
        if (table->is_turned)
            shift_bytes(table, to - row, row, rows);
        else
            shift_bytes(table, to - column, column, columns);
    }
    return first_not_finite(table->dtype, bytes, rows * columns);
}

void pr_table_set_scale(pr_table *table, int32_t row, int32_t rows, const float *scale) {
    __builtin_memcpy(table->scale + row, scale, (uint32_t)rows * sizeof(float));
}

void pr_table_scale_columns(const pr_table *table, const float *x, float *y) {
    if (x != y) __builtin_memcpy(y, x, (uint32_t)table->width * sizeof(float));
    for (int32_t k = 0; table->dtype == PR_I8 && table->is_turned && k < table->width; k++)
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
    float scale = table->dtype == PR_I8 && !table->is_turned ? table->scale[row] : 1;
    widen(table->dtype, table->values + (int64_t)row * table->stride * BYTES[table->dtype], scale,
          table->stride, y);
}

// A row as floats: where it stands, or widened to `room` (stride).
PR_INLINE const float *find_row(const pr_table *table, uint32_t row, float *room) {
    if (table->dtype == PR_F32)
        return (const float *)(const void *)table->values + (int64_t)row * table->stride;
    pr_table_row(table, row, room);
    return room;
}

// Four numbers of a row of halves or floats (of bytes, widened to floats).
PR_INLINE pr_f4 load_four(int32_t dtype, const uint8_t *at) {
    if (dtype == PR_F16) return pr_f4_load_half(at);
    if (dtype == PR_BF16) return pr_f4_load_bfloat(at);
    return pr_f4_load((const float *)(const void *)at);
}

// The products of two rows with x. Two sums a row hide the time that an addition takes.
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

// A row where it stands; of bytes, as floats in `room` (stride).
PR_INLINE const uint8_t *find_stored(const pr_table *table, int32_t dtype, uint32_t row,
                                     float *room) {
    if (dtype != PR_I8)
        return table->values + (uint64_t)row * (uint32_t)table->stride * (uint32_t)BYTES[dtype];
    pr_table_row(table, row, room);
    return (const uint8_t *)room;
}

// Row i together with row i + half: two reads that go straight ahead, far from each other.
// Neighbours read side by side would save as many loads of x, but where the table is larger than
// the caches memory gives a third as much for them.
PR_INLINE void dot(const pr_table *table, int32_t dtype, const float *x, const uint32_t *rows,
                   uint32_t first, int32_t count, float *y) {
    int32_t half = (count + 1) / 2;
    for (int32_t i = 0; i < half; i++) {
        int32_t j = i + half < count ? i + half : i;
        const uint8_t *a =
            find_stored(table, dtype, rows ? rows[i] : first + (uint32_t)i, table->room);
        const uint8_t *b = j == i ? a
                                  : find_stored(table, dtype, rows ? rows[j] : first + (uint32_t)j,
                                                table->room + table->stride);
        dot_two(dtype, a, b, x, table->stride, y + i, y + j);
    }
}

// A copy for each dtype, so that none is asked for inside.
void pr_table_dot(const pr_table *table, const float *x, const uint32_t *rows, uint32_t first,
                  int32_t count, float *y) {
    switch (table->dtype) {
        case PR_F16: dot(table, PR_F16, x, rows, first, count, y); break;
        case PR_BF16: dot(table, PR_BF16, x, rows, first, count, y); break;
        case PR_I8: dot(table, PR_I8, x, rows, first, count, y); break;
        default: dot(table, PR_F32, x, rows, first, count, y);
    }
}

// sum (stride) += four weighted rows
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

// high + low += sum. What rounding takes from high goes to low.
static void settle(const float *sum, int32_t stride, float *high, float *low) {
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
                       int32_t count, float *high, float *low) {
    float *sum = table->room + ROOM * table->stride;
    for (int32_t start = 0; start < count; start += SETTLED) {
        int32_t end = start + SETTLED < count ? start + SETTLED : count;
        for (int32_t k = 0; k < table->stride; k++) sum[k] = 0;
        for (int32_t four = start; four < end; four += 4) {
            const float *row[4];
            float weight[4];
            for (int r = 0; r < 4; r++) {
                row[r] = find_row(table, rows[four + r < end ? four + r : four],
                                  table->room + r * table->stride);
                weight[r] = four + r < end ? weights[four + r] : 0;
            }
            add_four(row, weight, table->stride, sum);
        }
        settle(sum, table->stride, high, low);
    }
}

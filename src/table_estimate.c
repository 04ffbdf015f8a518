#include "table_estimate.h"

#include "simd16.h"
#include "stored.h"

// The largest |q|; of a table of bytes, and with half a step that was rounded off.
enum { Q_MAX = 127 };
static const float BYTE_MAX = 128.5f;

// Smaller scales would lose digits.
static const float SCALE_MIN = 1e-32f;

// Of each rounding of a float, relative; what those of a unit may lose. Of a score, relative and
// absolute: its sum with bias and constant, and the comparison with others.
static const float ROUNDING = 0x1p-24f, UNIT = 1.02f, SCORE = 0x1p-21f, SCORE_MIN = 1e-35f;

static int32_t is_shared(const pr_table *table) {
    return table->dtype == PR_I8 && !table->is_transposed;
}

void pr_table_estimate_plan(pr_table_estimate *estimate, pr_arena *arena, const pr_table *table) {
    estimate->bytes = *table;
    if (!is_shared(table))
        pr_table_plan(&estimate->bytes, arena, PR_I8, 0, table->rows, table->width);
    estimate->x = pr_arena_take(arena, 3 * (uint64_t)pr_round_up(table->width, 16));
}

// ---- rounding

// bytes (count) = x (count) in steps of the scale that it returns: NaN where a number is not
// finite. Not inline: engines compile a function well once it was called often.
__attribute__((noinline)) static float round_row(const float *x, int32_t count, uint8_t *bytes) {
    float peak = SCALE_MIN * Q_MAX;
    for (int32_t k = 0; k < count; k++) {
        float size = __builtin_fabsf(x[k]);
        if (size > peak) peak = size;
        peak += x[k] - x[k];
    }
    float scale = peak / Q_MAX;
    for (int32_t k = 0; k < count; k++) {
        float steps = peak > 0 ? x[k] / scale : 0;
        bytes[k] = (uint8_t)(int32_t)__builtin_rintf(steps) ^ pr_byte_shift(k);
    }
    return scale;
}

void pr_table_estimate_round(pr_table_estimate *estimate, const pr_table *table, float *scratch) {
    const pr_table *bytes = &estimate->bytes;
    for (int32_t r = 0; r < table->rows && !is_shared(table); r++) {
        pr_table_row(table, (uint32_t)r, scratch);
        bytes->scale[r] =
            round_row(scratch, bytes->stride, bytes->values + (int64_t)r * bytes->stride);
    }
}

// Two bytes of a row are a 16-bit number, low + 128 + 256 high (stored.h). Its product with the
// number of x for low holds 256 high times that number too much, which the number for high
// subtracts; the sum of the 128s, `shift`, is the same for all rows.
void pr_table_estimate_set(pr_table_estimate *estimate, const float *x) {
    int32_t stride = estimate->bytes.stride, shift = 0;
    const uint8_t *bytes = (uint8_t *)(estimate->x + pr_round_up(stride, 16));
    float step = round_row(x, stride, (uint8_t *)bytes), size = 0, lost = 0;
    for (int32_t k = 0; k < stride; k += 2) {
        int16_t *at = estimate->x + k / 16 * 16 + k % 16 / 2;
        int32_t low = (int8_t)(bytes[k] ^ 0x80), high = (int8_t)bytes[k + 1];
        at[0] = (int16_t)low;
        at[8] = (int16_t)(high - 256 * low);
        shift += 128 * low;
        size += __builtin_fabsf(x[k]) + __builtin_fabsf(x[k + 1]);
        lost += __builtin_fabsf(x[k] - step * (float)low) +
                __builtin_fabsf(x[k + 1] - step * (float)high);
    }
    size *= 0.5f + BYTE_MAX * ROUNDING * (float)(stride + 16);
    estimate->shift = shift;
    estimate->step = step;
    estimate->slack = UNIT * (size + BYTE_MAX * lost);
}

// ---- estimates

// Four rows at a time share the loads of x. They are a quarter apart, four sequential reads far
// from each other: neighbours would be read from a table larger than the caches at half the
// bandwidth.
void pr_table_estimate_dot(const pr_table_estimate *estimate, const float *bias, float constant,
                           const uint32_t *rows, int32_t count, float *y, float *unit) {
    int32_t quarter = (count + 3) / 4, stride = estimate->bytes.stride;
    for (int32_t i = 0; i < quarter; i++) {
        const uint8_t *at[4];
        pr_s4 sum[4];
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
            at[r] = estimate->bytes.values + (uint64_t)rows[i + r * quarter] * (uint32_t)stride;
            sum[r] = pr_s4_zero();
        }
#pragma GCC unroll 1
        for (const int16_t *x = estimate->x, *end = x + stride; x < end; x += 16) {
            pr_q8 low = pr_q8_load(x), high = pr_q8_load(x + 8);
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) {
                pr_q8 pairs = pr_q8_load(at[r]);
                sum[r] = pr_s4_dot(pr_q8_high(pairs), high, pr_s4_dot(pairs, low, sum[r]));
                at[r] += 16;
            }
        }
        pr_f4_store_apart(y + i, quarter, pr_s4_to_f4(pr_s4_sum4(sum, estimate->shift)));
    }
    for (int32_t i = 0; i < count; i++) {
        float scale = estimate->bytes.scale[rows[i]];
        y[i] = y[i] * (scale * estimate->step) + (constant + (bias ? bias[rows[i]] : 0));
        unit[i] =
            __builtin_fabsf(scale) * estimate->slack + (__builtin_fabsf(y[i]) * SCORE + SCORE_MIN);
    }
}

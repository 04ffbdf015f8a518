#include "convert.h"

#include "simd.h"

static float bits_to_float(uint32_t bits) {
    union {
        uint32_t bits;
        float value;
    } both = { bits };
    return both.value;
}

// IEEE half to single: the exponent is moved by a multiplication, which puts subnormals right too.
static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = half & 0x7fff;
    if (rest >= 0x7c00) return bits_to_float(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    return bits_to_float(sign | 0x3f800000) * (bits_to_float(rest << 13) * 0x1p112f);
}

// The index of the first NaN or infinity, or -1. x - x is 0 for every finite x, and NaN for the
// others.
static int32_t first_not_finite(const float *values, int32_t count) {
    pr_f4 sum = pr_f4_zero();
    int32_t whole = count / 4 * 4;
    for (int32_t i = 0; i < whole; i += 4) {
        pr_f4 four = pr_f4_load(values + i);
        sum = pr_f4_add(sum, pr_f4_sub(four, four));
    }
    for (int32_t i = pr_f4_sum(sum) == 0 ? whole : 0; i < count; i++)
        if (!__builtin_isfinite(values[i])) return i;
    return -1;
}

int32_t pr_convert(int32_t dtype, const void *bytes, const float *scale, int32_t rows,
                   int32_t width, float *values) {
    const uint16_t *halves = bytes;
    const int8_t *steps = bytes;
    int32_t count = rows * width;
    switch (dtype) {
        case PR_F16:
            for (int32_t i = 0; i < count; i++) values[i] = half_to_float(halves[i]);
            break;
        case PR_BF16:
            for (int32_t i = 0; i < count; i++)
                values[i] = bits_to_float((uint32_t)halves[i] << 16);
            break;
        case PR_I8:
            for (int32_t row = 0; row < rows; row++)
                for (int32_t i = row * width; i < (row + 1) * width; i++)
                    values[i] = (float)steps[i] * scale[row];
            break;
        default: __builtin_memcpy(values, bytes, (uint32_t)count * sizeof(float));
    }
    return first_not_finite(values, count);
}

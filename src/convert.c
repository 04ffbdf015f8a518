#include "convert.h"

#include "stored.h"

// ---- search

static int32_t first_float(const float *values, int32_t count) {
    pr_f4 infinity = pr_f4_set1(__builtin_inff());
    int32_t i = 0;
    while (i + 4 <= count && pr_f4_all_less(pr_f4_abs(pr_f4_load(values + i)), infinity)) i += 4;
    for (; i < count; i++)
        if (!__builtin_isfinite(values[i])) return i;
    return -1;
}

// exponent: the bits that are all set in a NaN or an infinity.
static int32_t first_half(uint16_t exponent, const uint16_t *halves, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if ((halves[i] & exponent) == exponent) return i;
    return -1;
}

int32_t pr_first_not_finite(int32_t dtype, const void *numbers, int32_t count) {
    if (dtype == PR_F32) return first_float(numbers, count);
    return dtype == PR_I8 ? -1 : first_half(dtype == PR_F16 ? 0x7c00 : 0x7f80, numbers, count);
}

// ---- conversion

// Halves that are not finite are decoded to sizes from 65536, an infinity to just that.
PR_INLINE pr_f4 load_half(const uint16_t *halves) {
    pr_f4 value = pr_f4_load_half(halves), size = pr_f4_abs(value), max = pr_f4_set1(65536);
    pr_f4 infinity = pr_f4_mul(value, pr_f4_set1(__builtin_inff()));
    pr_f4 wrong = pr_f4_select_less(max, size, pr_f4_set1(__builtin_nanf("")), infinity);
    return pr_f4_select_less(size, max, value, wrong);
}

pr_status pr_convert(int32_t dtype, const void *numbers, const float *scale, int32_t rows,
                     int32_t width, float *values) {
    const uint16_t *halves = numbers;
    const int8_t *bytes = numbers;
    int32_t count = rows * width;
    switch (dtype) {
        case PR_F16:
            for (int32_t i = 0; i < count; i += 4) pr_f4_store(values + i, load_half(halves + i));
            break;
        case PR_BF16:
            for (int32_t i = 0; i < count; i += 4)
                pr_f4_store(values + i, pr_f4_load_bfloat(halves + i));
            break;
        case PR_I8:
            for (int32_t row = 0; row < rows; row++)
                for (int32_t i = row * width; i < (row + 1) * width; i++)
                    values[i] = (float)bytes[i] * scale[row];
            break;
        default: __builtin_memcpy(values, numbers, (uint32_t)count * sizeof(float));
    }
    return pr_first_not_finite(PR_F32, values, count) < 0 ? PR_OK : PR_ERR_NOT_FINITE;
}

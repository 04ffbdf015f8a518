#include "convert.h"

#include "stored.h"

// ---- search

// x - x is 0 for every finite x, and NaN for the others: whole fours are skipped by one sum.
static int32_t first_float(const float *values, int32_t count) {
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

// exponent: the bits that are all set in a NaN or an infinity.
static int32_t first_half(uint16_t exponent, const uint16_t *halves, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if ((halves[i] & exponent) == exponent) return i;
    return -1;
}

int32_t pr_first_not_finite(int32_t dtype, const void *numbers, int32_t count) {
    switch (dtype) {
        case PR_F32: return first_float(numbers, count);
        case PR_F16: return first_half(0x7c00, numbers, count);
        case PR_BF16: return first_half(0x7f80, numbers, count);
        default: return -1;
    }
}

// ---- conversion

PR_INLINE pr_f4 load_halves(int32_t dtype, const uint16_t *halves) {
    return dtype == PR_F16 ? pr_f4_load_half(halves) : pr_f4_load_bfloat(halves);
}

static void convert_halves(int32_t dtype, const uint16_t *halves, int32_t count, float *values) {
    int32_t i = 0;
    for (; i + 4 <= count; i += 4) pr_f4_store(values + i, load_halves(dtype, halves + i));
    for (; i < count; i++) {
        uint16_t four[4] = { halves[i] };
        values[i] = pr_f4_first(load_halves(dtype, four));
    }
}

// Corrects NaN and infinities, which pr_f4_load_half does not decode.
static void correct_not_finite(const uint16_t *halves, int32_t count, float *values) {
    int32_t first = pr_first_not_finite(PR_F16, halves, count);
    for (int32_t i = first; first >= 0 && i < count; i++) {
        if ((halves[i] & 0x7c00) != 0x7c00) continue;
        float infinity = halves[i] & 0x8000 ? -__builtin_inff() : __builtin_inff();
        values[i] = halves[i] & 0x3ff ? __builtin_nanf("") : infinity;
    }
}

pr_status pr_convert(int32_t dtype, const void *numbers, const float *scale, int32_t rows,
                     int32_t width, float *values) {
    const int8_t *bytes = numbers;
    int32_t count = rows * width;
    switch (dtype) {
        case PR_F16:
            convert_halves(PR_F16, numbers, count, values);
            correct_not_finite(numbers, count, values);
            break;
        case PR_BF16: convert_halves(PR_BF16, numbers, count, values); break;
        case PR_I8:
            for (int32_t row = 0; row < rows; row++)
                for (int32_t i = row * width; i < (row + 1) * width; i++)
                    values[i] = (float)bytes[i] * scale[row];
            break;
        default: __builtin_memcpy(values, numbers, (uint32_t)count * sizeof(float));
    }
    return pr_first_not_finite(PR_F32, values, count) < 0 ? PR_OK : PR_ERR_NOT_FINITE;
}

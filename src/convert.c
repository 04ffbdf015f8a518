#include "convert.h"

static float bits_to_float(uint32_t bits) {
    union { uint32_t bits; float value; } both = { bits };
    return both.value;
}

// IEEE half to single: the exponent is moved by a multiplication, which puts subnormals right too.
static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = half & 0x7fff;
    if (rest >= 0x7c00) return bits_to_float(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    return bits_to_float(sign | 0x3f800000) * (bits_to_float(rest << 13) * 0x1p112f);
}

int32_t pr_convert(int32_t dtype, const void *bytes, const float *scale, int32_t rows, int32_t width, float *values) {
    const uint16_t *halves = bytes;
    int32_t bad = -1;
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t i = row * width; i < (row + 1) * width; i++) {
            switch (dtype) {
                case PR_F16: values[i] = half_to_float(halves[i]); break;
                case PR_BF16: values[i] = bits_to_float((uint32_t)halves[i] << 16); break;
                case PR_I8: values[i] = (float)((const int8_t *)bytes)[i] * scale[row]; break;
                default: values[i] = ((const float *)bytes)[i];
            }
            if (bad < 0 && !__builtin_isfinite(values[i])) bad = i;
        }
    }
    return bad;
}

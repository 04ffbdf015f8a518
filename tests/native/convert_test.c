// Stored numbers to float32: every half, bfloat16, scaled bytes, and what is not finite.
#include "../../src/convert.h"
#include "check.h"

static uint16_t halves[65536];
static float values[65536];

static double half_value(uint16_t half) {
    double sign = half & 0x8000 ? -1 : 1, power = 1;
    int exponent = (half >> 10) & 31, fraction = half & 1023;
    for (int i = 25; i > (exponent ? exponent : 1); i--) power /= 2;
    for (int i = 25; i < exponent; i++) power *= 2;
    return sign * power * (exponent ? 1024 + fraction : fraction);
}

int run(void) {
    int32_t finite = 0;
    for (uint32_t bits = 0; bits < 65536; bits++)
        if ((bits & 0x7c00) != 0x7c00) halves[finite++] = (uint16_t)bits;
    CHECK(pr_convert(PR_F16, halves, 0, 1, finite, values) == PR_OK);
    for (int32_t i = 0; i < finite; i++) CHECK(values[i] == half_value(halves[i]));

    uint16_t special[4] = { 0x3c00, 0x7c00, 0x7e00, 0xfc00 };
    CHECK(pr_convert(PR_F16, special, 0, 1, 4, values) == PR_ERR_NOT_FINITE);
    CHECK(pr_first_not_finite(PR_F16, special, 4) == 1);
    CHECK(pr_first_not_finite(PR_F32, values, 4) == 1);
    CHECK(values[0] == 1 && values[1] == __builtin_inff() && values[2] != values[2]);
    CHECK(values[3] == -__builtin_inff());

    uint16_t brain[4] = { 0x3f80, 0xc040, 0x0000, 0x7f80 };
    CHECK(pr_convert(PR_BF16, brain, 0, 2, 2, values) == PR_ERR_NOT_FINITE);
    CHECK(pr_first_not_finite(PR_BF16, brain, 4) == 3 &&
          pr_first_not_finite(PR_BF16, brain, 3) == -1);
    CHECK(values[0] == 1 && values[1] == -3 && values[2] == 0);

    int8_t bytes[4] = { -127, 127, 2, 0 };
    float scale[2] = { 0.5f, 0.25f };
    CHECK(pr_convert(PR_I8, bytes, scale, 2, 2, values) == PR_OK);
    CHECK(values[0] == -63.5f && values[1] == 63.5f && values[2] == 0.5f && values[3] == 0);

    float plain[4] = { 2, __builtin_nanf("") };
    CHECK(pr_convert(PR_F32, plain, 0, 1, 2, values) == PR_ERR_NOT_FINITE && values[0] == 2);
    CHECK(pr_first_not_finite(PR_F32, plain, 2) == 1 &&
          pr_first_not_finite(PR_F32, plain, 1) == -1);
    CHECK(pr_first_not_finite(PR_I8, bytes, 4) == -1);
    return 0;
}

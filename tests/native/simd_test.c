// Every vector operation against plain C, then stored numbers, the activations, exp, sigmoid, tanh,
// log1p and softplus against float64.
#include "../../src/convert.h"
#include "../../src/math.h"
#include "../../src/stored.h"
#include "check.h"

// Relative errors that math.h and activation.h promise.
static const double ERROR_EXP = 2e-7, ERROR_SIGMOID = 4e-7, ERROR_TANH = 5e-7, ERROR_LOG1P = 3e-7;
static const double ERROR_SOFTPLUS = 1e-6, ERROR_ACTIVATION = 5e-7, ERROR_DERIVATIVE = 1e-5;
// Step of the difference quotient that a derivative is compared with.
static const double STEP = 1e-5;

static const float A[4] = { 1.5f, -2.25f, 0.0f, 3.0f }, B[4] = { -0.5f, 4.0f, 7.0f, 2.5f };

static int lanes_are(pr_f4 found, float a, float b, float c, float d) {
    float lane[4];
    pr_f4_store(lane, found);
    return lane[0] == a && lane[1] == b && lane[2] == c && lane[3] == d;
}

static int arithmetic(void) {
    pr_f4 a = pr_f4_load(A), b = pr_f4_load(B);
    CHECK(lanes_are(a, 1.5f, -2.25f, 0, 3));
    CHECK(lanes_are(pr_f4_zero(), 0, 0, 0, 0));
    CHECK(lanes_are(pr_f4_set1(2.5f), 2.5f, 2.5f, 2.5f, 2.5f));
    CHECK(lanes_are(pr_f4_load1(A + 1), -2.25f, -2.25f, -2.25f, -2.25f));
    CHECK(lanes_are(pr_f4_add(a, b), 1, 1.75f, 7, 5.5f));
    CHECK(lanes_are(pr_f4_sub(a, b), 2, -6.25f, -7, 0.5f));
    CHECK(lanes_are(pr_f4_mul(a, b), -0.75f, -9, 0, 7.5f));
    CHECK(lanes_are(pr_f4_div(a, b), -3, -0.5625f, 0, 1.2f));
    CHECK(lanes_are(pr_f4_fma(a, b, pr_f4_set1(1)), 0.25f, -8, 1, 8.5f));
    CHECK(lanes_are(pr_f4_abs(a), 1.5f, 2.25f, 0, 3));
    return 0;
}

static int comparisons(void) {
    pr_f4 a = pr_f4_load(A), b = pr_f4_load(B);
    CHECK(lanes_are(pr_f4_max(a, b), 1.5f, 4, 7, 3));
    CHECK(lanes_are(pr_f4_min(a, b), -0.5f, -2.25f, 0, 2.5f));
    CHECK(lanes_are(pr_f4_select_less(a, b, pr_f4_set1(1), pr_f4_set1(0)), 0, 1, 1, 0));
    // A NaN as first operand stays: a ReLU does not hide a broken input.
    CHECK(pr_f4_first(pr_f4_max(pr_f4_set1(__builtin_nanf("")), pr_f4_zero())) !=
          pr_f4_first(pr_f4_max(pr_f4_set1(__builtin_nanf("")), pr_f4_zero())));
    return 0;
}

static int rearrangements(void) {
    pr_f4 a = pr_f4_load(A), b = pr_f4_load(B), m[4] = { a, b, pr_f4_set1(9), pr_f4_zero() };
    CHECK(lanes_are(pr_f4_nearest(pr_f4_load((float[]){ 1.4f, -1.6f, 2.5f, 3.5f })), 1, -2, 2, 4));
    CHECK(lanes_are(pr_f4_power2(pr_f4_load((float[]){ 0, 1, -2, 10 })), 1, 2, 0.25f, 1024));
    CHECK(lanes_are(pr_f4_sum4(a, b, pr_f4_set1(1), pr_f4_zero()), 2.25f, 13, 4, 0));
    CHECK(pr_f4_sum(a) == 2.25f && pr_f4_first(b) == -0.5f);
    pr_f4_transpose(m);
    CHECK(lanes_are(m[0], 1.5f, -0.5f, 9, 0) && lanes_are(m[1], -2.25f, 4, 9, 0));
    CHECK(lanes_are(m[2], 0, 7, 9, 0) && lanes_are(m[3], 3, 2.5f, 9, 0));
    CHECK(pr_round_up(0, 4) == 0 && pr_round_up(1, 4) == 4 && pr_round_up(8, 8) == 8 &&
          pr_round_up(9, 8) == 16);
    return 0;
}

// The errors promised in math.h.
static int functions(void) {
    for (double x = -86; x < 87; x += 0.0371) {
        float at = (float)x;
        CHECK(is_close_relative(pr_f4_first(pr_f4_exp(pr_f4_set1(at))), reference_exp(at),
                                ERROR_EXP));
        CHECK(is_close_relative(pr_f4_first(pr_f4_sigmoid(pr_f4_set1(at))), reference_sigmoid(at),
                                ERROR_SIGMOID));
        CHECK(is_close_relative(pr_f4_first(pr_f4_tanh(pr_f4_set1(at / 10))),
                                reference_tanh(at / 10), ERROR_TANH));
        double softplus = (at > 0 ? at : 0) + reference_log1p(reference_exp(-absolute(at)));
        CHECK(is_close_relative(pr_f4_first(pr_f4_softplus(pr_f4_set1(at))), softplus,
                                ERROR_SOFTPLUS));
    }
    for (float y = 0; y <= 1; y += 0.00137f)
        CHECK(is_close_relative(pr_f4_first(pr_f4_log1p(pr_f4_set1(y))), reference_log1p(y),
                                ERROR_LOG1P));
    return 0;
}

static int extremes(void) {
    CHECK(pr_f4_first(pr_f4_sigmoid(pr_f4_set1(1e30f))) == 1);
    CHECK(pr_f4_first(pr_f4_sigmoid(pr_f4_set1(-1e30f))) >= 0 &&
          pr_f4_first(pr_f4_sigmoid(pr_f4_set1(-1e30f))) < 1e-37f);
    CHECK(pr_f4_first(pr_f4_tanh(pr_f4_set1(-1e30f))) == -1 &&
          pr_f4_first(pr_f4_tanh(pr_f4_zero())) == 0);
    CHECK(pr_f4_first(pr_f4_exp(pr_f4_set1(1e30f))) < __builtin_inff());
    return 0;
}

// Decoding: every finite half, some bfloat16s, every byte.
static int stored_numbers(void) {
    for (uint32_t bits = 0; bits < 65536; bits++) {
        uint16_t half[4] = { (uint16_t)bits, 0x3c00, 0x8001, 0xc000 };
        float one[4];
        if ((bits & 0x7c00) != 0x7c00) {
            CHECK(pr_convert(PR_F16, half, 0, 1, 1, one) == PR_OK);
            CHECK(lanes_are(pr_f4_load_half(half), one[0], 1, -0x1p-24f, -2));
        }
        if ((bits & 0x7f80) != 0x7f80) {
            CHECK(pr_convert(PR_BF16, half, 0, 1, 1, one) == PR_OK);
            CHECK(pr_f4_first(pr_f4_load_bfloat(half)) == one[0]);
        }
    }
    for (int value = -128; value < 128; value++) {
        uint8_t byte[4] = { (uint8_t)(value ^ 0x80), 0x80, 127 ^ 0x80,
                            0 }; // every other one with 128 added
        CHECK(lanes_are(pr_f4_load_byte(byte), (float)value, -128, 127, 0));
    }
    uint8_t shifted[16];
    int8_t bytes[16] = { -128, -1, 0, 1, 127, 2, -3, 4, 5, -6, 7, -8, 9, 10, -11, 12 };
    pr_f4 four[4];
    for (int32_t k = 0; k < 16; k++) shifted[k] = (uint8_t)bytes[k] ^ pr_byte_shift(k);
    pr_f4_load_bytes(shifted, four);
    CHECK(lanes_are(four[0], -128, -1, 0, 1) && lanes_are(four[1], 127, 2, -3, 4));
    CHECK(lanes_are(four[2], 5, -6, 7, -8) && lanes_are(four[3], 9, 10, -11, 12));
    return 0;
}

static int doubles(void) {
    double a[2] = { 1.5, -3 }, sum[2];
    pr_d2_store(sum, pr_d2_add(pr_d2_load(a), pr_d2_mul(pr_d2_set1(0.1), pr_d2_load(a))));
    CHECK(sum[0] == 1.5 + 0.1 * 1.5 && sum[1] == -3 + 0.1 * -3);
    return 0;
}

// Every activation where it is steep, flat and around 0, and its derivative against a difference.
static int activations(void) {
    for (int32_t activation = PR_IDENTITY; activation <= PR_SELU; activation++) {
        for (double at = -9; at < 9; at += 0.0173) {
            float x[4] = { (float)at, (float)at, (float)at, (float)at },
                  gradient[4] = { 2, 2, 2, 2 };
            double below = reference_activation(activation, x[0] - STEP),
                   above = reference_activation(activation, x[0] + STEP);
            double expected = reference_activation(activation, x[0]);
            pr_activation_apply(activation, x, 4);
            CHECK(is_close(x[0], expected, ERROR_ACTIVATION) && x[3] == x[0]);
            pr_activation_backward(activation, x, gradient, 4);
            if (absolute(at) > 1e-3)
                CHECK(is_close(gradient[2], (above - below) / STEP, ERROR_DERIVATIVE));
        }
    }
    for (double at = -80; at < 80; at += 0.0173) {
        float x[4] = { (float)at, (float)at, (float)at, (float)at };
        double expected = reference_activation(PR_SWISH, x[0]);
        pr_activation_apply(PR_SWISH, x, 4);
        CHECK(is_close_relative(x[1], expected, ERROR_ACTIVATION));
    }
    for (double at = -9; at < 9; at += 0.0173) {
        float x[4] = { (float)at, (float)at, (float)at, (float)at };
        double expected = reference_activation(PR_GELU, x[0]);
        pr_activation_apply(PR_GELU, x, 4);
        CHECK(is_close(x[2], expected, ERROR_ACTIVATION));
    }
    float far[4] = { -1e4f, -3e38f, 3e38f, 0 };
    pr_activation_apply(PR_GELU, far, 4);
    CHECK(absolute(far[0]) < 1e-30 && absolute(far[1]) < 1e-30 && far[2] == 3e38f && far[3] == 0);
    far[0] = -1e4f, far[1] = -3e38f;
    pr_activation_apply(PR_SWISH, far, 4);
    CHECK(absolute(far[0]) < 1e-30 && absolute(far[1]) < 1e-30 && far[2] == 3e38f && far[3] == 0);
    float x[4] = { -3, 2, 0, 1 }, same[4] = { -3, 2, 0, 1 };
    pr_activation_apply_rest(PR_RELU, x, 4);
    for (int i = 0; i < 4; i++) CHECK(x[i] == same[i]);
    pr_activation_apply(PR_EXP, x, 4);
    for (int i = 0; i < 4; i++) CHECK(is_close_relative(x[i], reference_exp(same[i]), ERROR_EXP));
    return 0;
}

int run(void) {
    PASS(arithmetic());
    PASS(comparisons());
    PASS(rearrangements());
    PASS(functions());
    PASS(extremes());
    PASS(stored_numbers());
    PASS(doubles());
    PASS(activations());
    return 0;
}

// Outputs of raw scores, and the sum of a softmax over pieces of any size.
#include "../../src/output.h"
#include "check.h"

enum { COUNT = 103 };

static const double TOLERANCE_SUM = 1e-6, TOLERANCE_OUTPUT = 1e-6;

static float raw[COUNT + 1], values[COUNT + 1];

static int check_log_sum(float scale, int32_t step) {
    fill_random(raw, COUNT, scale);
    pr_log_sum found = { -__builtin_inf(), 0 };
    double max = raw[0], sum = 0;
    for (int32_t i = 0; i < COUNT; i += step)
        pr_log_sum_add(&found, raw + i, COUNT - i < step ? COUNT - i : step);
    for (int32_t i = 0; i < COUNT; i++) max = raw[i] > max ? raw[i] : max;
    for (int32_t i = 0; i < COUNT; i++) sum += raw[i] - max > -80 ? reference_exp(raw[i] - max) : 0;
    CHECK(found.max == max && is_close(found.sum, sum, TOLERANCE_SUM));
    return 0;
}

int run(void) {
    pr_output rating = {
        .activation = PR_SIGMOID, .scale = 5, .shift = 0.5f, .minimum = 1, .maximum = 4.5f
    };
    fill_random(raw, COUNT + 1, 6);
    for (int32_t i = 0; i < COUNT + 1; i++) values[i] = raw[i];
    pr_output_apply(&rating, values, COUNT + 1);
    for (int32_t i = 0; i < COUNT + 1; i++) {
        double expected = 5 * reference_sigmoid(raw[i]) + 0.5;
        CHECK(is_close(values[i],
                       expected < 1     ? 1
                       : expected > 4.5 ? 4.5
                                        : expected,
                       TOLERANCE_OUTPUT));
    }
    pr_output share = { .activation = PR_EXP,
                        .offset = 2,
                        .scale = 1,
                        .minimum = -__builtin_inff(),
                        .maximum = __builtin_inff() };
    for (int32_t i = 0; i < COUNT + 1; i++) values[i] = raw[i];
    pr_output_apply(&share, values, COUNT + 1);
    for (int32_t i = 0; i < COUNT + 1; i++)
        CHECK(is_close_relative(values[i], reference_exp(raw[i] - 2), TOLERANCE));
    for (int32_t step = 1; step < COUNT + 2; step += 17) {
        PASS(check_log_sum(0.1f, step));
        PASS(check_log_sum(50, step));
        PASS(check_log_sum(1000, step));
    }
    return 0;
}

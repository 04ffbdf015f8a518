// Numbers of a file to floats, activations and their slopes, output functions, the sum of a softmax
// in pieces: against float64.
#include "../../../src/convert.h"
#include "../../../src/output.h"
#include "fuzz.h"

enum { COUNT_MAX = 40 };

static int is_number(float x) { return x == x; }

static void check_convert(void) {
    int32_t dtype = fuzz_below(4), rows = fuzz_from(1, 6), width = fuzz_from(1, 7),
            count = rows * width, padded = pr_round_up(count, 4), size = pr_dtype_bytes(dtype);
    uint8_t *stored = fuzz_zeros((uint64_t)(padded * size));
    float plain[64], *scale = fuzz_floats(rows), *values = fuzz_floats(padded);
    fuzz_store(dtype, count, stored, plain);
    for (int32_t i = 0; i < rows; i++) scale[i] = fuzz_uniform();
    REQUIRE(pr_first_not_finite(dtype, stored, count) == -1);
    REQUIRE(pr_convert(dtype, stored, dtype == PR_I8 ? scale : 0, rows, width, values) == PR_OK);
    for (int32_t i = 0; i < count; i++)
        REQUIRE(values[i] == (dtype == PR_I8 ? plain[i] * scale[i / width] : plain[i]));
    if (dtype == PR_I8) return;
    // One that is not finite is found.
    int32_t at = (int32_t)fuzz_draw(count);
    uint32_t bits = dtype == PR_F32   ? 0x7f800000u | (fuzz_flag() ? 0x400000u : 0)
                    : dtype == PR_F16 ? 0x7c00u | (fuzz_flag() ? 0x200u : 0)
                                      : 0x7f80u | (fuzz_flag() ? 0x40u : 0);
    memcpy(stored + at * size, &bits, (size_t)size);
    REQUIRE(pr_first_not_finite(dtype, stored, count) == at);
    REQUIRE(pr_convert(dtype, stored, 0, rows, width, values) == PR_ERR_NOT_FINITE);
}

static void check_activation(void) {
    int32_t activation = fuzz_below(PR_SWISH + 1), count = pr_round_up(fuzz_from(1, COUNT_MAX), 4);
    float *x = fuzz_floats(count), *y = fuzz_floats(count), *gradient = fuzz_floats(count);
    fuzz_fill(x, count, fuzz_flag() ? 3 : 40);
    if (fuzz_flag()) x[fuzz_draw(count)] = __builtin_nanf("");
    memcpy(y, x, sizeof(float) * (size_t)count);
    pr_activation_apply(activation, y, count);
    for (int32_t i = 0; i < count; i++) {
        gradient[i] = 1;
        REQUIRE(is_number(y[i]) == is_number(x[i]) || activation == PR_RELU);
        if (is_number(x[i]) && absolute(x[i]) < 80)
            REQUIRE(is_close(y[i], reference_activation(activation, x[i]), 3e-6));
    }
    if (activation == PR_SWISH) return;
    pr_activation_backward(activation, y, gradient, count);
    for (int32_t i = 0; i < count; i++) {
        double at = x[i], step = 1e-5;
        if (!is_number(x[i]) || absolute(at) > 20 || absolute(at) < 1e-4) continue;
        double slope = (reference_activation(activation, at + step) -
                        reference_activation(activation, at - step)) /
                       (2 * step);
        REQUIRE(is_close(gradient[i], slope, 2e-5));
    }
}

static void check_output(void) {
    int32_t count = pr_round_up(fuzz_from(1, COUNT_MAX), 4);
    float *values = fuzz_floats(count), *raw = fuzz_floats(count);
    pr_output output = { .activation = fuzz_flag() ? PR_SIGMOID : PR_IDENTITY,
                         .offset = fuzz_number(1),
                         .scale = fuzz_number(5),
                         .shift = fuzz_number(1),
                         .minimum = 1,
                         .maximum = 4.5f };
    fuzz_fill(raw, count, 8);
    memcpy(values, raw, sizeof(float) * (size_t)count);
    pr_output_apply(&output, values, count);
    for (int32_t i = 0; i < count; i++) {
        REQUIRE(!is_number(values[i]) || (values[i] >= 1 && values[i] <= 4.5f));
        if (fuzz_is_wild) continue;
        double expected =
            reference_activation(output.activation, (double)raw[i] - output.offset) * output.scale +
            output.shift;
        expected = expected < 1 ? 1 : expected > 4.5 ? 4.5 : expected;
        REQUIRE(is_close(values[i], expected, 1e-5));
    }
}

// Pieces of any size give the sum of the whole.
static void check_log_sum(void) {
    int32_t count = fuzz_from(1, COUNT_MAX);
    float *raw = fuzz_floats(count);
    pr_log_sum found = { -__builtin_inf(), 0 };
    fuzz_fill(raw, count, fuzz_flag() ? 1 : 60);
    double max = raw[0], sum = 0;
    for (int32_t done = 0; done < count;) {
        int32_t piece = 1 + (int32_t)fuzz_draw(count - done);
        pr_log_sum_add(&found, raw + done, piece);
        done += piece;
    }
    for (int32_t i = 0; i < count; i++) max = raw[i] > max ? raw[i] : max;
    for (int32_t i = 0; i < count; i++) sum += raw[i] - max > -80 ? reference_exp(raw[i] - max) : 0;
    REQUIRE(found.max == max);
    REQUIRE(is_close(found.sum, sum, 3e-6));
}

void fuzz_output(void) {
    check_convert();
    check_activation();
    check_output();
    check_log_sum();
}

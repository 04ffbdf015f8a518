// The 8-bit layer against integers and floats in plain C: sums at their limits, errors of rounding,
// any width, rows that are zero, tiny, or not finite.
#include "../../src/dense8.h"
#include "check.h"

#ifdef PR_HAS_DOT8

enum { WIDE = 520, OUT = 12, BLOCKS = 2 };

static float weight[OUT * WIDE], bias[OUT], x[BLOCKS * WIDE * PR_ROWS];
static union {
    long long align;
    unsigned char bytes[1 << 20];
} memory;
static pr_dense layer;
static pr_dense8 rounded;
static uint8_t *q;
static float *step, *y;

static int32_t of(int32_t block, int32_t k, int32_t row, int32_t width) {
    return (block * width + k) * PR_ROWS + row;
}

// The layer of `weight` (outputs, inputs) in float32 and in 8 bits.
static int set_up(int32_t inputs, int32_t outputs) {
    pr_arena arena = { (uintptr_t)memory.bytes };
    for (uint64_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_dense_plan(&layer, &arena, inputs, outputs, PR_IDENTITY);
    for (int32_t o = 0; o < outputs; o++) {
        pr_dense_set_row(&layer, o, weight + o * inputs);
        layer.bias[o] = bias[o];
    }
    pr_dense8_plan(&rounded, &arena, &layer);
    q = pr_arena_take(&arena, (uint64_t)(BLOCKS * rounded.inputs * PR_ROWS));
    step = pr_arena_floats(&arena, BLOCKS, PR_ROWS);
    y = pr_arena_floats(&arena, BLOCKS * PR_ROWS, rounded.outputs);
    CHECK(arena.at <= (uintptr_t)memory.bytes + sizeof(memory.bytes));
    return pr_dense8_round(&rounded, &layer) ? 0 : __LINE__;
}

static void forward(int32_t width) {
    pr_dense8_round_rows(&rounded, x, width, BLOCKS, q, step);
    pr_dense8_forward(&rounded, q, step, BLOCKS, y);
}

// The result is that of the rounded numbers, in exact integers, and near that of the numbers.
static int check_row(int32_t block, int32_t row, int32_t inputs, int32_t outputs, int32_t width) {
    double by = step[block * PR_ROWS + row];
    for (int32_t o = 0; o < outputs; o++) {
        double exact = bias[o], whole = 0, size = 0;
        for (int32_t k = 0; k < inputs; k++) {
            double number = x[of(block, k, row, width)], w = weight[o * inputs + k];
            int32_t steps = by > 0 ? (int32_t)(number / by + 0.5) : 0;
            double scaled = rounded.scale[o] > 0 ? w / rounded.scale[o] : 0;
            whole += steps * (int32_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
            exact += number * w;
            size += number * (rounded.scale[o] / 2) + by / 2 * absolute(w);
        }
        double found = y[of(block, o, row, rounded.outputs)];
        // A number half-way between two steps may be rounded either way.
        double slack = by * rounded.scale[o] * PR_W8_MAX * 4;
        CHECK(absolute(found - (whole * by * rounded.scale[o] + bias[o])) <=
              slack + 1e-5 * (1 + absolute(found)));
        CHECK(absolute(found - exact) <= 1.1 * size + slack + 1e-5);
    }
    return 0;
}

static int check_shape(int32_t inputs, int32_t outputs) {
    int32_t width = pr_round_up(inputs, PR_PANEL);
    fill_random(weight, outputs * inputs, 1);
    fill_random(bias, outputs, 1);
    for (int32_t i = 0; i < BLOCKS * width * PR_ROWS; i++) x[i] = absolute(random_value());
    for (int32_t k = 0; k < width; k++) {
        x[of(0, k, 1, width)] = 0;
        x[of(0, k, 2, width)] *= 1e-38f;
        x[of(1, k, 3, width)] *= 1e30f;
    }
    PASS(set_up(inputs, outputs));
    forward(width);
    for (int32_t block = 0; block < BLOCKS; block++)
        for (int32_t row = 0; row < PR_ROWS; row++)
            if (!(block == 1 && row == 3)) PASS(check_row(block, row, inputs, outputs, width));
    return 0;
}

// Every product at its limit, with both signs: a sum of four must not saturate in 16 bits.
static int limits(void) {
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int32_t i = 0; i < OUT * WIDE; i++) weight[i] = (float)(sign * PR_W8_MAX);
        for (int32_t i = 0; i < OUT; i++) bias[i] = 0;
        for (int32_t i = 0; i < BLOCKS * WIDE * PR_ROWS; i++) x[i] = PR_X8_MAX;
        PASS(set_up(WIDE, OUT));
        forward(WIDE);
        for (int32_t i = 0; i < BLOCKS * OUT * PR_ROWS; i++)
            CHECK(y[i] == (float)(sign * PR_W8_MAX * PR_X8_MAX * WIDE));
    }
    return 0;
}

// A row with a number that is not finite is NaN in every output, and no other row is.
static int not_finite(void) {
    const float bad[] = { __builtin_inff(), __builtin_nanf("") };
    fill_random(weight, OUT * WIDE, 1);
    for (int i = 0; i < 2; i++) {
        for (int32_t k = 0; k < BLOCKS * WIDE * PR_ROWS; k++) x[k] = 1;
        for (int32_t k = 0; k < WIDE; k++) x[of(0, k, 5, WIDE)] = bad[i];
        PASS(set_up(WIDE, OUT));
        forward(WIDE);
        for (int32_t o = 0; o < OUT; o++)
            for (int32_t row = 0; row < PR_ROWS; row++) {
                float found = y[of(0, o, row, OUT)];
                CHECK(row == 5 ? found != found : found == found);
            }
    }
    fill_random(weight, OUT * WIDE, 1e38f);
    CHECK(set_up(WIDE, OUT) != 0); // scales beyond the range
    return 0;
}

int run(void) {
    for (int32_t inputs = 1; inputs <= 40; inputs++) PASS(check_shape(inputs, 1 + inputs % OUT));
    PASS(check_shape(WIDE, OUT));
    PASS(limits());
    PASS(not_finite());
    CHECK(pr_dense8_takes(PR_RELU) && !pr_dense8_takes(PR_TANH));
    return 0;
}

#else

int run(void) {
    CHECK(!pr_dense8_takes(PR_RELU));
    return 0;
}

#endif

// Dense layers in 16-bit integers against float64 of the rounded numbers, to the bit, and of the
// numbers themselves, within what rounding allows. Sums stay within 32 bits in the worst case, what
// is not finite spoils its whole row, and the bits are the same everywhere.
#include "../../src/dense16.h"
#include "check.h"

// Below it, numbers of a row count as zeros.
static const double TINY = 1e-30;
enum { INPUTS_MAX = 4096, OUTPUTS_MAX = 12, BLOCKS = 2, COUNT = BLOCKS * PR_ROWS };

static union {
    long long align;
    unsigned char bytes[8 * INPUTS_MAX * OUTPUTS_MAX];
} memory;
static pr_dense layer;
static pr_dense16 rounded;
static float weight[OUTPUTS_MAX][INPUTS_MAX], bias[OUTPUTS_MAX];
static float x[BLOCKS * INPUTS_MAX * PR_ROWS], y[COUNT * OUTPUTS_MAX], step[COUNT];
static int16_t q[BLOCKS * INPUTS_MAX * PR_ROWS];
static int32_t x_width;
static uint32_t hash = 2166136261u; // FNV-1a of all outputs of random layers

// Both layers from weight and bias. Returns what pr_dense16_round does.
static int32_t load(int32_t inputs, int32_t outputs, int32_t activation) {
    pr_arena arena = { (uintptr_t)memory.bytes };
    for (uint64_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_dense_plan(&layer, &arena, inputs, outputs, activation);
    for (int32_t o = 0; o < outputs; o++) {
        pr_dense_set_row(&layer, o, weight[o]);
        layer.bias[o] = bias[o];
    }
    pr_dense16_plan(&rounded, &arena, &layer);
    x_width = pr_round_up(inputs, PR_PANEL);
    return pr_dense16_round(&rounded, &layer);
}

static void run_layer(void) {
    pr_dense16_round_rows(&rounded, x, x_width, BLOCKS, q, step);
    pr_dense16_forward(&rounded, q, step, BLOCKS, y);
}

// Input k of a row, and where outputs and rounded numbers lie.
static float *x_at(int32_t row, int32_t k) {
    return &x[(row / PR_ROWS * x_width + k) * PR_ROWS + row % PR_ROWS];
}
static float *y_at(int32_t row, int32_t o) {
    return &y[(row / PR_ROWS * rounded.outputs + o) * PR_ROWS + row % PR_ROWS];
}
static int32_t q_at(int32_t row, int32_t k) {
    int32_t block = row / PR_ROWS * rounded.inputs / 2 + k / 2;
    return q[(block * PR_ROWS + row % PR_ROWS) * 2 + k % 2];
}
static int32_t weight_at(int32_t o, int32_t k) {
    int32_t panel = o / PR_PANEL * rounded.inputs / 2 + k / 2;
    return rounded.weight[(panel * PR_PANEL + o % PR_PANEL) * 2 + k % 2];
}

// Any sum of this output's weights, whatever the inputs are, is below 2^31.
static int check_bound(int32_t o) {
    int64_t sizes = 0;
    for (int32_t k = 0; k < rounded.inputs; k++) {
        int32_t w = weight_at(o, k);
        CHECK(w >= -0x7fff);
        sizes += w < 0 ? -w : w;
    }
    CHECK(sizes * rounded.x_max <= 0x7fffffff);
    return 0;
}

// An output before its activation, which is the identity.
static int check_output(int32_t row, int32_t o) {
    int64_t sum = 0;
    double exact = bias[o], sizes = absolute(bias[o]), weights = 0, error = 0,
           unit = rounded.scale[o];
    for (int32_t k = 0; k < layer.inputs; k++) {
        double product = (double)weight[o][k] * *x_at(row, k);
        sum += (int64_t)q_at(row, k) * weight_at(o, k);
        exact += product;
        sizes += absolute(product);
        weights += absolute(weight[o][k]);
        error += 0.5 * (absolute(weight[o][k]) * step[row] + absolute(*x_at(row, k)) * unit) +
                 0.25 * unit * step[row];
    }
    float product = (float)sum * (rounded.scale[o] * step[row]);
    CHECK(*y_at(row, o) == product + bias[o]);
    CHECK(absolute(*y_at(row, o) - exact) <= error * 1.01 + sizes * 1e-6 + weights * TINY);
    return 0;
}

static int check_layer(int32_t outputs) {
    run_layer();
    for (int32_t row = 0; row < COUNT; row++)
        for (int32_t k = 0; k < layer.inputs; k++) {
            CHECK(q_at(row, k) <= rounded.x_max && q_at(row, k) >= -rounded.x_max);
            CHECK(absolute(q_at(row, k) * (double)step[row] - *x_at(row, k)) <=
                  0.505 * step[row] + TINY);
        }
    for (int32_t o = 0; o < outputs; o++) {
        PASS(check_bound(o));
        for (int32_t row = 0; row < COUNT; row++) PASS(check_output(row, o));
    }
    for (int32_t o = outputs; o < rounded.outputs; o++) // padding
        for (int32_t row = 0; row < COUNT; row++) CHECK(*y_at(row, o) == 0);
    return 0;
}

static void fill_weights(int32_t inputs, int32_t outputs, float scale) {
    for (int32_t o = 0; o < outputs; o++) fill_random(weight[o], inputs, scale);
    fill_random(bias, outputs, 0.5f * scale);
}

// Rows of very different sizes, the first of zeros, the second too small to count.
static void fill_inputs(void) {
    fill_random(x, BLOCKS * x_width * PR_ROWS, 1);
    for (int32_t row = 0; row < COUNT; row++)
        for (int32_t k = 0; k < layer.inputs; k++)
            *x_at(row, k) *= row == 0 ? 0 : row == 1 ? 1e-38f : row == 2 ? 1e20f : (float)row;
}

static int random_layer(int32_t inputs, int32_t outputs, float scale) {
    fill_weights(inputs, outputs, scale);
    CHECK(load(inputs, outputs, PR_IDENTITY));
    fill_inputs();
    PASS(check_layer(outputs));
    for (int32_t row = 0; row < 2; row++)
        for (int32_t o = 0; o < outputs; o++)
            CHECK(is_close(*y_at(row, o), bias[o], inputs * 1e-32));
    for (int32_t row = 0; row < COUNT; row++)
        for (int32_t o = 0; o < outputs; o++) {
            uint32_t bits;
            __builtin_memcpy(&bits, y_at(row, o), sizeof bits);
            hash = (hash ^ bits) * 16777619u;
        }
    return 0;
}

// All inputs at their largest, with the signs of the weights, so that nothing cancels.
static int worst_inputs(int32_t inputs, float size) {
    CHECK(load(inputs, 3, PR_IDENTITY));
    for (int32_t row = 0; row < COUNT; row++)
        for (int32_t k = 0; k < inputs; k++) *x_at(row, k) = weight[row % 3][k] < 0 ? -size : size;
    PASS(check_layer(3));
    for (int32_t row = 0; row < COUNT; row++)
        for (int32_t k = 0; k < inputs; k++) *x_at(row, k) = -*x_at(row, k);
    return check_layer(3);
}

static int worst_case(int32_t inputs, float size) {
    for (int32_t k = 0; k < inputs; k++) {
        weight[0][k] = size; // all equal
        weight[1][k] = random_below(2) ? size : -size;
        weight[2][k] = k ? size / (float)inputs : size; // as much in one as in all others
    }
    fill_random(bias, 3, size);
    PASS(worst_inputs(inputs, 1));
    PASS(worst_inputs(inputs, 1e-20f));
    return worst_inputs(inputs, 3e9f);
}

// Weights that round up by a half each, so that rounding adds the most to a sum: all but one are
// n + 1/2 steps.
static int rounding_up(int32_t inputs) {
    for (int32_t k = 0; k < inputs; k++) weight[0][k] = weight[1][k] = weight[2][k] = 1;
    CHECK(load(inputs, 3, PR_IDENTITY));
    float unit = rounded.scale[0];
    for (int32_t k = 0; k < inputs; k++)
        for (int32_t o = 0; o < 3; o++)
            weight[o][k] = ((float)weight_at(0, 0) - (float)o - 0.499f) * unit;
    return worst_inputs(inputs, 1);
}

// Outputs of very different sizes, and weights of very different sizes in one output.
static int mixed_sizes(int32_t inputs) {
    for (int32_t k = 0; k < inputs; k++) {
        weight[0][k] = 1e6f * random_value();
        weight[1][k] = 1e-6f * random_value();
        weight[2][k] = (k % 7 ? 1e-6f : 1e6f) * random_value();
        weight[3][k] = 0;
        weight[4][k] = k == inputs - 1 ? 1 : 1e-42f; // but one, all are subnormal
    }
    fill_random(bias, 5, 1);
    CHECK(load(inputs, 5, PR_IDENTITY));
    fill_inputs();
    return check_layer(5);
}

// What is not finite anywhere in a row makes all its outputs NaN, and no other's.
static int check_spoilt(int32_t inputs, int32_t activation, float value) {
    enum { OUTPUTS = 6 };
    static float before[COUNT * OUTPUTS_MAX];
    fill_weights(inputs, OUTPUTS, 0.3f);
    CHECK(load(inputs, OUTPUTS, activation));
    for (int32_t k = 0; k < inputs; k += 1 + k / 2) {
        int32_t row = random_below(COUNT);
        fill_random(x, BLOCKS * x_width * PR_ROWS, 1);
        run_layer();
        __builtin_memcpy(before, y, sizeof y);
        *x_at(row, k) = value;
        run_layer();
        CHECK(step[row] != step[row]);
        for (int32_t i = 0; i < COUNT; i++)
            for (int32_t o = 0; o < OUTPUTS; o++) {
                float found = *y_at(i, o);
                CHECK(i == row ? found != found : found == before[y_at(i, o) - y]);
            }
    }
    return 0;
}

static int not_finite(void) {
    static const int32_t widths[] = { 1, 2, 5, 64 };
    for (int32_t w = 0; w < 4; w++)
        for (int32_t activation = PR_IDENTITY; activation <= PR_GELU; activation++) {
            if (activation == PR_EXP) continue; // of outputs alone
            PASS(check_spoilt(widths[w], activation, __builtin_nanf("")));
            PASS(check_spoilt(widths[w], activation, __builtin_inff()));
            PASS(check_spoilt(widths[w], activation, -__builtin_inff()));
        }
    return 0;
}

// The activation is that of the layer in float32.
static int activations(void) {
    enum { INPUTS = 31, OUTPUTS = 6 };
    static float expected[COUNT * OUTPUTS_MAX];
    fill_weights(INPUTS, OUTPUTS, 1);
    for (int32_t activation = PR_IDENTITY; activation <= PR_GELU; activation++) {
        if (activation == PR_EXP) continue;
        CHECK(load(INPUTS, OUTPUTS, activation));
        fill_random(x, BLOCKS * x_width * PR_ROWS, 1);
        run_layer();
        pr_dense_forward(&layer, x, x_width, BLOCKS, expected);
        for (int32_t row = 0; row < COUNT; row++)
            for (int32_t o = 0; o < OUTPUTS; o++)
                CHECK(is_close(*y_at(row, o), expected[y_at(row, o) - y], 2e-3));
    }
    return 0;
}

// Scales that leave the range of a float are refused; zeros are not.
static int range(void) {
    static const struct {
        float size;
        int32_t fits;
    } cases[] = { { 0, 1 }, { 1e-20f, 1 }, { 1e-38f, 0 }, { 1e30f, 1 }, { 3e38f, 0 }, { 1, 1 } };
    for (int32_t i = 0; i < 6; i++) {
        for (int32_t k = 0; k < 16; k++) weight[0][k] = weight[1][k] = k % 2 ? 1 : -1;
        for (int32_t k = 0; k < 16; k++) weight[1][k] *= cases[i].size;
        bias[0] = bias[1] = 0;
        CHECK(load(16, 2, PR_IDENTITY) == cases[i].fits);
    }
    return 0;
}

int run(void) {
    static const int32_t widths[] = { 1,  2,   3,   4,   5,   7,   8,    9,    10,   11,
                                      31, 127, 128, 255, 512, 999, 1024, 2047, 4095, 4096 };
    for (int32_t i = 0; i < 20; i++) {
        int32_t inputs = widths[i];
        for (int32_t outputs = 1; outputs <= 5; outputs += 2)
            PASS(random_layer(inputs, outputs, outputs == 1 ? 1e-9f : outputs == 3 ? 0.1f : 1e9f));
        PASS(worst_case(inputs, 1));
        PASS(worst_case(inputs, 3e-5f));
        PASS(worst_case(inputs, 1e9f));
        PASS(rounding_up(inputs));
        PASS(mixed_sizes(inputs));
    }
    CHECK(hash == 3396299516u); // the same everywhere
    PASS(not_finite());
    PASS(activations());
    return range();
}

// The dense layer against float64, for every small shape and some large ones.
#include "../../src/dense.h"
#include "check.h"

enum { WIDTH = 300, BLOCKS = 3 };

static float weight[WIDTH * WIDTH], row_major[WIDTH * WIDTH], bias[WIDTH],
    x[BLOCKS * WIDTH * PR_ROWS], y[BLOCKS * WIDTH * PR_ROWS], one[WIDTH], alone[WIDTH];

static int check_shape(int32_t inputs, int32_t outputs, int32_t blocks, int32_t activation) {
    pr_dense layer = { inputs, outputs, activation, weight, bias };
    int32_t width = pr_round_up(outputs, PR_PANEL);
    for (int32_t i = 0; i < width * inputs; i++) weight[i] = 0;
    fill_random(row_major, inputs * outputs, 1.0f / (float)inputs);
    fill_random(bias, outputs, 1);
    for (int32_t i = outputs; i < width; i++) bias[i] = 0;
    fill_random(x, blocks * inputs * PR_ROWS, 2);
    for (int32_t o = 0; o < outputs; o++) pr_dense_set_row(&layer, o, row_major + o * inputs);
    pr_dense_forward(&layer, x, inputs, blocks, y);
    for (int32_t row = 0; row < blocks * PR_ROWS; row++) {
        const float *from = x + row / PR_ROWS * inputs * PR_ROWS + row % PR_ROWS;
        const float *to = y + row / PR_ROWS * width * PR_ROWS + row % PR_ROWS;
        for (int32_t k = 0; k < inputs; k++) one[k] = from[k * PR_ROWS];
        pr_dense_forward_one(&layer, one, alone);
        for (int32_t o = 0; o < outputs; o++) {
            double sum = bias[o];
            for (int32_t k = 0; k < inputs; k++)
                sum += (double)row_major[o * inputs + k] * from[k * PR_ROWS];
            CHECK(is_close(to[o * PR_ROWS], reference_activation(activation, sum), TOLERANCE));
            CHECK(alone[o] == to[o * PR_ROWS]);
        }
    }
    return 0;
}

// Setting W's rows as columns of the transposed layer gives W'.
static int check_transposed(int32_t inputs, int32_t outputs) {
    static float transposed[WIDTH * WIDTH];
    pr_dense layer = { inputs, outputs, PR_IDENTITY, weight, bias };
    pr_dense back = { outputs, inputs, PR_IDENTITY, transposed, bias };
    for (int32_t i = 0; i < WIDTH; i++) bias[i] = 0;
    for (int32_t i = 0; i < WIDTH * WIDTH; i++) weight[i] = transposed[i] = 0;
    fill_random(row_major, inputs * outputs, 1);
    for (int32_t o = 0; o < outputs; o++) {
        pr_dense_set_row(&layer, o, row_major + o * inputs);
        pr_dense_set_column(&back, o, row_major + o * inputs);
    }
    for (int32_t o = 0; o < outputs; o++) {
        for (int32_t k = 0; k < outputs; k++) one[k] = k == o;
        pr_dense_forward_one(&back, one, alone);
        for (int32_t k = 0; k < inputs; k++) CHECK(alone[k] == row_major[o * inputs + k]);
    }
    return 0;
}

int run(void) {
    for (int32_t inputs = 1; inputs < 20; inputs++)
        for (int32_t outputs = 1; outputs < 20; outputs++) {
            PASS(check_shape(inputs, outputs, 1 + inputs % BLOCKS, (inputs + outputs) % 4));
            PASS(check_transposed(inputs, outputs));
        }
    PASS(check_shape(257, 129, BLOCKS, PR_RELU));
    PASS(check_shape(300, 300, 1, PR_IDENTITY));
    PASS(check_transposed(257, 64));
    return 0;
}

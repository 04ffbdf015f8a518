#include "dense16.h"

#include "activation.h"

enum { Q_MAX = 0x7fff };

// The range of a number's bits is shared by x and the weights so that both lose about as much by
// rounding, where a row's largest number is some five times its mean.
static int32_t x_max_of(int32_t inputs) {
    double max = __builtin_sqrt(5.0 * 0x7fffffff / inputs);
    return max < Q_MAX ? (int32_t)max : Q_MAX;
}

void pr_dense16_plan(pr_dense16 *layer, pr_arena *arena, const pr_dense *from) {
    layer->group = 2;
    layer->x_max = x_max_of(from->inputs);
    pr_rounded_plan(layer, arena, from);
}

int32_t pr_dense16_round(pr_dense16 *layer, const pr_dense *from) {
    return pr_rounded_round(layer, from, Q_MAX);
}

// q and step of four rows of a block; x and q begin at the first of them.
static void round_four(const pr_dense16 *layer, const float *x, int16_t *q, float *step) {
    pr_f4 factor = pr_round_step(x, layer->inputs, layer->x_max, step);
    for (int32_t k = 0; k < layer->inputs; k += 2)
        pr_q8_store(q + k * PR_ROWS,
                    pr_q8_round(pr_f4_mul(pr_f4_load(x + k * PR_ROWS), factor),
                                pr_f4_mul(pr_f4_load(x + (k + 1) * PR_ROWS), factor)));
}

void pr_dense16_round_rows(const pr_dense16 *layer, const float *x, int32_t x_width, int32_t blocks,
                           int16_t *q, float *step) {
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t r = 0; r < PR_ROWS; r += 4)
            round_four(layer, x + block * x_width * PR_ROWS + r,
                       q + block * layer->inputs * PR_ROWS + 2 * r, step + block * PR_ROWS + r);
}

// y (PR_PANEL, PR_ROWS) = max(floor, scale step (q' (PR_ROWS, inputs) panel (inputs, PR_PANEL)) +
// bias). As panel_forward of dense.c: all sums stay in registers.
PR_INLINE void panel_forward(const int16_t *q, const int16_t *panel, const float *scale,
                             const float *bias, const float *step, int32_t inputs, pr_f4 floor,
                             float *y) {
    const int16_t *end = panel + inputs * PR_PANEL;
    pr_s4 sum[PR_PANEL][2];
#pragma GCC unroll 4
    for (int c = 0; c < PR_PANEL; c++) sum[c][0] = sum[c][1] = pr_s4_zero();
#pragma GCC unroll 1
    for (; panel != end; panel += 2 * PR_PANEL, q += 2 * PR_ROWS) {
        pr_q8 low = pr_q8_load(q), high = pr_q8_load(q + 8);
#pragma GCC unroll 4
        for (int c = 0; c < PR_PANEL; c++) {
            pr_q8 weight = pr_q8_load_pair(panel + 2 * c);
            sum[c][0] = pr_s4_dot(low, weight, sum[c][0]);
            sum[c][1] = pr_s4_dot(high, weight, sum[c][1]);
        }
    }
    pr_panel_store(sum, scale, bias, step, floor, y);
}

void pr_dense16_forward(const pr_dense16 *layer, const int16_t *q, const float *step,
                        int32_t blocks, float *y) {
    pr_f4 floor = pr_activation_floor(layer->activation);
    for (int32_t column = 0; column < layer->outputs; column += PR_PANEL)
        for (int32_t block = 0; block < blocks; block++)
            panel_forward(q + block * layer->inputs * PR_ROWS,
                          layer->weight + column * layer->inputs, layer->scale + column,
                          layer->bias + column, step + block * PR_ROWS, layer->inputs, floor,
                          y + (block * layer->outputs + column) * PR_ROWS);
    pr_activation_apply_rest(layer->activation, y, blocks * layer->outputs * PR_ROWS);
}

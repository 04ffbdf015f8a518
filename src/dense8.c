#include "dense8.h"

#ifdef PR_HAS_DOT8

void pr_dense8_plan(pr_dense8 *layer, pr_arena *arena, const pr_dense *from) {
    layer->group = 4;
    layer->x_max = PR_X8_MAX;
    pr_rounded_plan(layer, arena, from);
}

int32_t pr_dense8_round(pr_dense8 *layer, const pr_dense *from) {
    return pr_rounded_round(layer, from, PR_W8_MAX);
}

// q and step of four rows of a block; x and q begin at the first of them.
static void round_four(const pr_dense8 *layer, const float *x, int32_t x_width, uint8_t *q,
                       float *step) {
    int32_t inputs = x_width < layer->inputs ? x_width : layer->inputs;
    pr_f4 factor = pr_round_step(x, inputs, PR_X8_MAX, step);
    for (int32_t k = 0; k < layer->inputs; k += 4) {
        pr_f4 four[4];
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++)
            four[j] =
                k < inputs ? pr_f4_mul(pr_f4_load(x + (k + j) * PR_ROWS), factor) : pr_f4_zero();
        pr_b16_store(q + k * PR_ROWS, pr_b16_round(four));
    }
}

void pr_dense8_round_rows(const pr_dense8 *layer, const float *x, int32_t x_width, int32_t blocks,
                          uint8_t *q, float *step) {
    for (int32_t block = 0; block < blocks; block++)
        for (int32_t r = 0; r < PR_ROWS; r += 4)
            round_four(layer, x + block * x_width * PR_ROWS + r, x_width,
                       q + block * layer->inputs * PR_ROWS + 4 * r, step + block * PR_ROWS + r);
}

// As panel_forward of dense16.c, eight inputs at a time.
PR_INLINE void panel_forward(const uint8_t *q, const int8_t *panel, const float *scale,
                             const float *bias, const float *step, int32_t inputs, pr_f4 floor,
                             float *y) {
    const int8_t *end = panel + inputs * PR_PANEL;
    pr_s4 sum[PR_PANEL][2];
#pragma GCC unroll 4
    for (int c = 0; c < PR_PANEL; c++) sum[c][0] = sum[c][1] = pr_s4_zero();
#pragma GCC unroll 1
    for (; panel != end; panel += 8 * PR_PANEL, q += 8 * PR_ROWS) {
        pr_b16 low[2] = { pr_b16_load(q), pr_b16_load(q + 32) },
               high[2] = { pr_b16_load(q + 16), pr_b16_load(q + 48) };
#pragma GCC unroll 4
        for (int c = 0; c < PR_PANEL; c++) {
            pr_b16 weight[2] = { pr_b16_load_four(panel + 4 * c),
                                 pr_b16_load_four(panel + 4 * PR_PANEL + 4 * c) };
            sum[c][0] = pr_s4_dot8(low, weight, sum[c][0]);
            sum[c][1] = pr_s4_dot8(high, weight, sum[c][1]);
        }
    }
    pr_panel_store(sum, scale, bias, step, floor, y);
}

void pr_dense8_forward(const pr_dense8 *layer, const uint8_t *q, const float *step, int32_t blocks,
                       float *y) {
    pr_f4 floor = pr_activation_floor(layer->activation);
    for (int32_t column = 0; column < layer->outputs; column += PR_PANEL)
        for (int32_t block = 0; block < blocks; block++)
            panel_forward(q + block * layer->inputs * PR_ROWS,
                          layer->weight8 + column * layer->inputs, layer->scale + column,
                          layer->bias + column, step + block * PR_ROWS, layer->inputs, floor,
                          y + (block * layer->outputs + column) * PR_ROWS);
    pr_activation_apply_rest(layer->activation, y, blocks * layer->outputs * PR_ROWS);
}

#endif

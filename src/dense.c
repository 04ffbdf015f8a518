#include "dense.h"

#include "activation.h"

int32_t pr_dense_is_fused(void) {
#ifdef __wasm_relaxed_simd__
    return 1;
#else
    return 0;
#endif
}

void pr_dense_plan(pr_dense *layer, pr_arena *arena, int32_t inputs, int32_t outputs,
                   int32_t activation) {
    int32_t width = pr_round_up(outputs, PR_PANEL);
    layer->inputs = inputs;
    layer->outputs = outputs;
    layer->activation = activation;
    layer->weight = pr_arena_floats(arena, width, inputs);
    layer->bias = pr_arena_floats(arena, 1, width);
}

void pr_dense_set_row(pr_dense *layer, int32_t output, const float *row) {
    float *panel =
        layer->weight + (output / PR_PANEL) * layer->inputs * PR_PANEL + output % PR_PANEL;
    for (int32_t k = 0; k < layer->inputs; k++) panel[k * PR_PANEL] = row[k];
}

void pr_dense_set_column(pr_dense *transposed, int32_t output, const float *row) {
    for (int32_t k = 0; k < transposed->outputs; k++) {
        int32_t panel = k / PR_PANEL * transposed->inputs + output;
        transposed->weight[panel * PR_PANEL + k % PR_PANEL] = row[k];
    }
}

// y (PR_PANEL, PR_ROWS) = max(floor, (x' (PR_ROWS, inputs) panel (inputs, PR_PANEL) + bias)'). All
// sums stay in registers. The loop stays rolled: if unrolled, the compiler gathers its loads and
// the engine spills the sums.
PR_INLINE void panel_forward(const float *x, const float *panel, const float *bias, int32_t inputs,
                             pr_f4 floor, float *y) {
    const float *end = panel + inputs * PR_PANEL;
    pr_f4 sum[PR_PANEL][2];
#pragma GCC unroll 4
    for (int c = 0; c < PR_PANEL; c++) sum[c][0] = sum[c][1] = pr_f4_load1(bias + c);
#pragma GCC unroll 1
    for (; panel != end; panel += PR_PANEL, x += PR_ROWS) {
        pr_f4 low = pr_f4_load(x), high = pr_f4_load(x + 4);
#pragma GCC unroll 4
        for (int c = 0; c < PR_PANEL; c++) {
            pr_f4 weight = pr_f4_load1(panel + c);
            sum[c][0] = pr_f4_fma(low, weight, sum[c][0]);
            sum[c][1] = pr_f4_fma(high, weight, sum[c][1]);
        }
    }
#pragma GCC unroll 4
    for (int c = 0; c < PR_PANEL; c++) {
        pr_f4_store(y + c * PR_ROWS, pr_f4_max(sum[c][0], floor));
        pr_f4_store(y + c * PR_ROWS + 4, pr_f4_max(sum[c][1], floor));
    }
}

// The panel is the outer loop: it stays in the first-level cache for all blocks.
void pr_dense_forward(const pr_dense *layer, const float *x, int32_t x_width, int32_t blocks,
                      float *y) {
    int32_t width = pr_round_up(layer->outputs, PR_PANEL);
    pr_f4 floor = pr_activation_floor(layer->activation);
    for (int32_t column = 0; column < width; column += PR_PANEL)
        for (int32_t block = 0; block < blocks; block++)
            panel_forward(x + block * x_width * PR_ROWS, layer->weight + column * layer->inputs,
                          layer->bias + column, layer->inputs, floor,
                          y + (block * width + column) * PR_ROWS);
    pr_activation_apply_rest(layer->activation, y, blocks * width * PR_ROWS);
}

// Panels whose sums run at once for a single row, so that additions overlap.
enum { PANELS = 4 };

// y (panels * PR_PANEL at column) = max(floor, W x (inputs) + bias)
PR_INLINE void row_forward(const pr_dense *layer, const float *x, int32_t column, int32_t panels,
                           pr_f4 floor, float *y) {
    int32_t inputs = layer->inputs;
    const float *panel = layer->weight + column * inputs;
    pr_f4 sum[PANELS];
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++) sum[p] = pr_f4_load(layer->bias + column + p * PR_PANEL);
    for (int32_t k = 0; k < inputs; k++) {
        pr_f4 value = pr_f4_load1(x + k);
#pragma GCC unroll 4
        for (int p = 0; p < panels; p++)
            sum[p] = pr_f4_fma(value, pr_f4_load(panel + (p * inputs + k) * PR_PANEL), sum[p]);
    }
#pragma GCC unroll 4
    for (int p = 0; p < panels; p++)
        pr_f4_store(y + column + p * PR_PANEL, pr_f4_max(sum[p], floor));
}

void pr_dense_forward_one(const pr_dense *layer, const float *x, float *y) {
    int32_t width = pr_round_up(layer->outputs, PR_PANEL), column = 0;
    pr_f4 floor = pr_activation_floor(layer->activation);
    for (; column + PANELS * PR_PANEL <= width; column += PANELS * PR_PANEL)
        row_forward(layer, x, column, PANELS, floor, y);
    for (; column < width; column += PR_PANEL) row_forward(layer, x, column, 1, floor, y);
    pr_activation_apply_rest(layer->activation, y, width);
}

// to (width, to_stride) = from (height, from_stride) transposed. Height and width in fours.
__attribute__((noinline)) static void transpose(const float *from, int32_t from_stride,
                                                int32_t height, int32_t width, float *to,
                                                int32_t to_stride) {
    for (int32_t i = 0; i < height; i += 4)
        for (int32_t j = 0; j < width; j += 4) {
            pr_f4 four[4];
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) four[r] = pr_f4_load(from + (i + r) * from_stride + j);
            pr_f4_transpose(four);
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) pr_f4_store(to + (j + r) * to_stride + i, four[r]);
        }
}

void pr_dense_forward_rows(const pr_dense *layer, const float *x, int32_t x_stride, int32_t rows,
                           float *y, int32_t y_stride, float *scratch) {
    int32_t width = pr_round_up(layer->inputs, 4), row = 0;
    float *result = scratch + width * PR_ROWS;
    for (; row + PR_ROWS <= rows; row += PR_ROWS) {
        transpose(x + row * x_stride, x_stride, PR_ROWS, width, scratch, PR_ROWS);
        pr_dense_forward(layer, scratch, width, 1, result);
        transpose(result, PR_ROWS, pr_round_up(layer->outputs, 4), PR_ROWS, y + row * y_stride,
                  y_stride);
    }
    for (; row < rows; row++) pr_dense_forward_one(layer, x + row * x_stride, y + row * y_stride);
}

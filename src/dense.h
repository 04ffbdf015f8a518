// A dense layer over packed weights: y (rows, outputs) = activation(x (rows, inputs) W' + b).
//
// Rows are processed in blocks of PR_ROWS, the rows of a block side by side: x[k][row] for every
// input k, so that a vector holds one input of four rows. A layer's output has the layout of the
// next layer's input.
#ifndef PR_DENSE_H
#define PR_DENSE_H

#include "arena.h"

enum {
    PR_ROWS = 8, // rows of a block
    PR_PANEL = 4, // columns computed together; a layer's width is padded to it
};

typedef struct pr_dense {
    int32_t inputs, outputs;
    int32_t activation;
    // W' in panels: (padded outputs / PR_PANEL, inputs, PR_PANEL), padding zero
    float *weight;
    float *bias; // (padded outputs), padding zero
} pr_dense;

// Whether multiply-add has one rounding (relaxed SIMD) or two (the same bits everywhere).
int32_t pr_dense_is_fused(void);

// Lays a layer out in the arena; its owner zeroes the memory and sets weights and bias.
void pr_dense_plan(pr_dense *layer, pr_arena *arena, int32_t inputs, int32_t outputs,
                   int32_t activation);

// Packs row `output` of W (outputs, inputs): row (inputs).
void pr_dense_set_row(pr_dense *layer, int32_t output, const float *row);

// Packs the same row as column `output` of W', the weights of the transposed layer.
void pr_dense_set_column(pr_dense *transposed, int32_t output, const float *row);

// y (blocks, padded outputs, PR_ROWS) = activation(x (blocks, x_width, PR_ROWS) W' + b), where
// x_width >= inputs is the number of columns from one block of x to the next. y must not overlap x.
// The result of a row depends on that row alone, to the bit.
void pr_dense_forward(const pr_dense *layer, const float *x, int32_t x_width, int32_t blocks,
                      float *y);

// The same for one row: y (padded outputs) = activation(W x (inputs) + b), the same bits as a
// block.
void pr_dense_forward_one(const pr_dense *layer, const float *x, float *y);

// The same for rows that follow one another: x (rows, x_stride), y (rows, y_stride), strides and
// addresses in multiples of four floats. A row of x is read, and one of y written, up to the next
// multiple of four. scratch (PR_ROWS, inputs and outputs, each padded to a multiple of four).
void pr_dense_forward_rows(const pr_dense *layer, const float *x, int32_t x_stride, int32_t rows,
                           float *y, int32_t y_stride, float *scratch);

#endif

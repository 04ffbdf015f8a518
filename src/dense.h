// A dense layer over packed weights: y (rows, outputs) = activation(x (rows, inputs) W' + b).
//
// Rows travel in blocks of PR_ROWS, the rows of a block side by side: x[k][row] for every input k,
// so that a vector holds one input of four rows. A layer's output is the next one's input as it
// stands.
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
    float *weight; // packed: (panels, inputs, PR_PANEL), panels = outputs / PR_PANEL rounded up,
                   // padding zero
    float *bias; // (panels * PR_PANEL), padding zero
} pr_dense;

// Whether multiply-add has one rounding (relaxed SIMD) or two (the same bits everywhere).
int32_t pr_dense_is_fused(void);

// Lays a layer out; weights and bias are zeros until they are set.
void pr_dense_plan(pr_dense *layer, pr_arena *arena, int32_t inputs, int32_t outputs,
                   int32_t activation);

// Puts row `output` of W (outputs, inputs) row-major into the packed weights.
void pr_dense_set_row(const pr_dense *layer, int32_t output, const float *row);

// Puts the same row as column `output` of the transposed layer (inputs and outputs changed round)
// into its weights.
void pr_dense_set_column(const pr_dense *transposed, int32_t output, const float *row);

// y (blocks, padded outputs, PR_ROWS) = activation(x (blocks, x_width, PR_ROWS) W' + b); x_width >=
// inputs is the number of columns from one block of x to the next. y must not overlap x. A row's
// result depends on that row alone, to the bit, whatever rows stand beside it.
void pr_dense_forward(const pr_dense *layer, const float *x, int32_t x_width, int32_t blocks,
                      float *y);

// The same for a single row: y (padded outputs) = activation(W x (inputs) + b), to the bit what a
// block gives.
void pr_dense_forward_one(const pr_dense *layer, const float *x, float *y);

#endif

// A matrix in the precision in which it was stored, read row by row: item tables, and the layers of
// an autoencoder.
//
// A tensor is (rows, columns) in its file. A table keeps it so, or turned, when what is asked for
// are its columns: an encoder's first layer (H, I) is read item by item. Rows of the table are
// padded with zeros to a multiple of four.
#ifndef PR_TABLE_H
#define PR_TABLE_H

#include "arena.h"
#include "convert.h"

typedef struct pr_table {
    int32_t dtype; // PR_F32, PR_F16, PR_BF16 or PR_I8
    int32_t is_turned; // whether a row of the table is a column of the tensor
    int32_t rows, width;
    int32_t stride; // numbers from a row to the next: width and its padding
    uint8_t *values; // (rows, stride); bytes as pr_byte_shift says
    float *scale; // of I8: (rows), or (stride) where the tensor was turned, since a scale belongs
                  // to its row
    float *room; // (5, stride) four rows widened to floats, and a sum of rows
} pr_table;

void pr_table_plan(pr_table *table, pr_arena *arena, int32_t dtype, int32_t is_turned, int32_t rows,
                   int32_t width);

// Puts a block of the tensor in place: rows x columns numbers, as the file has them, that stand at
// (row, column) of it. Gives the index in the block of the first one that is NaN or infinite, or
// -1.
int32_t pr_table_set(pr_table *table, int32_t row, int32_t rows, int32_t column, int32_t columns,
                     const void *bytes);

// Scales of the tensor's rows from `row` on. A table of another dtype has none.
void pr_table_set_scale(pr_table *table, int32_t row, int32_t rows, const float *scale);

// What x (width) becomes before pr_table_dot where scales belong to the columns: y (stride) = x *
// scale, padding zero; else x with its padding. x and y may be the same.
void pr_table_scale_columns(const pr_table *table, const float *x, float *y);

// y[i] = table[rows[i]] . x (stride, padding zero), for i < count; rows NULL: first, first + 1, ...
// A row's result depends on that row and x alone, to the bit.
void pr_table_dot(const pr_table *table, const float *x, const uint32_t *rows, uint32_t first,
                  int32_t count, float *y);

// y (stride) = a row as floats, without scales of columns.
void pr_table_row(const pr_table *table, uint32_t row, float *y);

// high + low (stride each) += sum_i weights[i] table[rows[i]], without scales of columns. Together
// the two hold a sum of about 48 bits (Knuth's two-sum), so that thousands of additions and
// withdrawals leave no trace.
void pr_table_add_rows(const pr_table *table, const uint32_t *rows, const float *weights,
                       int32_t count, float *high, float *low);

#endif

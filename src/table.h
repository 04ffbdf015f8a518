// A matrix in the precision in which it is stored, read row by row: item tables, the layers of an
// autoencoder, embeddings of features.
//
// A tensor is (rows, columns) in its file. A table is stored alike, or transposed where its columns
// are read: the first layer (hidden, items) of an encoder is read item by item. Rows of a table are
// padded with zeros to a multiple of four numbers.
//
//   dtype   values                      scale
//   F32     float                       none
//   F16     IEEE half                   none
//   BF16    bfloat16                    none
//   I8      byte, XOR pr_byte_shift     (rows), or (stride) of a transposed table: a scale belongs
//                                       to a row of the tensor
//
// A table is read-only once it is filled. Functions that need buffers take them as `scratch`.
//
//   pr_table_plan(&table, &arena, PR_I8, 0, I, width);
//   if (pr_table_set(&table, 0, I, 0, width, bytes)) return PR_ERR_NOT_FINITE;
//   pr_table_set_scale(&table, 0, I, scale);
//   pr_table_scale_columns(&table, x, padded);
//   pr_table_dot(&table, padded, 0, 0, I, y, scratch); // y (I) = table (I, width) x (width)
#ifndef PR_TABLE_H
#define PR_TABLE_H

#include "arena.h"
#include "convert.h"

enum { PR_TABLE_SCRATCH = 9 }; // rows of scratch (PR_TABLE_SCRATCH, stride)

typedef struct pr_table {
    int32_t dtype; // PR_F32, PR_F16, PR_BF16 or PR_I8
    int32_t is_transposed; // whether a row of the table is a column of the tensor
    int32_t rows, width;
    int32_t stride; // numbers from one row to the next: width and its padding
    uint8_t *values; // (rows, stride) of the dtype
    float *scale; // see above
} pr_table;

// Lays a table out in the arena.
void pr_table_plan(pr_table *table, pr_arena *arena, int32_t dtype, int32_t is_transposed,
                   int32_t rows, int32_t width);

// Stores a block of the tensor: numbers (rows, columns), as the file has them, at (row, column).
// PR_ERR_NOT_FINITE where one is NaN or infinite; pr_first_not_finite finds it.
pr_status pr_table_set(pr_table *table, int32_t row, int32_t rows, int32_t column, int32_t columns,
                       const void *numbers);

// Stores the scales of the tensor's rows `row` to `row + rows - 1`. I8 alone has scales.
void pr_table_set_scale(pr_table *table, int32_t row, int32_t rows, const float *scale);

// y (stride) = x (width), padded with zeros and, for a transposed I8 table, multiplied with the
// scales of the columns: the x of pr_table_dot. x and y may be the same.
void pr_table_scale_columns(const pr_table *table, const float *x, float *y);

// y (count) = table rows (count, stride) x (stride, padding zero). Rows are rows[i], or first + i
// where rows is NULL. The result of a row depends on that row and x alone, to the bit: that of the
// row converted to floats. scratch (4, stride).
void pr_table_dot(const pr_table *table, const float *x, const uint32_t *rows, uint32_t first,
                  int32_t count, float *y, float *scratch);

// y (vectors, count) = the same for several vectors x (vectors, x_stride), the same bits. Each row
// is read once. scratch (4, stride).
void pr_table_dot_many(const pr_table *table, const float *x, int32_t x_stride, int32_t vectors,
                       const uint32_t *rows, uint32_t first, int32_t count, float *y,
                       float *scratch);

// y (stride) = a row as floats, without scales of columns.
void pr_table_row(const pr_table *table, uint32_t row, float *y);

// high + low (stride each) += sum_i weights[i] table[rows[i]], without scales of columns. Together
// the two hold a sum of about 48 bits (Knuth's two-sum), so that thousands of additions and
// withdrawals leave no rounding behind. scratch (PR_TABLE_SCRATCH, stride).
void pr_table_add_rows(const pr_table *table, const uint32_t *rows, const float *weights,
                       int32_t count, float *high, float *low, float *scratch);

#endif

// Item to item: EASE (Steck, WWW 2019), SLIM (Ning and Karypis, ICDM 2011), ItemKNN (Deshpande and
// Karypis, TOIS 2004), ELSA (Vancura et al., RecSys 2022). docs/format.md has the tensors.
//
//   raw_j = sum over the history of x_i W (i, j)
//
//   layout        W (items, items)
//   PR_DENSE      all of it
//   PR_SPARSE     its numbers that are not 0, row by row (CSR)
//   PR_LOW_RANK   input (items, width) output (items, width)' - the diagonal
//
// A user is a history, sorted by row: a score depends on the set of interactions alone, to the bit.
// It is a float sum, row after row, whichever scores are asked for; the matrix of a dense and of a
// sparse file gives the same bits. The sums of the last user are kept: more scores for the same
// user only read them. Numbers keep the precision in which they are stored.
//
// Memory as in autoencoder.h: one block of pr_item_item_size bytes, 16-aligned and zeroed. The
// numbers of a dense or sparse matrix are copied as the file has them, to where pr_item_item_part
// says; input and output are tables.
//
//   pr_item_item *model = pr_item_item_init(address, &config);
//   __builtin_memcpy(pr_item_item_part(model, PR_ITEM_VALUES), weight, sizeof(weight));
//   uint32_t user[] = { 2, 0, 0, 0, 3, 7, 0x3f800000, 0x3f800000 }; // items 3 and 7, x = 1
//   pr_status status = pr_item_item_score(model, user, 0, 0, I, raw);
#ifndef PR_ITEM_ITEM_H
#define PR_ITEM_ITEM_H

#include "table.h"

enum { PR_DENSE = 0, PR_SPARSE = 1, PR_LOW_RANK = 2 };

// Words before the vector of a user.
enum { PR_ITEM_USER_HEADER = 4 };

// JavaScript writes the struct as 32-bit numbers, in this order.
typedef struct pr_item_item_config {
    int32_t items;
    int32_t layout;
    int32_t dtype; // of W's numbers, or of input
    int32_t count; // sparse: how many numbers there are
    int32_t width; // low rank, else 0
    int32_t output_dtype; // low rank; -1: output is input
} pr_item_item_config;

// What loading fills, by the numbers of pr_item_item_part.
enum {
    PR_ITEM_VALUES = 0, // W's numbers
    PR_ITEM_COLUMNS = 1, // uint32 (count), of a sparse matrix
    PR_ITEM_OFFSETS = 2, // uint32 (items + 1), where each row begins
    PR_ITEM_SCALE = 3, // floats (items), of I8
    PR_ITEM_DIAGONAL = 4, // floats (items), zeros if the file has none
    PR_ITEM_INPUT = 5, // a pr_table
    PR_ITEM_OUTPUT = 6, // a pr_table
};

typedef struct pr_item_item {
    pr_item_item_config config;
    void *part[PR_ITEM_INPUT];
    pr_table input, output;
    // Overwritten by calls. sums and user: of the last user.
    float *sums; // (items)
    uint32_t *user;
    float *numbers; // a block of a row
    float *table; // (PR_TABLE_SCRATCH, stride)
} pr_item_item;

// Bytes of a model.
uint64_t pr_item_item_size(const pr_item_item_config *config);

// Lays a model out at an address; the config is copied.
pr_item_item *pr_item_item_init(void *address, const pr_item_item_config *config);

// The address of a tensor or table, to be filled.
void *pr_item_item_part(pr_item_item *model, int32_t part);

// Search: the first of `count` sparse rows from `first` on whose offsets do not rise from 0 to the
// number of columns, or whose columns do not rise below `items`; or -1. The other functions rely on
// it.
int32_t pr_item_item_first_bad(const pr_item_item *model, int32_t first, int32_t count);

// A user is words of 32 bits: the number of interactions and three zeros, a vector (floats, stride
// of a low rank), rows (distinct, rising, in range), inputs x (floats). Fills the vector.
void pr_item_item_encode(const pr_item_item *model, uint32_t *user);

// raw (count) = scores of items rows (count), before the output function; rows NULL: first,
// first + 1, ... Fails with PR_ERR_ROW, raw untouched, where a row is out of range. One pass over
// the history's rows of W, unless the user is the last one.
pr_status pr_item_item_score(const pr_item_item *model, const uint32_t *user, const uint32_t *rows,
                             uint32_t first, int32_t count, float *raw);

// Low rank: vectors (count, stride) = rows of output, for measures of similarity. rows in range.
void pr_item_item_vectors(const pr_item_item *model, const uint32_t *rows, int32_t count,
                          float *vectors);

// effects (count) = x_i W (rows[i], item), the addends of the item's score. one: room for a user of
// one interaction.
void pr_item_item_explain(const pr_item_item *model, const uint32_t *rows, const float *values,
                          int32_t count, uint32_t *one, uint32_t item, float *effects);

#endif

// YouTube's candidate generation (Covington et al., RecSys 2016, section 3): a person's features
// through a tower to a vector; the items are vectors of the same width, and the best are those with
// the largest inner product.
#ifndef PR_CANDIDATES_H
#define PR_CANDIDATES_H

#include "dense.h"
#include "features.h"
#include "topk.h"

enum { PR_CANDIDATES_LAYERS_MAX = 16 };

// JavaScript fills it in as int32s, in this order.
typedef struct pr_candidates_config {
    int32_t items;
    int32_t dtype; // of the items' vectors
    int32_t is_normalized; // whether vectors have length 1 on both sides
    int32_t layers;
    int32_t width[PR_CANDIDATES_LAYERS_MAX]; // the last is that of the vectors
    int32_t activation[PR_CANDIDATES_LAYERS_MAX];
    pr_features_config features;
} pr_candidates_config;

// The item side: the model's own, or that of a candidate pack.
typedef struct pr_candidates_items {
    pr_table table; // (count, width)
    float *norm; // (count) 1 / length of each row where lengths are to be 1, 0 for a row of zeros
} pr_candidates_items;

typedef struct pr_candidates {
    pr_candidates_config config;
    pr_features features;
    pr_dense layer[PR_CANDIDATES_LAYERS_MAX];
    pr_candidates_items items; // in use
    pr_candidates_items own;
    float *hidden[2]; // (widest layer)
    uint8_t *query; // a vector in whole numbers
    float *room; // scores of a piece of the table
} pr_candidates;

uint64_t pr_candidates_size(const pr_candidates_config *config);
pr_candidates *pr_candidates_init(void *place, const pr_candidates_config *config);

// Rows `first` to `first + rows - 1` of layer k's weight (out, in), and its bias (out).
void pr_candidates_set_weight(pr_candidates *model, int32_t k, int32_t first, int32_t rows,
                              const float *values);
void pr_candidates_set_bias(pr_candidates *model, int32_t k, const float *values);

// Bytes of a candidate pack's item side, and laying it out at `place` (16-aligned, zeroed).
uint64_t pr_candidates_items_size(const pr_candidates *model, int32_t count, int32_t dtype);
pr_candidates_items *pr_candidates_items_init(const pr_candidates *model, void *place,
                                              int32_t count, int32_t dtype);

// From now on these are the items, until the next call; NULL: the model's own.
void pr_candidates_use(pr_candidates *model, const pr_candidates_items *items);

// Once the table of the items in use is filled: what their lengths make of it.
void pr_candidates_items_ready(pr_candidates *model);

// vector (width) = the tower over the user's values, of length 1 where they are normalized.
void pr_candidates_encode(const pr_candidates *model, const pr_values *values, float *vector);

// A vector made ready for what follows, (stride of the table): its padding is zero.
int32_t pr_candidates_prepared_size(const pr_candidates *model);
void pr_candidates_prepare(const pr_candidates *model, const float *vector, float *prepared);

// raw[i] = the inner product of rows[i] (rows NULL: first, first + 1, ...) with the vector.
// The index of the first row out of range, or -1.
int32_t pr_candidates_score(const pr_candidates *model, const float *prepared, const uint32_t *rows,
                            uint32_t first, int32_t count, float *raw);

// Offers rows first .. first + count - 1, but for those excluded (a bit a row, or NULL), to `top`.
// What stays there is what pr_candidates_score and pr_topk_push would leave, to the bit; tables of
// bytes get there three times as fast.
void pr_candidates_scan(const pr_candidates *model, const float *prepared, uint32_t first,
                        int32_t count, const uint8_t *excluded, pr_topk *top);

// vectors (count, width) of items, of length 1 where they are normalized.
void pr_candidates_vectors(const pr_candidates *model, const uint32_t *rows, int32_t count,
                           float *vectors);

#endif

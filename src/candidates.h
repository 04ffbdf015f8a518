// YouTube's candidate generation (Covington, Adams, Sargin: Deep Neural Networks for YouTube
// Recommendations, RecSys 2016, section 3): a tower turns a user's features into a vector u; items
// are vectors v_i of the same width, and the candidates are the items with the largest u . v_i.
//
// Memory: one block of pr_candidates_size bytes from the caller, 16-aligned and zeroed, which it
// frees. It holds config, weights and scratch. Loading fills the weights; after that no function
// with a const model changes them. Such a function overwrites the scratch: one call per model at a
// time. Nothing allocates.
//
//   pr_candidates *model = pr_candidates_init(address, &config);
//   pr_candidates_set_weight(model, 0, 0, width, weight);     // (width, inputs)
//   pr_candidates_set_bias(model, 0, bias);                   // (width)
//   pr_table_set(pr_candidates_table(model), 0, I, 0, width, items);
//   pr_candidates_items_ready(model);
//   pr_candidates_encode(model, &values, vector);
//   pr_candidates_prepare(model, vector, prepared);
//   pr_topk_init(top, 10);
//   pr_candidates_scan(model, prepared, 0, I, 0, top);
//   pr_topk_sort(top);
#ifndef PR_CANDIDATES_H
#define PR_CANDIDATES_H

#include "dense.h"
#include "features.h"
#include "topk.h"

enum { PR_CANDIDATES_LAYERS_MAX = 16 };

// JavaScript writes it as int32s, in this order.
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
    float *norm; // (count) 1 / length of each row where normalized, 0 for a row of zeros
    int32_t *has_bounds; // (1) whether the scales of an int8 table allow bounds (query.h)
} pr_candidates_items;

// Filled while loading, then read-only.
typedef struct pr_candidates_weights {
    pr_dense layer[PR_CANDIDATES_LAYERS_MAX]; // of the tower
    pr_candidates_items items; // the model's own
} pr_candidates_weights;

// Overwritten by every call.
typedef struct pr_candidates_scratch {
    float *hidden[2]; // (widest layer): layers alternate between them
    uint8_t *query; // a vector in integers (query.h)
    float *scores; // of a piece of the table
    float *table; // (PR_TABLE_SCRATCH, stride of the table)
} pr_candidates_scratch;

typedef struct pr_candidates {
    pr_candidates_config config;
    pr_features features; // with weights and scratch of its own
    pr_candidates_weights weights;
    pr_candidates_items items; // in use
    pr_candidates_scratch scratch;
} pr_candidates;

// ---- lifecycle

// Bytes of a model.
uint64_t pr_candidates_size(const pr_candidates_config *config);

// Lays a model out at an address; the config is copied.
pr_candidates *pr_candidates_init(void *address, const pr_candidates_config *config);

// The features, and the table (items, width) of the items in use: to be filled.
pr_features *pr_candidates_features(pr_candidates *model);
pr_table *pr_candidates_table(pr_candidates *model);

// Stores rows `first` to `first + rows - 1` of layer k's weight (out, in): values (rows, in).
void pr_candidates_set_weight(pr_candidates *model, int32_t k, int32_t first, int32_t rows,
                              const float *values);

// Stores layer k's bias (out).
void pr_candidates_set_bias(pr_candidates *model, int32_t k, const float *values);

// Computes the lengths of the items in use. Call it once their table is filled.
void pr_candidates_items_ready(pr_candidates *model);

// The item side of a candidate pack: bytes, and its layout at an address (16-aligned, zeroed).
uint64_t pr_candidates_items_size(const pr_candidates *model, int32_t count, int32_t dtype);
pr_candidates_items *pr_candidates_items_init(const pr_candidates *model, void *address,
                                              int32_t count, int32_t dtype);

// Makes these the items in use, until the next call; NULL: the model's own. The pack must outlive
// its use.
void pr_candidates_use(pr_candidates *model, const pr_candidates_items *items);

// ---- scoring

// vector (width) = the tower over a user's values, of length 1 where normalized.
void pr_candidates_encode(const pr_candidates *model, const pr_values *values, float *vector);

// prepared (prepared_size floats) = vector (width), padded with zeros.
int32_t pr_candidates_prepared_size(const pr_candidates *model);
void pr_candidates_prepare(const pr_candidates *model, const float *vector, float *prepared);

// raw (count) = items (count, width) vector (width) of rows (count); rows NULL: first, first + 1,
// ... Fails with PR_ERR_ROW, raw untouched, where a row is out of range.
pr_status pr_candidates_score(const pr_candidates *model, const float *prepared,
                              const uint32_t *rows, uint32_t first, int32_t count, float *raw);

// Pushes rows first .. first + count - 1 to `top`, except those excluded (a bit per row, or NULL).
// The entries of `top` are those that pr_candidates_score and pr_topk_push would leave, to the bit;
// int8 tables are scanned three times as fast (query.h). PR_ERR_NOT_FINITE where a score that was
// computed is NaN or infinite.
pr_status pr_candidates_scan(const pr_candidates *model, const float *prepared, uint32_t first,
                             int32_t count, const uint8_t *excluded, pr_topk *top);

// vectors (count, width) = the vectors of items, of length 1 where normalized. rows (count) in
// range.
void pr_candidates_vectors(const pr_candidates *model, const uint32_t *rows, int32_t count,
                           float *vectors);

#endif

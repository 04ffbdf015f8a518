// YouTube's candidate generation (Covington, Adams, Sargin: Deep Neural Networks for YouTube
// Recommendations, RecSys 2016, section 3): a tower turns a user's features into a vector u; items
// are vectors v_i of the same width, and the candidates are the items with the largest u . v_i
// (dot.h).
//
// Memory: one block of pr_candidates_size bytes from the caller, 16-aligned and zeroed, which it
// frees. It holds config, weights and scratch. Loading fills the weights; after that no function
// with a const model changes them. Such a function overwrites the scratch: one call per model at a
// time. Nothing allocates.
//
//   pr_candidates *model = pr_candidates_init(address, &config);
//   pr_candidates_set_weight(model, 0, 0, width, weight);     // (width, inputs)
//   pr_candidates_set_bias(model, 0, bias);                   // (width)
//   pr_dot *dot = pr_candidates_dot(model);
//   pr_table_set(pr_dot_table(dot), 0, I, 0, width, items);
//   pr_dot_items_ready(dot);
//   pr_candidates_encode(model, &values, vector);
//   pr_dot_prepare(dot, vector, prepared);
//   pr_dot_score(dot, prepared, 0, 0, I, raw);
#ifndef PR_CANDIDATES_H
#define PR_CANDIDATES_H

#include "dense.h"
#include "dot.h"
#include "features.h"

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

// Filled while loading, then read-only.
typedef struct pr_candidates_weights {
    pr_dense layer[PR_CANDIDATES_LAYERS_MAX]; // of the tower
} pr_candidates_weights;

// Overwritten by every call.
typedef struct pr_candidates_scratch {
    float *hidden[2]; // (widest layer): layers alternate between them
} pr_candidates_scratch;

typedef struct pr_candidates {
    pr_candidates_config config;
    pr_features features; // with weights and scratch of its own
    pr_candidates_weights weights;
    pr_candidates_scratch scratch;
    pr_dot dot; // the items, and what scores them
} pr_candidates;

// ---- lifecycle

// Bytes of a model.
uint64_t pr_candidates_size(const pr_candidates_config *config);

// Lays a model out at an address; the config is copied.
pr_candidates *pr_candidates_init(void *address, const pr_candidates_config *config);

// The features, to be filled, and what holds and scores the items.
pr_features *pr_candidates_features(pr_candidates *model);
pr_dot *pr_candidates_dot(pr_candidates *model);

// Stores rows `first` to `first + rows - 1` of layer k's weight (out, in): values (rows, in).
void pr_candidates_set_weight(pr_candidates *model, int32_t k, int32_t first, int32_t rows,
                              const float *values);

// Stores layer k's bias (out).
void pr_candidates_set_bias(pr_candidates *model, int32_t k, const float *values);

// ---- a user

// vector (width) = the tower over a user's values, of length 1 where normalized.
void pr_candidates_encode(const pr_candidates *model, const pr_values *values, float *vector);

#endif

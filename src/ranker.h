// YouTube's ranking (Covington, Adams, Sargin: Deep Neural Networks for YouTube Recommendations,
// RecSys 2016, section 4): a user's and an item's features through one tower to a logit, trained by
// logistic regression weighted with the watch time, so that e^logit is the expected watch time.
//
// The tower is the MLP of ncf.h: the user half of the first layer is computed once per request, the
// item half once per item.
//
// Memory: one block of pr_ranker_size bytes from the caller, 16-aligned and zeroed, which it frees.
// It holds the features and the tower, each with config, weights and scratch.
//
//   pr_ranker *model = pr_ranker_init(address, &config);
//   pr_ncf_set(pr_ranker_tower(model), PR_LAYER_WEIGHT, 0, d1, weight);     // (d1, e + d)
//   pr_ncf_set(pr_ranker_tower(model), PR_OUTPUT_WEIGHT, 0, 1, output);     // (1, d1)
//   pr_ranker_set_items(model, 0, I, &item_values);
//   pr_ranker_encode(model, &user_values, vector);
//   pr_ncf_prepare(pr_ranker_tower(model), vector, prepared);
//   pr_status status = pr_ncf_score(pr_ranker_tower(model), prepared, rows, 0, count, raw);
#ifndef PR_RANKER_H
#define PR_RANKER_H

#include "features.h"
#include "ncf.h"

// JavaScript writes it as int32s, in this order. The tower's gmf is 0, its widths of user and item
// are those of the features.
typedef struct pr_ranker_config {
    pr_ncf_config tower;
    pr_features_config features;
} pr_ranker_config;

// Overwritten by pr_ranker_set_items.
typedef struct pr_ranker_scratch {
    float *input; // (PR_TILE * PR_ROWS, item inputs)
} pr_ranker_scratch;

typedef struct pr_ranker {
    pr_features features;
    pr_ncf *tower;
    pr_ranker_scratch scratch;
} pr_ranker;

// Bytes of a model.
uint64_t pr_ranker_size(const pr_ranker_config *config);

// Lays a model out at an address; the config is copied.
pr_ranker *pr_ranker_init(void *address, const pr_ranker_config *config);

// The features and the tower, owned by the model.
pr_features *pr_ranker_features(pr_ranker *model);
pr_ncf *pr_ranker_tower(pr_ranker *model);

// vector (user inputs) = the tower's inputs for a user's values.
void pr_ranker_encode(const pr_ranker *model, const pr_values *values, float *vector);

// Computes the first layer's item half of items `first` to `first + rows - 1` of those in use.
// values: offsets (rows * F + 1) into ids, numbers (rows * F), with F features of an item.
void pr_ranker_set_items(pr_ranker *model, int32_t first, int32_t rows, const pr_values *values);

#endif

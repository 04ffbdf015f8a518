// The features of a user or an item as the inputs of a tower (Covington, Adams, Sargin: Deep Neural
// Networks for YouTube Recommendations, RecSys 2016, sections 3.2 and 4.1): embeddings of
// categorical values, averaged where there are several, and continuous values by their quantiles,
// with square and root. docs/format.md has the equations.
//
// It is part of a model (candidates.h, ranker.h), whose memory it shares. Loading fills the
// weights; pr_features_encode overwrites the scratch.
//
//   pr_values values = { offsets, ids, numbers };
//   pr_features_encode(pr_candidates_features(model), PR_USER_SIDE, &values, x);
#ifndef PR_FEATURES_H
#define PR_FEATURES_H

#include "table.h"

enum {
    PR_TABLES_MAX = 32,
    PR_FEATURES_MAX = 64,
};

enum { PR_USER_SIDE = 0, PR_ITEM_SIDE = 1 };

// The inputs of a continuous feature: up to three of these, two bits each, the first in the lowest.
enum { PR_VALUE = 1, PR_SQUARE = 2, PR_ROOT = 3 };

typedef struct pr_features_table {
    int32_t rows, width, dtype;
} pr_features_table;

typedef struct pr_feature {
    int32_t side;
    int32_t table; // of a categorical feature; -1: a continuous one
    int32_t padding; // the row of the table that stands for no value, or -1
    int32_t inputs; // of a continuous feature
    int32_t quantiles; // their number
} pr_feature;

// JavaScript writes it as int32s, in this order.
typedef struct pr_features_config {
    int32_t tables, features;
    pr_features_table table[PR_TABLES_MAX];
    pr_feature feature[PR_FEATURES_MAX];
} pr_features_config;

// Filled by pr_table_set and through pr_features_quantiles, then read-only.
typedef struct pr_features_weights {
    pr_table table[PR_TABLES_MAX]; // embeddings (rows, width), in their stored precision
    float *quantiles[PR_FEATURES_MAX]; // (quantiles), ascending
} pr_features_weights;

// Overwritten by every call.
typedef struct pr_features_scratch {
    float *sum; // (2, widest stride) a sum of rows, and a row
} pr_features_scratch;

typedef struct pr_features {
    pr_features_config config;
    int32_t width[2]; // inputs of a user, of an item
    pr_features_weights weights;
    pr_features_scratch scratch;
} pr_features;

// The values of one user or item, feature by feature of their side. Of a categorical feature f:
// rows of its table, ids[offsets[f]] .. ids[offsets[f + 1] - 1], where one beyond the table is in
// no vocabulary. Of a continuous one: numbers[f].
typedef struct pr_values {
    const uint32_t *offsets;
    const uint32_t *ids;
    const float *numbers;
} pr_values;

// Lays it out in the arena of its model; the config is copied.
void pr_features_plan(pr_features *features, pr_arena *arena, const pr_features_config *config);

// A table of embeddings, to be filled by pr_table_set.
pr_table *pr_features_table_at(pr_features *features, int32_t table);

// The quantiles of a feature, to be filled.
float *pr_features_quantiles(pr_features *features, int32_t feature);

// The number of features of a side.
int32_t pr_features_count(const pr_features *features, int32_t side);

// x (width[side]) = the inputs of the tower.
void pr_features_encode(const pr_features *features, int32_t side, const pr_values *values,
                        float *x);

// The share of training values below `value`, 0 to 1, by linear interpolation between quantiles
// (count, ascending). Of quantiles that equal the value, the first counts.
float pr_quantile(const float *quantiles, int32_t count, float value);

#endif

// What a person or an item is described by, as the numbers that a tower sees (Covington et al.,
// RecSys 2016, 3.2 and 4.1): embeddings of categorical values, averaged where there are several,
// and continuous values by their quantiles with square and root. docs/format.md has the equations.
#ifndef PR_FEATURES_H
#define PR_FEATURES_H

#include "table.h"

enum {
    PR_TABLES_MAX = 32,
    PR_FEATURES_MAX = 64,
};

enum { PR_USER_SIDE = 0, PR_ITEM_SIDE = 1 };

// What a tower sees of a continuous value: up to three of these, two bits each, the first in the
// lowest.
enum { PR_VALUE = 1, PR_SQUARE = 2, PR_ROOT = 3 };

typedef struct pr_features_table {
    int32_t rows, width, dtype;
} pr_features_table;

typedef struct pr_feature {
    int32_t side;
    int32_t table; // of a categorical feature; -1: a continuous one
    int32_t padding; // the row of the table that stands for no value, or -1
    int32_t inputs; // of a continuous feature
    int32_t quantiles; // how many of them it has
} pr_feature;

// The numbers that define it. JavaScript fills it in as int32s, in this order.
typedef struct pr_features_config {
    int32_t tables, features;
    pr_features_table table[PR_TABLES_MAX];
    pr_feature feature[PR_FEATURES_MAX];
} pr_features_config;

typedef struct pr_features {
    pr_features_config config;
    pr_table table[PR_TABLES_MAX]; // embeddings, in the precision in which they are stored
    float *quantiles[PR_FEATURES_MAX]; // (quantiles), ascending
    float *sum; // (widest stride)
    int32_t width[2]; // numbers of a user, of an item
} pr_features;

// The values of one user or item, feature by feature of their side: rows of its table at
// ids[offsets[f]] .. ids[offsets[f + 1] - 1] for a categorical one (beyond the table: in no
// vocabulary), numbers[f] for a continuous one.
typedef struct pr_values {
    const uint32_t *offsets;
    const uint32_t *ids;
    const float *numbers;
} pr_values;

void pr_features_plan(pr_features *features, pr_arena *arena, const pr_features_config *config);

// How many features a side has.
int32_t pr_features_count(const pr_features *features, int32_t side);

// x (width[side]) = what the tower sees of the values.
void pr_features_encode(const pr_features *features, int32_t side, const pr_values *values,
                        float *x);

// The share of training values below `value`, 0 to 1, by linear interpolation between quantiles
// (count, ascending). Of quantiles that equal the value the first counts.
float pr_quantile(const float *quantiles, int32_t count, float value);

#endif

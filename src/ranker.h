// YouTube's ranking (Covington et al., RecSys 2016, section 4): a person's and an item's features
// through one tower to a logit, trained by logistic regression weighted with the watch time, so
// that e^logit is the watch time to expect.
//
// The tower is that of NCF's MLP: the person's half of the first layer is computed once a request,
// the item's once an item.
#ifndef PR_RANKER_H
#define PR_RANKER_H

#include "features.h"
#include "ncf.h"

// JavaScript fills it in as int32s, in this order. The tower's gmf is 0, its widths of user and
// item are the features'.
typedef struct pr_ranker_config {
    pr_ncf_config tower;
    pr_features_config features;
} pr_ranker_config;

typedef struct pr_ranker {
    pr_features features;
    pr_ncf *tower;
    float *input; // (PR_TILE * PR_ROWS, width of an item's features) items as the tower sees them
} pr_ranker;

uint64_t pr_ranker_size(const pr_ranker_config *config);
pr_ranker *pr_ranker_init(void *place, const pr_ranker_config *config);

// vector (user width) = what the tower sees of a person.
void pr_ranker_encode(const pr_ranker *model, const pr_values *values, float *vector);

// Puts items `first` to `first + rows - 1` of those in use in place, from their features' values:
// offsets (rows * F + 1) of ids, and numbers (rows * F), F the features of an item. Computes their
// half of the first layer.
void pr_ranker_set_items(const pr_ranker *model, int32_t first, int32_t rows,
                         const pr_values *values);

#endif

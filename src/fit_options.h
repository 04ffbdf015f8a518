// How a new user is fitted to their history.
#ifndef PR_FIT_OPTIONS_H
#define PR_FIT_OPTIONS_H

#include <stdint.h>

typedef struct pr_fit_options {
    int32_t steps; // of Adam; Newton stops at the minimum
    float learning_rate; // Adam's step size, which falls linearly to 0
    float negatives; // unseen items that together weigh as much as one item of the history
    float prior; // weight of the prior
    int32_t is_prior_each; // of a dot product: each interaction brings one
    uint32_t seed; // of the negatives, not 0
} pr_fit_options;

#endif

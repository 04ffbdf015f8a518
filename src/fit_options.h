// How a person is fitted to their history.
#ifndef PR_FIT_OPTIONS_H
#define PR_FIT_OPTIONS_H

#include <stdint.h>

typedef struct pr_fit_options {
    int32_t steps; // of Adam; Newton stops by itself
    float learning_rate; // Adam's step size, falling linearly to 0
    float negatives; // unseen items that weigh as much as one of the history
    float prior; // weight of the prior
    uint32_t seed; // of the draws, not 0
} pr_fit_options;

#endif

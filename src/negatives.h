// Negative items, sampled uniformly from those outside a history, fresh at every step of a fit.
#ifndef PR_NEGATIVES_H
#define PR_NEGATIVES_H

#include "arena.h"

typedef struct pr_negatives {
    int32_t items;
    int32_t draws; // per step, at most as many as there are other items
    float weight; // of each draw: 1, or more where there are too few other items
    uint32_t random; // state of the pseudo-random generator
    uint8_t *seen; // a bit per item: set for the history, which is never drawn
} pr_negatives;

void pr_negatives_plan(pr_negatives *negatives, pr_arena *arena, int32_t items);

// Begins a fit to a history of rows (count), each once, with `per_item` draws for each of them.
void pr_negatives_begin(pr_negatives *negatives, const uint32_t *rows, int32_t count,
                        float per_item, uint32_t seed);

// The next draw. Requires draws > 0.
uint32_t pr_negatives_draw(pr_negatives *negatives);

#endif

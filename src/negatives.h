// Items that a person did not choose, drawn anew at every step of a fit.
#ifndef PR_NEGATIVES_H
#define PR_NEGATIVES_H

#include "arena.h"

typedef struct pr_negatives {
    int32_t items;
    int32_t draws; // a step, at most as many as there are other items
    float weight; // of each draw, 1 unless there are too few
    uint32_t random; // the state of the draws
    uint8_t *seen; // a bit an item: the history, which is never drawn
} pr_negatives;

void pr_negatives_plan(pr_negatives *negatives, pr_arena *arena, int32_t items);

// Begins a fit to a history of rows (count), each once: `wanted` draws for each of them.
void pr_negatives_begin(pr_negatives *negatives, const uint32_t *rows, int32_t count, float wanted,
                        uint32_t seed);

// The next draw. Only where there is any.
uint32_t pr_negatives_draw(pr_negatives *negatives);

#endif

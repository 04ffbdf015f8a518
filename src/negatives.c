#include "negatives.h"

#include "random.h"

void pr_negatives_plan(pr_negatives *negatives, pr_arena *arena, int32_t items) {
    negatives->items = items;
    negatives->seen = pr_arena_take(arena, (uint64_t)items / 8 + 1);
}

// More draws than other items would repeat themselves, and with no other item would never end.
void pr_negatives_begin(pr_negatives *negatives, const uint32_t *rows, int32_t count,
                        float per_item, uint32_t seed) {
    int32_t others = negatives->items - count;
    float all = __builtin_rintf(per_item * (float)count);
    negatives->draws = all < (float)others ? (int32_t)all : others;
    negatives->weight = all < (float)others ? 1 : all / (float)others;
    negatives->random = seed;
    __builtin_memset(negatives->seen, 0, (uint32_t)(negatives->items / 8 + 1));
    for (int32_t i = 0; i < count; i++) negatives->seen[rows[i] / 8] |= (uint8_t)(1 << rows[i] % 8);
}

uint32_t pr_negatives_draw(pr_negatives *negatives) {
    uint32_t row;
    do row = pr_random_below(&negatives->random, (uint32_t)negatives->items);
    while (negatives->seen[row / 8] >> row % 8 & 1);
    return row;
}

// A small generator for drawing negatives: xorshift32 (Marsaglia 2003). The same draws for the same
// seed everywhere.
#ifndef PR_RANDOM_H
#define PR_RANDOM_H

#include <stdint.h>

// The next number of the state, which must not be 0, brought to 0 .. limit - 1.
static inline uint32_t pr_random_below(uint32_t *state, uint32_t limit) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return (uint32_t)((uint64_t)x * limit >> 32);
}

#endif

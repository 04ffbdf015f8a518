// The pseudo-random generator: xorshift32 (Marsaglia, 2003). The same sequence for a seed on every
// backend. A state is never 0.
#ifndef PR_RANDOM_H
#define PR_RANDOM_H

#include <stdint.h>

// The next number of the sequence, 1 .. 2^32 - 1.
static inline uint32_t pr_random_next(uint32_t *state) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

// The next number, scaled to 0 .. limit - 1.
static inline uint32_t pr_random_below(uint32_t *state, uint32_t limit) {
    return (uint32_t)((uint64_t)pr_random_next(state) * limit >> 32);
}

#endif

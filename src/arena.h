// Bump allocation, run twice: once from address 0 to learn the size, once from the real base to
// hand out the places. One function lays a model out for both, so the size and the layout cannot
// disagree.
#ifndef PR_ARENA_H
#define PR_ARENA_H

#include <stdint.h>

typedef struct pr_arena {
    uint64_t at; // the next free byte, a multiple of 16; 64 bits, so that a size too large for
                 // memory is still right
} pr_arena;

static inline void *pr_arena_take(pr_arena *arena, uint64_t bytes) {
    void *place = (void *)(uintptr_t)arena->at;
    arena->at += (bytes + 15) & ~(uint64_t)15;
    return place;
}

static inline float *pr_arena_floats(pr_arena *arena, int32_t rows, int32_t width) {
    return pr_arena_take(arena, (uint64_t)rows * (uint64_t)width * sizeof(float));
}

#endif

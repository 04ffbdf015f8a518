// Bump allocation, run twice: once from address 0 to compute the size, once from the real address
// to lay buffers out. One function does both, so size and layout cannot disagree.
#ifndef PR_ARENA_H
#define PR_ARENA_H

#include <stdint.h>

// A test build puts a red zone behind each block here (tests/fuzz/native/red_zone.h).
#ifndef PR_ARENA_GUARD
#define PR_ARENA_GUARD(arena, address, bytes)
#endif

typedef struct pr_arena {
    // The next free byte, a multiple of 16. 64 bits, so that sizes beyond the memory are right too.
    uint64_t at;
} pr_arena;

// The address of the next bytes.
static inline void *pr_arena_take(pr_arena *arena, uint64_t bytes) {
    void *address = (void *)(uintptr_t)arena->at;
    arena->at += (bytes + 15) & ~(uint64_t)15;
    PR_ARENA_GUARD(arena, address, bytes);
    return address;
}

// The address of the next floats (rows, width).
static inline float *pr_arena_floats(pr_arena *arena, int32_t rows, int32_t width) {
    return pr_arena_take(arena, (uint64_t)rows * (uint64_t)width * sizeof(float));
}

#endif

// Bump allocation, run twice: once from address 0 to compute the size, once from the real address
// to lay buffers out. One function does both, so size and layout cannot disagree.
#ifndef PR_ARENA_H
#define PR_ARENA_H

#include <stdint.h>

typedef struct pr_arena {
    // The next free byte, a multiple of 16. 64 bits, so that sizes beyond the memory are right too.
    uint64_t at;
} pr_arena;

// The address of the next bytes. Not inline, as is the next: they are called a hundred times.
void *pr_arena_take(pr_arena *arena, uint64_t bytes);

// The address of the next floats (rows, width).
float *pr_arena_floats(pr_arena *arena, int32_t rows, int32_t width);

#endif

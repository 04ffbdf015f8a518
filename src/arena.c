#include "arena.h"

// A test build puts a red zone behind each block here (tests/fuzz/native/red_zone.h).
#ifndef PR_ARENA_GUARD
#define PR_ARENA_GUARD(arena, address, bytes)
#endif

void *pr_arena_take(pr_arena *arena, uint64_t bytes) {
    void *address = (void *)(uintptr_t)arena->at;
    arena->at += (bytes + 15) & ~(uint64_t)15;
    PR_ARENA_GUARD(arena, address, bytes);
    return address;
}

float *pr_arena_floats(pr_arena *arena, int32_t rows, int32_t width) {
    return pr_arena_take(arena, (uint64_t)rows * (uint64_t)width * sizeof(float));
}

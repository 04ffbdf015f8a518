// Adapters of the module that `npx pocketrec-cli train` computes with. The core does not hold it.
#include "../src/train/inverse.h"

#define PR_EXPORT(name) __attribute__((export_name(#name), used))

// The first free address: JavaScript allocates from here on.
extern unsigned char __heap_base;

PR_EXPORT(pr_heap_base)
const void *heap_base(void) { return &__heap_base; }

PR_EXPORT(pr_tile)
int32_t tile(void) { return PR_TILE; }

// Sizes in bytes, as doubles: they may be beyond 32 bits.

PR_EXPORT(pr_inverse_size)
double inverse_size(int32_t n) {
    double tiles = pr_inverse_tiles(n);
    return tiles * (tiles + 1) / 2 * PR_TILE_SIZE * sizeof(double);
}

PR_EXPORT(pr_inverse_scratch)
double inverse_scratch(int32_t n) {
    return (2.0 * pr_inverse_tiles(n) + 1) * PR_TILE_SIZE * sizeof(double);
}

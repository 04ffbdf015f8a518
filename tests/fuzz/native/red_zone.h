// Included before every file of a fuzzing build (clang -include): the arena leaves a red zone
// behind each block, so that AddressSanitizer stops at an overrun inside a model's memory too.
#ifndef RED_ZONE_H
#define RED_ZONE_H

#include <sanitizer/asan_interface.h>
#include <stdint.h>

enum { RED_ZONE = 32 };

// Poisons what lies behind a block; returns the address of the next one. While a size is computed,
// addresses begin at 0 and there is no memory.
static inline uint64_t red_zone_put(const void *address, uint64_t bytes, uint64_t end) {
    uint64_t next = end + RED_ZONE;
    if ((uintptr_t)address >> 32) {
        ASAN_UNPOISON_MEMORY_REGION(address, bytes);
        ASAN_POISON_MEMORY_REGION((const uint8_t *)address + bytes,
                                  next - (uintptr_t)address - bytes);
    }
    return next;
}

#define PR_ARENA_GUARD(arena, address, bytes) \
    (arena)->at = red_zone_put(address, bytes, (arena)->at)

#endif

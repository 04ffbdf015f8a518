// What the harnesses share. A harness is a function fuzz_NAME(), called for each input: it draws a
// shape and the style of the numbers from the input, computes, and requires what must hold for any
// input. main.c lists them.
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <string.h>

#include "../../native/check.h"

// Stops the run with the line of what does not hold.
#define REQUIRE(condition)                                           \
    do {                                                             \
        if (!(condition)) fuzz_fail(__FILE__, __LINE__, #condition); \
    } while (0)
_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

// ---- the input

// The next byte of the input, 0 behind its end.
uint8_t fuzz_byte(void);

// An integer from 0 to limit - 1, limit up to 256; a choice of yes or no.
static inline int32_t fuzz_below(int32_t limit) { return fuzz_byte() % limit; }
static inline int32_t fuzz_from(int32_t low, int32_t high) {
    return low + fuzz_below(high - low + 1);
}
static inline int32_t fuzz_flag(void) { return fuzz_byte() & 1; }

// ---- memory: blocks of exactly this size, poisoned behind it, until the next input

// Zeros, or bytes that the input chooses: a workspace may hold anything.
void *fuzz_zeros(uint64_t bytes);
void *fuzz_garbage(uint64_t bytes);

static inline float *fuzz_floats(int32_t count) {
    return fuzz_zeros((uint64_t)count * sizeof(float));
}
static inline uint32_t *fuzz_rows(int32_t count) {
    return fuzz_zeros((uint64_t)count * sizeof(uint32_t));
}

// ---- numbers

// Plain numbers are of order 1, and results are compared with float64. Wild ones are any finite
// floats: large, subnormal, negative zero; only what needs no rounding bound is required of them.
extern int32_t fuzz_is_wild;

// A finite float in this style, of about this size where plain.
float fuzz_number(float scale);
void fuzz_fill(float *values, int32_t count, float scale);

// The size of plain numbers that may be far from 1: near the ends of what query.h bounds.
static inline float fuzz_size(void) {
    static const float SIZES[] = { 1, 0.05f, 1e-4f, 1e-11f, 1e-13f, 1e4f, 1e11f, 1e13f };
    return SIZES[fuzz_below(8)];
}

// A number from -1 to 1 or from 0 to limit - 1, from a generator that the input seeds.
extern uint32_t fuzz_state;
static inline float fuzz_uniform(void) {
    return (float)(pr_random_next(&fuzz_state) >> 8) / 8388608.0f - 1;
}
static inline uint32_t fuzz_draw(int32_t limit) {
    return pr_random_below(&fuzz_state, (uint32_t)limit);
}

// Stores `count` random finite numbers of a dtype, and their values without scale in `values`.
void fuzz_store(int32_t dtype, int32_t count, void *stored, float *values);

// rows (count) below limit, with repetitions; each once, where count <= limit.
void fuzz_choose(uint32_t *rows, int32_t count, int32_t limit);
void fuzz_choose_once(uint32_t *rows, int32_t count, int32_t limit);

// ---- what must hold

static inline int fuzz_is_finite(const float *values, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (!__builtin_isfinite(values[i])) return 0;
    return 1;
}

// The same bits.
static inline int fuzz_is_same(const float *a, const float *b, int32_t count) {
    return memcmp(a, b, (size_t)count * sizeof(float)) == 0;
}

// Solves a (n, n) x = b in place by Gaussian elimination with pivots, in double: the reference of
// all fits. Returns 0 where it has no solution.
int fuzz_solve(double *a, double *b, int32_t n);

#endif

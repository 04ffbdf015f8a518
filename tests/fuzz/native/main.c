// The program of all harnesses. libFuzzer calls LLVMFuzzerTestOneInput; the variable FUZZ_HARNESS
// names the harness.
#include <stdio.h>
#include <stdlib.h>

#include "../../../src/convert.h"
#include "fuzz.h"

#define HARNESSES(each)                                                                         \
    each(topk) each(table) each(cholesky) each(output) each(diversity) each(features) each(ncf) \
        each(fit) each(influence) each(autoencoder) each(node) each(ridge) each(candidates)     \
            each(ranker)

#define DECLARE(name) void fuzz_##name(void);
HARNESSES(DECLARE)

typedef struct harness {
    const char *name;
    void (*run)(void);
} harness;

#define ENTRY(name) { #name, fuzz_##name },
static const harness ALL[] = { HARNESSES(ENTRY) };
static void (*chosen)(void);

_Noreturn void fuzz_fail(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

// ---- the input

static const uint8_t *input, *input_end;

uint8_t fuzz_byte(void) { return input < input_end ? *input++ : 0; }

// ---- memory

enum { MEMORY = 1 << 21, GAP = 32 };
static _Alignas(16) uint8_t memory[MEMORY];
static uint64_t used;

static void *take(uint64_t bytes) {
    uint8_t *block = memory + used;
    uint64_t end = used + ((bytes + 15) & ~(uint64_t)15) + GAP;
    if (end > MEMORY) fuzz_fail(__FILE__, __LINE__, "the shape is too large for the harness");
    ASAN_UNPOISON_MEMORY_REGION(block, bytes);
    ASAN_POISON_MEMORY_REGION(block + bytes, end - used - bytes);
    used = end;
    return block;
}

void *fuzz_zeros(uint64_t bytes) {
    void *block = take(bytes);
    memset(block, 0, bytes);
    return block;
}

void *fuzz_garbage(uint64_t bytes) {
    void *block = take(bytes);
    memset(block, fuzz_byte(), bytes);
    return block;
}

// ---- numbers

int32_t fuzz_is_wild;
uint32_t fuzz_state;

static float wild(void) {
    static const float EDGES[] = {
        0.0f,  -0.0f,  1e-45f,  -1e-45f, 1.1754942e-38f, -1.1754944e-38f, 1e-20f,  -1e-20f, 1e-7f,
        0.5f,  1,      -1,      255,     65504,          16777216,        -2.5e9f, 1e19f,   -1e19f,
        3e38f, -3e38f, -2e-38f, 5e36f
    };
    uint32_t bits = pr_random_next(&fuzz_state);
    if (bits & 1) return EDGES[(bits >> 8) % (sizeof EDGES / sizeof *EDGES)];
    if ((bits & 0x7f800000) == 0x7f800000) bits ^= 0x40000000; // no infinity, no NaN
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

float fuzz_number(float scale) { return fuzz_is_wild ? wild() : scale * fuzz_uniform(); }

void fuzz_fill(float *values, int32_t count, float scale) {
    for (int32_t i = 0; i < count; i++) values[i] = fuzz_number(scale);
}

void fuzz_store(int32_t dtype, int32_t count, void *stored, float *values) {
    for (int32_t i = 0; i < count; i++) {
        uint32_t bits = pr_random_next(&fuzz_state);
        if (dtype == PR_F32) {
            values[i] = fuzz_number(1);
            memcpy((uint8_t *)stored + 4 * i, values + i, 4);
        } else if (dtype == PR_I8) {
            int8_t byte = (int8_t)(bits >> 8);
            ((uint8_t *)stored)[i] = (uint8_t)byte;
            values[i] = byte;
        } else {
            // Plain: sizes from 2^-7 to 2.
            uint16_t half[4] = { (uint16_t)(bits >> 8) };
            float four[4];
            if (!fuzz_is_wild)
                half[0] = (half[0] & 0x83ff) | (dtype == PR_F16 ? 0x2000 : 0x3c00) |
                          (uint16_t)((bits >> 4 & 7) << (dtype == PR_F16 ? 10 : 7));
            uint16_t exponent = dtype == PR_F16 ? 0x7c00 : 0x7f80;
            if ((half[0] & exponent) == exponent) half[0] ^= dtype == PR_F16 ? 0x400 : 0x80;
            memcpy((uint8_t *)stored + 2 * i, half, 2);
            pr_convert(dtype, half, 0, 1, 1, four);
            values[i] = four[0];
        }
    }
}

void fuzz_choose(uint32_t *rows, int32_t count, int32_t limit) {
    for (int32_t i = 0; i < count; i++) rows[i] = fuzz_draw(limit);
}

void fuzz_choose_once(uint32_t *rows, int32_t count, int32_t limit) {
    uint32_t all[256];
    for (int32_t i = 0; i < limit; i++) all[i] = (uint32_t)i;
    for (int32_t i = 0; i < count; i++) {
        int32_t j = i + (int32_t)fuzz_draw(limit - i);
        rows[i] = all[j];
        all[j] = all[i];
    }
}

// ---- the reference of fits

int fuzz_solve(double *a, double *b, int32_t n) {
    for (int32_t k = 0; k < n; k++) {
        int32_t pivot = k;
        for (int32_t i = k + 1; i < n; i++)
            if (absolute(a[i * n + k]) > absolute(a[pivot * n + k])) pivot = i;
        if (absolute(a[pivot * n + k]) < 1e-12) return 0;
        for (int32_t j = 0; j < n; j++) {
            double kept = a[k * n + j];
            a[k * n + j] = a[pivot * n + j];
            a[pivot * n + j] = kept;
        }
        double kept = b[k];
        b[k] = b[pivot];
        b[pivot] = kept;
        for (int32_t i = k + 1; i < n; i++) {
            double factor = a[i * n + k] / a[k * n + k];
            for (int32_t j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
            b[i] -= factor * b[k];
        }
    }
    for (int32_t k = n - 1; k >= 0; k--) {
        for (int32_t j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
        b[k] /= a[k * n + k];
    }
    return 1;
}

// ---- libFuzzer

int LLVMFuzzerInitialize(int *count, char ***words) {
    const char *name = getenv("FUZZ_HARNESS");
    (void)count, (void)words;
    for (uint32_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
        if (name && strcmp(name, ALL[i].name) == 0) chosen = ALL[i].run;
    if (chosen) return 0;
    for (uint32_t i = 0; i < sizeof ALL / sizeof *ALL; i++) printf("%s\n", ALL[i].name);
    exit(0);
}

// An input is four bytes of seed, the style, then the shape.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input = data;
    input_end = data + size;
    used = 0;
    fuzz_state = 1;
    for (int i = 0; i < 4; i++) fuzz_state = fuzz_state << 7 ^ fuzz_state >> 5 ^ fuzz_byte();
    if (!fuzz_state) fuzz_state = 1;
    fuzz_is_wild = fuzz_byte() % 4 == 3;
    chosen();
    return 0;
}

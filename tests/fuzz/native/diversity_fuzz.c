// Maximal marginal relevance: each choice is the best there was, to rounding, and no candidate is
// chosen twice.
#include "../../../src/diversity.h"
#include "fuzz.h"

enum { COUNT_MAX = 12, WIDTH_MAX = 9 };

static float kept[COUNT_MAX * WIDTH_MAX], given[COUNT_MAX];
static int32_t count, width;
static float balance;

static double similarity(uint32_t a, uint32_t b) {
    double sum = 0;
    for (int32_t k = 0; k < width; k++)
        sum += (double)kept[(int32_t)a * width + k] * kept[(int32_t)b * width + k];
    return sum;
}

// The objective of candidate i after the first n choices.
static double value(uint32_t i, const uint32_t *chosen, int32_t n) {
    double near = -2;
    for (int32_t c = 0; c < n; c++) {
        double similar = similarity(i, chosen[c]);
        near = similar > near ? similar : near;
    }
    return n ? (double)balance * given[i] - (1 - (double)balance) * near : given[i];
}

static void fill(float *vectors, int32_t stride) {
    int32_t copies = fuzz_below(4);
    for (int32_t row = 0; row < count; row++) {
        float *at = kept + row * width;
        double square = 0;
        for (int32_t k = 0; k < width; k++) at[k] = fuzz_uniform();
        if (copies && row && fuzz_draw(copies) == 0)
            memcpy(at, at - width, sizeof(float) * (size_t)width);
        for (int32_t k = 0; k < width; k++) square += (double)at[k] * at[k];
        for (int32_t k = 0; k < width; k++)
            at[k] = fuzz_draw(9) ? (float)(at[k] / __builtin_sqrt(square)) : 0;
        memcpy(vectors + row * stride, at, sizeof(float) * (size_t)width);
    }
}

void fuzz_diversity(void) {
    count = fuzz_from(1, COUNT_MAX), width = fuzz_from(1, WIDTH_MAX);
    balance = (float)fuzz_byte() / 255;
    int32_t stride = pr_round_up(width, 4), padded = pr_round_up(count, 4),
            choices = fuzz_from(0, count), levels = fuzz_below(6);
    float *vectors = fuzz_floats(padded * stride);
    float *relevance = fuzz_garbage((uint64_t)padded * sizeof(float)),
          *nearest = fuzz_garbage((uint64_t)padded * sizeof(float));
    uint32_t *chosen = fuzz_rows(choices);
    fill(vectors, stride);
    for (int32_t i = 0; i < count; i++)
        relevance[i] = given[i] = levels ? (float)fuzz_draw(levels) : fuzz_number(1);
    pr_diversity_choose(vectors, count, stride, balance, choices, relevance, nearest, chosen);
    for (int32_t n = 0; n < choices; n++) {
        REQUIRE(chosen[n] < (uint32_t)count);
        for (int32_t c = 0; c < n; c++) REQUIRE(chosen[c] != chosen[n]);
        double found = value(chosen[n], chosen, n);
        for (uint32_t i = 0; i < (uint32_t)count && !fuzz_is_wild; i++) {
            int is_free = 1;
            for (int32_t c = 0; c <= n; c++) is_free &= chosen[c] != i;
            if (is_free) REQUIRE(value(i, chosen, n) <= found + 1e-5);
        }
    }
}

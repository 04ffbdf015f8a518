// Maximal marginal relevance against float64: each choice is the best there was, and ties go to the
// smaller position.
#include "../../src/diversity.h"
#include "../../src/simd.h"
#include "check.h"

enum { COUNT = 61, WIDTH = 21, STRIDE = 24, PADDED = 64 };

static float vectors[PADDED * STRIDE], kept[COUNT * WIDTH], relevance[PADDED], given[COUNT],
    nearest[PADDED];
static uint32_t chosen[COUNT];

static double cosine(int32_t a, int32_t b, int32_t width) {
    double dot = 0, aa = 0, bb = 0;
    for (int32_t k = 0; k < width; k++) {
        double x = kept[a * width + k], y = kept[b * width + k];
        dot += x * y, aa += x * x, bb += y * y;
    }
    return aa == 0 || bb == 0 ? 0 : dot / __builtin_sqrt(aa) / __builtin_sqrt(bb);
}

// The objective of choosing i after the first n choices.
static double value(int32_t i, int32_t n, int32_t width, double balance) {
    double near = -1;
    for (int32_t c = 0; c < n; c++) {
        double similar = cosine(i, (int32_t)chosen[c], width);
        near = similar > near ? similar : near;
    }
    return balance * given[i] - (n ? (1 - balance) * near : 0);
}

static int32_t is_chosen(int32_t i, int32_t n) {
    for (int32_t c = 0; c < n; c++)
        if (chosen[c] == (uint32_t)i) return 1;
    return 0;
}

static float length_of(int32_t row, int32_t width) {
    double square = 0;
    for (int32_t k = 0; k < width; k++)
        square += (double)kept[row * width + k] * kept[row * width + k];
    return square == 0 ? 1 : (float)__builtin_sqrt(square);
}

static void choose(int32_t count, int32_t width, float balance, int32_t choices) {
    int32_t stride = pr_round_up(width, 4), padded = pr_round_up(count, 4);
    for (int32_t i = 0; i < padded * stride; i++) {
        int32_t row = i / stride, column = i % stride;
        vectors[i] =
            row < count && column < width ? kept[row * width + column] / length_of(row, width) : 0;
    }
    // Padding must not matter.
    for (int32_t i = 0; i < padded; i++)
        relevance[i] = i < count ? given[i] : 1e30f, nearest[i] = 1e30f;
    pr_diversity_choose(vectors, count, stride, balance, choices, relevance, nearest, chosen);
}

static int against_reference(int32_t count, int32_t width, float balance) {
    fill_random(kept, count * width, 3);
    for (int32_t i = 0; i < count; i++) given[i] = (random_value() + 1) / 2;
    choose(count, width, balance, count);
    for (int32_t n = 0; n < count; n++) {
        CHECK(!is_chosen((int32_t)chosen[n], n));
        double found = value((int32_t)chosen[n], n, width, n ? (double)balance : 1);
        for (int32_t i = 0; i < count; i++)
            if (!is_chosen(i, n))
                CHECK(value(i, n, width, n ? (double)balance : 1) <= found + TOLERANCE);
    }
    return 0;
}

static int ties(void) {
    // All the same: the given order, whatever weighs how much.
    for (float balance = 0; balance <= 1; balance += 0.25f) {
        for (int32_t i = 0; i < COUNT * WIDTH; i++) kept[i] = 1;
        for (int32_t i = 0; i < COUNT; i++) given[i] = 0.5f;
        choose(COUNT, WIDTH, balance, COUNT);
        for (int32_t i = 0; i < COUNT; i++) CHECK(chosen[i] == (uint32_t)i);
    }
    // Two directions, three of each: one of each first.
    for (int32_t i = 0; i < 6; i++)
        kept[2 * i] = i < 3, kept[2 * i + 1] = i >= 3, given[i] = 1 - 0.01f * (float)i;
    choose(6, 2, 0.5f, 6);
    static const uint32_t EXPECTED[6] = { 0, 3, 1, 2, 4, 5 };
    for (int32_t i = 0; i < 6; i++) CHECK(chosen[i] == EXPECTED[i]);
    return 0;
}

// A vector of zeros is similar to nothing: less than what points elsewhere, more than the opposite.
static int nothing(void) {
    static const float VALUES[4][2] = { { 1, 0 }, { 1, 0 }, { 0, 0 }, { -1, 0 } };
    static const uint32_t EXPECTED[4] = { 0, 3, 2, 1 };
    for (int32_t i = 0; i < 4; i++)
        kept[2 * i] = VALUES[i][0], kept[2 * i + 1] = VALUES[i][1], given[i] = 1;
    choose(4, 2, 0.5f, 4);
    for (int32_t i = 0; i < 4; i++) CHECK(chosen[i] == EXPECTED[i]);
    return 0;
}

static int few(void) {
    given[0] = 1;
    choose(1, 1, 0.5f, 1);
    CHECK(chosen[0] == 0);
    chosen[0] = 77;
    choose(COUNT, WIDTH, 0.5f, 0);
    CHECK(chosen[0] == 77);
    return 0;
}

int run(void) {
    for (int32_t count = 1; count <= COUNT; count += 1 + count / 4)
        for (int32_t width = 1; width <= WIDTH; width += 1 + width / 2) {
            PASS(against_reference(count, width, 0.7f));
            PASS(against_reference(count, width, 0));
            PASS(against_reference(count, width, 1));
        }
    PASS(ties());
    PASS(nothing());
    PASS(few());
    return 0;
}

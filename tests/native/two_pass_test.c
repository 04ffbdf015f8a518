// Two passes with made-up estimates: the list is that of exact scores wherever errors are within
// the slack, whatever estimates are: wrong by any size, NaN, infinite, all alike.
#include "../../src/two_pass.h"
#include "check.h"

enum { COUNT = 2 * PR_TWO_PASS_MAX + 300, ROWS_MAX = COUNT };

static union {
    long long align;
    unsigned char bytes[12 * 4 * PR_TWO_PASS_MAX];
} memory;
static union heap {
    pr_topk top;
    uint8_t bytes[sizeof(pr_topk) + (COUNT + 5) * sizeof(pr_topk_entry)];
} found, expected;
static pr_two_pass two;
static float exact[COUNT], guess[COUNT], unit[COUNT];
static float seen; // the largest error that a call met, in units
static uint32_t rows[COUNT];
static uint8_t excluded[ROWS_MAX / 8 + 1];
static int32_t scored; // exactly, in one call

// One chunk, as a model does it; exact scores of rows that are NULL are by position.
static pr_status find(const uint32_t *some, uint32_t first, int32_t count, const uint8_t *without) {
    for (int32_t i = 0; i < count; i++) {
        two.estimate[i] = guess[first + (uint32_t)i];
        two.unit[i] = unit[first + (uint32_t)i];
    }
    pr_two_pass_begin(&two, some ? some + first : 0, first, count, without);
    for (int32_t n; (n = pr_two_pass_next(&two, &found.top));) {
        for (int32_t i = 0; i < n; i++) {
            uint32_t position = two.position[i];
            if (position >= COUNT || two.row[i] != (some ? some[position] : position)) return -9;
            two.score[i] = exact[position];
        }
        scored += n;
        if (pr_two_pass_take(&two, n, &found.top)) return PR_ERR_NOT_FINITE;
    }
    return PR_OK;
}

// A whole call in chunks, and its list beside that of all exact scores.
static int check_list(const uint32_t *some, int32_t count, int32_t capacity,
                      const uint8_t *without) {
    pr_topk_init(&found.top, capacity);
    pr_topk_init(&expected.top, capacity);
    scored = 0;
    for (int32_t at = 0; at < count; at += PR_TWO_PASS_MAX)
        CHECK(find(some, (uint32_t)at, count - at < PR_TWO_PASS_MAX ? count - at : PR_TWO_PASS_MAX,
                   without) == PR_OK);
    pr_topk_push(&expected.top, exact, some, 0, count, without);
    CHECK(pr_topk_sort(&found.top) == pr_topk_sort(&expected.top));
    for (int32_t i = 0; i < found.top.count; i++) {
        CHECK(found.top.entry[i].position == expected.top.entry[i].position);
        CHECK(found.top.entry[i].score == expected.top.entry[i].score);
    }
    CHECK(scored <= count);
    seen = two.seen;
    return 0;
}

static void plan(float slack) {
    pr_arena arena = { (uintptr_t)memory.bytes };
    pr_two_pass_plan(&two, &arena);
    two.slack = slack;
}

// Scores of so many levels (ties), and estimates with errors of up to `slack` units of any size.
static void make(int32_t count, int32_t levels, float size, float slack) {
    for (int32_t i = 0; i < count; i++) {
        exact[i] = (float)random_below(levels) / (float)levels;
        unit[i] = size * (1 + random_value()) * (random_below(10) ? 1 : 30);
        guess[i] = exact[i] + 0.99f * slack * unit[i] * random_value();
        rows[i] = (uint32_t)random_below(ROWS_MAX);
    }
    for (int32_t i = 0; i < ROWS_MAX / 8 + 1; i++)
        excluded[i] = (uint8_t)(random_below(3) ? 0 : random_below(256));
}

static const int32_t counts[] = { 0, 1, 3, 31, 32, 33, 500, 4096, 4097, COUNT };
static const int32_t capacities[] = { 0, 1, 10, 17, 100, 2000, COUNT + 5 };

static int within_slack(float size, float slack) {
    for (int32_t i = 0; i < 10; i++)
        for (int32_t j = 0; j < 7; j++) {
            plan(slack);
            make(counts[i], random_below(2) ? 5 : 100000, size, slack);
            PASS(check_list(0, counts[i], capacities[j], 0));
            PASS(check_list(rows, counts[i], capacities[j], excluded));
            // Nothing measured: all that is not excluded is scored exactly.
            plan(-1);
            PASS(check_list(0, counts[i], capacities[j], 0));
            CHECK(scored == counts[i]);
        }
    return 0;
}

// Small errors leave most of a long list to estimates: else there would be no point.
static int saves_work(void) {
    plan(1);
    make(4096, 1000000, 1e-5f, 1);
    PASS(check_list(0, 4096, 20, 0));
    CHECK(scored >= 40 && scored < 60);
    PASS(check_list(0, 4096, 3, 0));
    CHECK(scored >= 32 && scored < 50);
    make(COUNT, 1000000, 1e-5f, 1);
    PASS(check_list(0, COUNT, 20, 0));
    CHECK(scored < 200);
    return 0;
}

// Errors that are larger than the measured ones are seen in the call, and widen its slack alone.
static int widens(void) {
    plan(1e-3f);
    make(4096, 1000000, 1e-4f, 1);
    PASS(check_list(0, 4096, 20, 0));
    CHECK(seen > 0.5f && seen <= 1 && scored < 100 && two.slack == 1e-3f);
    make(4096, 1000000, 1e-4f, 1e-3f);
    PASS(check_list(0, 4096, 20, 0));
    CHECK(seen < 0.3f); // of this call alone
    return 0;
}

// Estimates that tell nothing send every candidate to the second pass.
static int useless(int32_t count, int32_t capacity) {
    float nan = __builtin_nanf(""), infinity = __builtin_inff();
    const float values[] = { nan, infinity, -infinity, 0 };
    for (int32_t v = 0; v < 4; v++) {
        plan(1e-3f);
        make(count, 1000, 1e-3f, 1);
        for (int32_t i = 0; i < count; i++) {
            guess[i] = values[v];
            unit[i] = 1e-3f;
        }
        PASS(check_list(0, count, capacity, 0));
        CHECK(scored == count);
        // Units too.
        for (int32_t i = 0; i < count; i++) unit[i] = v == 3 ? 0 : values[v];
        PASS(check_list(0, count, capacity, 0));
        CHECK(scored == count);
    }
    // In some candidates, which no list may miss.
    for (int32_t round = 0; round < 20; round++) {
        plan(2);
        make(count, 1000, 1e-4f, 1);
        for (int32_t i = random_below(7); i < count; i += 1 + random_below(round * 20 + 1))
            guess[i] = values[random_below(3)];
        PASS(check_list(0, count, capacity, random_below(2) ? excluded : 0));
    }
    return 0;
}

// Scores that differ in the last bit alone, far from zero: their rounding is no smaller than the
// gaps between them.
static int last_bits(void) {
    for (int32_t offset = 0; offset < 3; offset++)
        for (int32_t round = 0; round < 20; round++) {
            static const float offsets[] = { 1, 1e4f, -3e7f };
            plan(0);
            make(1000, 1, 1e-6f, 0);
            for (int32_t i = 0; i < 1000; i++) {
                exact[i] = offsets[offset] * (1 + 0x1p-23f * (float)random_below(4));
                guess[i] = offsets[offset] * (1 + 0x1p-23f * (float)random_below(4));
            }
            PASS(check_list(0, 1000, 20, 0));
        }
    return 0;
}

static int alike(void) {
    plan(0.5f);
    make(1000, 1, 1, 0);
    PASS(check_list(0, 1000, 20, 0));
    CHECK(scored == 1000);
    for (int32_t i = 0; i < 1000; i++) unit[i] = 0; // and known to be
    PASS(check_list(0, 1000, 20, 0));
    return 0;
}

static int overflow(void) {
    for (int32_t round = 0; round < 3; round++) {
        plan(1);
        make(1000, 1000, 1e-4f, 1);
        exact[500] = round ? (round - 1.5f) * __builtin_inff() : __builtin_nanf("");
        guess[500] = round % 2 ? -__builtin_inff() : __builtin_nanf("");
        pr_topk_init(&found.top, 10);
        CHECK(find(0, 0, 1000, 0) == PR_ERR_NOT_FINITE);
    }
    return 0;
}

// A measurement keeps the largest, and three times of it.
static int learns(void) {
    plan(-1);
    make(300, 1000, 1e-3f, 1);
    PASS(check_list(0, 300, 0, 0));
    CHECK(scored == 300 && seen > 0.8f);
    pr_two_pass_learn(&two);
    CHECK(two.slack == 3 * seen);
    make(300, 1000, 1e-3f, 0.01f);
    PASS(check_list(0, 300, 0, 0));
    pr_two_pass_learn(&two);
    CHECK(two.slack > 2.4f);
    return 0;
}

int run(void) {
    static const float sizes[] = { 0, 1e-7f, 1e-4f, 0.01f, 1, 1e6f };
    for (int32_t i = 0; i < 6; i++) {
        PASS(within_slack(sizes[i], 1));
        PASS(within_slack(sizes[i], 30));
    }
    PASS(saves_work());
    PASS(widens());
    PASS(useless(500, 20));
    PASS(useless(33, 10));
    PASS(last_bits());
    PASS(alike());
    PASS(overflow());
    return learns();
}

// The top-K heap against a full sort: ties, exclusion, NaN, capacity above the number of
// candidates.
#include "../../src/topk.h"
#include "check.h"

enum { COUNT = 500 };

static float scores[COUNT];
static uint32_t rows[COUNT];
static uint8_t excluded[COUNT];
static union {
    pr_topk top;
    uint8_t bytes[sizeof(pr_topk) + COUNT * sizeof(pr_topk_entry)];
} heap;

// The rank of candidate i: how many candidates precede it.
static int32_t rank_of(int32_t i, int32_t count, int use_rows) {
    int32_t rank = 0;
    for (int32_t j = 0; j < count; j++) {
        uint32_t row = use_rows ? rows[j] : (uint32_t)j;
        if (excluded[row / 8] >> row % 8 & 1) continue;
        rank += scores[j] > scores[i] || (scores[j] == scores[i] && j < i);
    }
    return rank;
}

static int check(int32_t count, int32_t capacity, int32_t levels, int use_rows) {
    int32_t allowed = 0;
    for (int32_t i = 0; i < COUNT / 8; i++)
        excluded[i] = (uint8_t)(random_below(4) ? 0 : random_below(256));
    for (int32_t i = 0; i < count; i++) {
        scores[i] = (float)random_below(levels);
        rows[i] = (uint32_t)random_below(COUNT - 8);
        uint32_t row = use_rows ? rows[i] : (uint32_t)i;
        allowed += !(excluded[row / 8] >> row % 8 & 1);
    }
    pr_topk_init(&heap.top, capacity);
    // In two pushes, as a scan in chunks does.
    int32_t half = count / 2;
    pr_topk_push(&heap.top, scores, use_rows ? rows : 0, 0, half, excluded);
    pr_topk_push(&heap.top, scores + half, use_rows ? rows + half : 0, (uint32_t)half, count - half,
                 excluded);
    pr_topk_sort(&heap.top);
    CHECK(heap.top.count == (allowed < capacity ? allowed : capacity));
    for (int32_t i = 0; i < heap.top.count; i++) {
        pr_topk_entry entry = heap.top.entry[i];
        CHECK(entry.score == scores[entry.position]);
        CHECK(rank_of((int32_t)entry.position, count, use_rows) == i);
    }
    return 0;
}

static int not_a_number(void) {
    float mixed[4] = { __builtin_nanf(""), 1, -5, __builtin_nanf("") };
    pr_topk_init(&heap.top, 4);
    pr_topk_push(&heap.top, mixed, 0, 0, 4, 0);
    pr_topk_sort(&heap.top);
    CHECK(heap.top.count == 4);
    CHECK(heap.top.entry[0].position == 1 && heap.top.entry[1].position == 2);
    CHECK(heap.top.entry[2].position == 0 && heap.top.entry[3].position == 3);
    return 0;
}

int run(void) {
    for (int32_t count = 0; count < COUNT - 8; count += 1 + count / 3)
        for (int32_t capacity = 0; capacity <= count; capacity += 1 + capacity) {
            PASS(check(count, capacity, 7, 0));
            PASS(check(count, capacity, 1000000, 1));
        }
    PASS(not_a_number());
    return 0;
}

// The best K of any scores, in pieces, with exclusions: a sort of all of them.
#include "../../../src/topk.h"
#include "fuzz.h"

enum { COUNT_MAX = 60 };

static int is_excluded(const uint8_t *excluded, uint32_t row) {
    return excluded && (excluded[row / 8] >> row % 8 & 1);
}

void fuzz_topk(void) {
    int32_t count = fuzz_below(COUNT_MAX), capacity = fuzz_below(COUNT_MAX), limit = count + 1;
    int32_t levels = fuzz_byte(), nan_share = fuzz_below(20);
    uint32_t first = fuzz_byte();
    uint32_t *rows = fuzz_flag() ? fuzz_rows(count) : 0;
    uint8_t *excluded = fuzz_flag() ? fuzz_zeros((uint64_t)(limit + (int32_t)first) / 8 + 1) : 0;
    float *scores = fuzz_floats(count);
    for (int32_t i = 0; i < count; i++) {
        scores[i] = levels ? (float)fuzz_draw(levels) : fuzz_number(1);
        if (nan_share && fuzz_draw(nan_share) == 0) scores[i] = __builtin_nanf("");
    }
    if (rows) fuzz_choose(rows, count, limit);
    for (int32_t i = 0; excluded && i < (limit + (int32_t)first) / 8 + 1; i++)
        excluded[i] = fuzz_byte() & fuzz_byte();
    pr_topk *top = fuzz_zeros(sizeof(pr_topk) + (uint64_t)capacity * sizeof(pr_topk_entry));
    pr_topk_init(top, capacity);
    for (int32_t done = 0; done < count;) {
        int32_t piece = 1 + (int32_t)fuzz_draw(count - done);
        pr_topk_push(top, scores + done, rows ? rows + done : 0, first + (uint32_t)done, piece,
                     excluded);
        done += piece;
    }
    REQUIRE(pr_topk_sort(top) == top->count);
    int32_t allowed = 0;
    for (int32_t i = 0; i < count; i++)
        allowed += !is_excluded(excluded, rows ? rows[i] : first + (uint32_t)i);
    REQUIRE(top->count == (allowed < capacity ? allowed : capacity));
    for (int32_t i = 0; i < top->count; i++) {
        int32_t at = (int32_t)(top->entry[i].position - first), rank = 0;
        REQUIRE(at >= 0 && at < count);
        float score = scores[at] == scores[at] ? scores[at] : -__builtin_inff();
        REQUIRE(top->entry[i].score == score);
        for (int32_t j = 0; j < count; j++) {
            float other = scores[j] == scores[j] ? scores[j] : -__builtin_inff();
            if (is_excluded(excluded, rows ? rows[j] : first + (uint32_t)j)) continue;
            rank += other > score || (other == score && j < at);
        }
        REQUIRE(rank == i);
    }
}

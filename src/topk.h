// The best K of a stream of scores: a heap of K entries with the worst on top. One comparison
// rejects most candidates, so the cost is the scan.
//
//   pr_topk_init(top, 10); // sizeof(pr_topk) + 10 * sizeof(pr_topk_entry) bytes of the caller
//   pr_topk_push(top, scores, 0, 0, count, 0);
//   pr_topk_sort(top);
#ifndef PR_TOPK_H
#define PR_TOPK_H

#include <stdint.h>

typedef struct pr_topk_entry {
    float score;
    uint32_t position; // in the order of the candidates; the smaller wins a tie
} pr_topk_entry;

typedef struct pr_topk {
    int32_t capacity, count;
    pr_topk_entry entry[]; // (capacity)
} pr_topk;

void pr_topk_init(pr_topk *top, int32_t capacity);

// Pushes one score. A NaN ranks last.
void pr_topk_offer(pr_topk *top, float score, uint32_t position);

// Whether the bit of a row is set.
static inline int pr_topk_is_excluded(const uint8_t *excluded, uint32_t row) {
    return excluded[row / 8] >> row % 8 & 1;
}

// Pushes scores (count) at positions first, first + 1, ... Candidate i is row rows[i], or its
// position where rows is NULL. Rows whose bit is set in excluded (a bit per row, or NULL) are
// skipped. A NaN ranks last.
void pr_topk_push(pr_topk *top, const float *scores, const uint32_t *rows, uint32_t first,
                  int32_t count, const uint8_t *excluded);

// Sorts the entries, the best first, and returns their number. Nothing may be pushed afterwards.
int32_t pr_topk_sort(pr_topk *top);

#endif

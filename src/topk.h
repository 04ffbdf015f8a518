// The best K of a stream of scores. A heap of K entries with the worst on top: most candidates are
// turned away by one comparison, so the cost is the scan.
#ifndef PR_TOPK_H
#define PR_TOPK_H

#include <stdint.h>

typedef struct pr_topk_entry {
    float score;
    uint32_t position; // in the order in which candidates were given; the smaller wins a tie
} pr_topk_entry;

typedef struct pr_topk {
    int32_t capacity, count;
    pr_topk_entry entry[]; // (capacity)
} pr_topk;

void pr_topk_init(pr_topk *top, int32_t capacity);

// Offers scores (count) at positions first, first + 1, ... Candidate i stands for row rows[i], or
// for its own position where rows is NULL; rows whose bit is set in excluded (a bit a row, or NULL)
// are passed over. A NaN ranks last.
void pr_topk_push(pr_topk *top, const float *scores, const uint32_t *rows, uint32_t first,
                  int32_t count, const uint8_t *excluded);

// Sorts the entries, the best first. The heap is no longer one: nothing may be pushed after it.
void pr_topk_sort(pr_topk *top);

#endif

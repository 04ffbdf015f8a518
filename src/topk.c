#include "topk.h"

#include "simd.h"

// Whether a ranks below b.
static int is_worse(pr_topk_entry a, pr_topk_entry b) {
    return a.score < b.score || (a.score == b.score && a.position > b.position);
}

static void sift_up(pr_topk_entry *heap, int32_t child) {
    pr_topk_entry moving = heap[child];
    while (child > 0) {
        int32_t parent = (child - 1) / 2;
        if (!is_worse(moving, heap[parent])) break;
        heap[child] = heap[parent];
        child = parent;
    }
    heap[child] = moving;
}

static void sift_down(pr_topk_entry *heap, int32_t count, pr_topk_entry moving) {
    int32_t parent = 0;
    for (;;) {
        int32_t child = 2 * parent + 1;
        if (child >= count) break;
        if (child + 1 < count && is_worse(heap[child + 1], heap[child])) child++;
        if (!is_worse(heap[child], moving)) break;
        heap[parent] = heap[child];
        parent = child;
    }
    heap[parent] = moving;
}

void pr_topk_init(pr_topk *top, int32_t capacity) {
    top->capacity = capacity;
    top->count = 0;
}

void pr_topk_offer(pr_topk *top, float score, uint32_t position) {
    pr_topk_entry entry = { score == score ? score : -__builtin_inff(), position };
    if (top->count < top->capacity) {
        top->entry[top->count] = entry;
        sift_up(top->entry, top->count++);
    } else if (top->capacity && is_worse(top->entry[0], entry)) {
        sift_down(top->entry, top->count, entry);
    }
}

// How many scores at the start of scores (count), in fours, are worse than the worst of a full
// heap.
static int32_t count_worse(const pr_topk *top, const float *scores, int32_t count) {
    if (top->count < top->capacity || top->capacity == 0) return 0;
    pr_f4 worst = pr_f4_set1(top->entry[0].score);
    int32_t i = 0;
    while (i + 4 <= count && pr_f4_all_less(pr_f4_load(scores + i), worst)) i += 4;
    return i;
}

void pr_topk_push(pr_topk *top, const float *scores, const uint32_t *rows, uint32_t first,
                  int32_t count, const uint8_t *excluded) {
    for (int32_t i = 0; i < count; i++) {
        i += count_worse(top, scores + i, count - i);
        if (i == count) break;
        uint32_t position = first + (uint32_t)i;
        if (excluded && pr_topk_is_excluded(excluded, rows ? rows[i] : position)) continue;
        pr_topk_offer(top, scores[i], position);
    }
}

int32_t pr_topk_sort(pr_topk *top) {
    for (int32_t last = top->count - 1; last > 0; last--) {
        pr_topk_entry worst = top->entry[0];
        sift_down(top->entry, last, top->entry[last]);
        top->entry[last] = worst;
    }
    return top->count;
}

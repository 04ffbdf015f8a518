// Two passes over candidates: estimates of all, exact scores of those that may be among the best K.
//
// An estimate comes with a unit, the size that its error is expected to have. The slack is how many
// units an error may have: three times the most that was seen, of scores computed both ways, when
// the model was loaded and in this call, and at least half a unit. A candidate is scored exactly if
//
//   - it is among the best 2K by estimates (and at least 32), whose errors are seen thereby, or
//   - estimate + slack unit is not below the K-th best exact score.
//
// So a list differs from that of exact scores only where an error is over three times as large as
// those seen. Where estimates tell nothing (all candidates alike, weights of very different sizes),
// the slack sends every candidate to the second pass.
//
// Where a proof says how large an error may be, the unit is that and the slack is 1: then the list
// is that of exact scores.
//
//   pr_two_pass_begin(&two, rows, first, count, excluded); // two.estimate and two.unit are filled
//   while ((n = pr_two_pass_next(&two, top))) {
//       score(two.row, n, two.score);
//       if (pr_two_pass_take(&two, n, top)) return PR_ERR_NOT_FINITE;
//   }
#ifndef PR_TWO_PASS_H
#define PR_TWO_PASS_H

#include "arena.h"
#include "status.h"
#include "topk.h"

enum { PR_TWO_PASS_MAX = 4096 }; // candidates at a time

typedef struct pr_two_pass {
    float slack; // measured; negative before the first measurement: then all are scored exactly
    float slack_max; // infinite, unless a proof says how many units an error may have
    float seen; // the largest error of this call, in units
    int32_t rounds; // of `next` for these candidates
    int32_t count;
    const uint32_t *rows; // of the candidates, or NULL
    uint32_t first;
    // (PR_TWO_PASS_MAX) of the candidates; -infinity where one is excluded or scored
    float *estimate, *unit;
    // (PR_TWO_PASS_MAX) of those to be scored next: rows, positions, estimates, units, scores
    uint32_t *row, *position;
    float *guess, *guess_unit, *score;
    pr_topk *best; // of the estimates
} pr_two_pass;

void pr_two_pass_plan(pr_two_pass *two, pr_arena *arena);

// The candidates rows (count), at most PR_TWO_PASS_MAX; NULL: first, first + 1, ... Those whose bit
// is set in excluded (a bit per row, or NULL) are left out. `first` 0 begins a call.
void pr_two_pass_begin(pr_two_pass *two, const uint32_t *rows, uint32_t first, int32_t count,
                       const uint8_t *excluded);

// Writes those to be scored next to two->row and returns how many; 0: top is right.
int32_t pr_two_pass_next(pr_two_pass *two, const pr_topk *top);

// Offers two->score (count) to top. Fails with PR_ERR_NOT_FINITE where one is not.
pr_status pr_two_pass_take(pr_two_pass *two, int32_t count, pr_topk *top);

// Keeps the largest error of this call as a measurement.
void pr_two_pass_learn(pr_two_pass *two);

#endif

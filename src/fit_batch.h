// How much a fit may compute, whatever the file and the length of the history. The unit of work is
// a multiply-add of a float32 vector's element; a step outside vectors counts as several.
#ifndef PR_FIT_BATCH_H
#define PR_FIT_BATCH_H

#include "negatives.h"

#define PR_FIT_WORK 2.5e9f // of a whole fit: about a second on a slow machine

enum { PR_FIT_STEPS_MIN = 16 }; // a fit by fewer steps of Adam is none

// A step of Adam takes the whole history and all draws of negatives, or, where these would be too
// many, every so many-th interaction, from another one on at each step, and as large a part of the
// draws. Their weights make the expected gradient the same.
typedef struct pr_fit_batch {
    int32_t steps; // those asked for, or as many as there is work for; 0: fewer than the minimum
    int32_t every; // 1: the whole history
} pr_fit_batch;

// rows are computed in multiples of `tile`, at least 4; row_work is that of a row, step_work that
// of a step beside its rows. The draws and their weight become those of a step.
void pr_fit_batch_plan(pr_fit_batch *batch, int32_t count, pr_negatives *negatives, int32_t steps,
                       int32_t tile, float row_work, float step_work);

#endif

#include "fit_batch.h"

void pr_fit_batch_plan(pr_fit_batch *batch, int32_t count, pr_negatives *negatives, int32_t steps,
                       int32_t tile, float row_work, float step_work) {
    float most = PR_FIT_WORK / ((float)tile * row_work + step_work);
    batch->every = 1;
    batch->steps = (float)steps < most ? steps : (int32_t)most;
    if (batch->steps < steps && batch->steps < PR_FIT_STEPS_MIN) batch->steps = 0;
    if (batch->steps == 0) return;
    int32_t total = count + negatives->draws,
            // At least a tile. The two parts of a batch are rounded up, and so is their sum.
        rows = (int32_t)((PR_FIT_WORK / (float)batch->steps - step_work) / row_work) / tile * tile;
    if (rows < tile) rows = tile;
    if (total > rows) batch->every = total / (rows - 2) + 1;
    int32_t draws = (negatives->draws + batch->every - 1) / batch->every;
    if (draws) negatives->weight *= (float)negatives->draws / (float)draws;
    negatives->draws = draws;
}

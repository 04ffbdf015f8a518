#include "ncf_tile.h"

#include "activation.h"

// y (4 columns, 4 of PR_ROWS) = max(floor, user (4) + item (4 items, 4 columns))', transposed
PR_INLINE void first_quad(const float *const item[4], const float *user, pr_f4 floor,
                                float *y) {
    pr_f4 shift = pr_f4_load(user), column[4];
#pragma GCC unroll 4
    for (int r = 0; r < 4; r++) column[r] = pr_f4_max(pr_f4_add(pr_f4_load(item[r]), shift), floor);
    pr_f4_transpose(column);
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) pr_f4_store(y + k * PR_ROWS, column[k]);
}

void pr_ncf_tile_first(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                       int32_t blocks) {
    int32_t width = model->hidden, activation = model->config.activation[0];
    const float *user = prepared + model->gmf_stride;
    pr_f4 floor = pr_activation_floor(activation);
    if (!model->config.layers) return;
    for (int32_t quad = 0; quad < blocks * 2; quad++) {
        const float *item[4];
        for (int r = 0; r < 4; r++)
            item[r] = model->items.item_hidden + (uint64_t)rows[quad * 4 + r] * (uint32_t)width;
        float *y = model->scratch.tile[0] + (quad / 2) * width * PR_ROWS + quad % 2 * 4;
        for (int32_t k = 0; k < width; k += 4) {
            first_quad(item, user + k, floor, y + k * PR_ROWS);
#pragma GCC unroll 4
            for (int r = 0; r < 4; r++) item[r] += 4;
        }
    }
    pr_activation_apply_rest(activation, model->scratch.tile[0], blocks * width * PR_ROWS);
}

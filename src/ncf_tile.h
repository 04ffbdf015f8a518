// A tile of candidates on its way through a tower: its first layer, and its raw scores from the
// last one. ncf.c computes the layers between in float32, ncf_estimate.c in integers. The raw
// scores are compiled in both: a product and a sum are fused in ncf.c, and never in estimates.
#ifndef PR_NCF_TILE_H
#define PR_NCF_TILE_H

#include "ncf.h"
#include "simd.h"

// scratch.tile[0] (blocks, hidden, PR_ROWS) = activation(user (hidden) + item_hidden (rows,
// hidden)) where there is a tower.
void pr_ncf_tile_first(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                       int32_t blocks);

// The GMF logits of four items: gmf_item (4, gmf_stride) user (gmf_stride).
PR_INLINE pr_f4 gmf_quad_(const pr_ncf *model, const float *user, const uint32_t *rows) {
    pr_f4 sum[4] = { pr_f4_zero(), pr_f4_zero(), pr_f4_zero(), pr_f4_zero() };
    const float *item[4];
    for (int r = 0; r < 4; r++)
        item[r] = model->items.gmf_item + (uint64_t)rows[r] * (uint32_t)model->gmf_stride;
    for (int32_t k = 0; k < model->gmf_stride; k += 4) {
        pr_f4 weight = pr_f4_load(user + k);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sum[r] = pr_f4_fma(pr_f4_load(item[r] + k), weight, sum[r]);
    }
    return pr_f4_sum4(sum[0], sum[1], sum[2], sum[3]);
}

// The tower's logits of four rows: mlp_output (last_width) . last (last_width, 4 of PR_ROWS).
PR_INLINE pr_f4 tower_quad_(const pr_ncf *model, const float *last) {
    pr_f4 sum = pr_f4_zero();
    for (int32_t k = 0; k < model->last_width; k++)
        sum = pr_f4_fma(pr_f4_load(last + k * PR_ROWS), pr_f4_load1(model->weights.mlp_output + k),
                        sum);
    return sum;
}

// raw (blocks * PR_ROWS) = the logits of these items, from scratch.tile of the last layer.
PR_INLINE void pr_ncf_tile_last(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                                int32_t blocks, float *raw) {
    int32_t depth = model->config.layers;
    int32_t last_stride = pr_round_up(model->last_width, PR_PANEL) * PR_ROWS;
    for (int32_t quad = 0; quad < blocks * 2; quad++, rows += 4) {
        pr_f4 logit = pr_f4_set1(model->weights.output_bias);
        if (depth)
            logit = pr_f4_add(logit, tower_quad_(model, model->scratch.tile[depth - 1] +
                                                            quad / 2 * last_stride + quad % 2 * 4));
        if (model->config.gmf) logit = pr_f4_add(logit, gmf_quad_(model, prepared, rows));
        pr_f4_store(raw + quad * 4, logit);
        if (model->config.has_item_bias)
            for (int r = 0; r < 4; r++) raw[quad * 4 + r] += model->items.item_bias[rows[r]];
    }
}

// tile (a multiple of PR_ROWS at least count) = items rows (count), or first, first + 1, ...; the
// last block is filled up with the last item. Returns the blocks.
PR_INLINE int32_t pr_ncf_tile_rows(const uint32_t *rows, uint32_t first, int32_t count,
                                   uint32_t *tile) {
    int32_t blocks = (count + PR_ROWS - 1) / PR_ROWS;
    for (int32_t r = 0; r < blocks * PR_ROWS; r++) {
        int32_t i = r < count ? r : count - 1;
        tile[r] = rows ? rows[i] : first + (uint32_t)i;
    }
    return blocks;
}

#endif

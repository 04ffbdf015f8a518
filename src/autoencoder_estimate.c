#include "autoencoder_estimate.h"

#include "rows.h"
#include "simd.h"

static const pr_table *item_table(const pr_autoencoder *model) {
    return &model->weights.layer[model->config.layers - 1];
}

// In times of a multiplication and addition in float32: one in integers, what a candidate takes
// beside, and how many candidates the rounding of a number of the vector costs; the gain below
// which estimates are not worth their memory. As measured, for 32 to 500 numbers and 200 to 20,000
// items.
static const float INTEGER = 0.62f, CANDIDATE = 32, ROUNDING = 40, WORTHWHILE = 0.9f;

int32_t pr_autoencoder_estimates_pay(const pr_autoencoder *model, int32_t count, int32_t wanted) {
    float width = (float)model->config.code, scores = width * (float)count;
    float again = wanted < 16 ? 32 : 2 * (float)wanted;
    float estimates = (INTEGER * width + CANDIDATE) * (float)count + (ROUNDING + again) * width;
    return estimates < WORTHWHILE * scores;
}

static void plan(pr_autoencoder_estimates *estimates, pr_arena *arena,
                 const pr_autoencoder *model) {
    estimates->model = model;
    pr_table_estimate_plan(&estimates->table, arena, item_table(model));
    pr_two_pass_plan(&estimates->two, arena);
    estimates->two.slack = estimates->two.slack_max = 1; // units are bounds
}

uint64_t pr_autoencoder_estimates_size(const pr_autoencoder *model) {
    pr_autoencoder_estimates estimates;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_autoencoder_estimates));
    plan(&estimates, &arena, model);
    return arena.at;
}

pr_autoencoder_estimates *pr_autoencoder_estimates_init(const pr_autoencoder *model,
                                                        void *address) {
    pr_arena arena = { (uintptr_t)address };
    pr_autoencoder_estimates *estimates = pr_arena_take(&arena, sizeof(pr_autoencoder_estimates));
    if (model->config.code > PR_TABLE_ESTIMATE_WIDTH) return 0;
    plan(estimates, &arena, model);
    pr_table_estimate_round(&estimates->table, item_table(model), model->scratch.table);
    return estimates;
}

pr_status pr_autoencoder_find(pr_autoencoder_estimates *estimates, const float *prepared,
                              const uint32_t *rows, uint32_t first, int32_t count,
                              const uint8_t *excluded, pr_topk *top) {
    const pr_autoencoder *model = estimates->model;
    const float *bias = model->weights.bias[model->config.layers - 1];
    pr_two_pass *two = &estimates->two;
    if (pr_rows_check(rows, first, count, model->config.items)) return PR_ERR_ROW;
    for (int32_t i = 0; i < pr_round_up(count, 4); i++) {
        int32_t at = i < count ? i : 0;
        two->row[i] = rows ? rows[at] : first + (uint32_t)at;
    }
    pr_table_estimate_set(&estimates->table, prepared);
    pr_table_estimate_dot(&estimates->table, model->config.has_item_bias ? bias : 0,
                          prepared[item_table(model)->stride], two->row, count, two->estimate,
                          two->unit);
    pr_two_pass_begin(two, rows, first, count, excluded);
    for (int32_t found; (found = pr_two_pass_next(two, top));) {
        pr_autoencoder_score(model, prepared, two->row, 0, found, two->score);
        if (pr_two_pass_take(two, found, top)) return PR_ERR_NOT_FINITE;
    }
    return PR_OK;
}

#include "ranker.h"

static void plan(pr_ranker *model, pr_arena *arena, const pr_ranker_config *config) {
    pr_features_plan(&model->features, arena, &config->features);
    model->scratch.input =
        pr_arena_floats(arena, PR_TILE * PR_ROWS, model->features.width[PR_ITEM_SIDE]);
}

uint64_t pr_ranker_size(const pr_ranker_config *config) {
    pr_ranker model;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_ranker));
    plan(&model, &arena, config);
    return arena.at + pr_ncf_size(&config->tower);
}

pr_ranker *pr_ranker_init(void *address, const pr_ranker_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_ranker *model = pr_arena_take(&arena, sizeof(pr_ranker));
    plan(model, &arena, config);
    model->tower = pr_ncf_init((void *)(uintptr_t)arena.at, &config->tower);
    return model;
}

pr_features *pr_ranker_features(pr_ranker *model) { return &model->features; }

pr_ncf *pr_ranker_tower(pr_ranker *model) { return model->tower; }

void pr_ranker_encode(const pr_ranker *model, const pr_values *values, float *vector) {
    pr_features_encode(&model->features, PR_USER_SIDE, values, vector);
}

void pr_ranker_set_items(pr_ranker *model, int32_t first, int32_t rows, const pr_values *values) {
    int32_t features = pr_features_count(&model->features, PR_ITEM_SIDE),
            width = model->features.width[PR_ITEM_SIDE];
    for (int32_t done = 0; done < rows;) {
        int32_t filled = 0;
        for (; filled < PR_TILE * PR_ROWS && done + filled < rows; filled++) {
            int32_t at = (done + filled) * features;
            pr_values of_item = { values->offsets + at, values->ids, values->numbers + at };
            pr_features_encode(&model->features, PR_ITEM_SIDE, &of_item,
                               model->scratch.input + filled * width);
        }
        pr_ncf_set(model->tower, PR_MLP_ITEM, first + done, filled, model->scratch.input);
        done += filled;
    }
}

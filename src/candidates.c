#include "candidates.h"

#include "simd.h"

// ---- layout

static int32_t widest_of(const pr_candidates *model) {
    int32_t widest = model->features.width[PR_USER_SIDE];
    for (int32_t k = 0; k < model->config.layers; k++)
        if (widest < model->config.width[k]) widest = model->config.width[k];
    return pr_round_up(widest, PR_PANEL);
}

static int32_t width_of(const pr_candidates *model) {
    return model->config.width[model->config.layers - 1];
}

static void plan(pr_candidates *model, pr_arena *arena) {
    const pr_candidates_config *config = &model->config;
    pr_features_plan(&model->features, arena, &config->features);
    for (int32_t k = 0; k < config->layers; k++)
        pr_dense_plan(&model->weights.layer[k], arena,
                      k ? config->width[k - 1] : model->features.width[PR_USER_SIDE],
                      config->width[k], config->activation[k]);
    for (int i = 0; i < 2; i++)
        model->scratch.hidden[i] = pr_arena_floats(arena, 1, widest_of(model));
    model->dot.config = (pr_dot_config){
        .items = config->items,
        .width = width_of(model),
        .dtype = config->dtype,
        .is_normalized = config->is_normalized,
    };
    pr_dot_plan(&model->dot, arena);
}

uint64_t pr_candidates_size(const pr_candidates_config *config) {
    pr_candidates model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_candidates));
    plan(&model, &arena);
    return arena.at;
}

pr_candidates *pr_candidates_init(void *address, const pr_candidates_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_candidates *model = pr_arena_take(&arena, sizeof(pr_candidates));
    model->config = *config;
    plan(model, &arena);
    return model;
}

pr_features *pr_candidates_features(pr_candidates *model) { return &model->features; }

pr_dot *pr_candidates_dot(pr_candidates *model) { return &model->dot; }

void pr_candidates_set_weight(pr_candidates *model, int32_t k, int32_t first, int32_t rows,
                              const float *values) {
    pr_dense *layer = &model->weights.layer[k];
    for (int32_t row = 0; row < rows; row++)
        pr_dense_set_row(layer, first + row, values + (int64_t)row * layer->inputs);
}

void pr_candidates_set_bias(pr_candidates *model, int32_t k, const float *values) {
    __builtin_memcpy(model->weights.layer[k].bias, values,
                     (uint32_t)model->config.width[k] * sizeof(float));
}

// ---- a user

void pr_candidates_encode(const pr_candidates *model, const pr_values *values, float *vector) {
    int32_t width = width_of(model);
    const float *x = model->scratch.hidden[0];
    pr_features_encode(&model->features, PR_USER_SIDE, values, model->scratch.hidden[0]);
    for (int32_t k = 0; k < model->config.layers; k++) {
        pr_dense_forward_one(&model->weights.layer[k], x, model->scratch.hidden[1 - k % 2]);
        x = model->scratch.hidden[1 - k % 2];
    }
    float norm = model->config.is_normalized ? pr_dot_inverse_length(x, width) : 1;
    for (int32_t k = 0; k < width; k++) vector[k] = x[k] * norm;
}

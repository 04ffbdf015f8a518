#include "sequence.h"

#include "attention.h"
#include "gru.h"
#include "simd.h"

// ---- layout

static int32_t larger(int32_t a, int32_t b) { return a < b ? b : a; }

static void plan_scratch(pr_sequence *model, pr_arena *arena) {
    int32_t stride = model->stride,
            wide = larger(stride, model->config.is_recurrent ? 5 * model->hidden : model->hidden);
    model->x = pr_arena_floats(arena, PR_SEQ_CHUNK, stride);
    model->norm = pr_arena_floats(arena, PR_SEQ_CHUNK, stride);
    model->sum = pr_arena_floats(arena, PR_SEQ_CHUNK, stride);
    // What is behind the last number of a head or a gate is written too.
    model->wide = pr_arena_floats(arena, PR_SEQ_CHUNK + 1, wide + 4);
    model->weights = pr_arena_floats(arena, 1, pr_round_up(model->config.window + 1, 4));
    model->head = pr_arena_floats(arena, 1, stride);
    model->blocks = pr_arena_floats(arena, PR_ROWS, stride + wide);
}

static void plan(pr_sequence *model, pr_arena *arena) {
    const pr_sequence_config *config = &model->config;
    model->dot.config = config->items;
    pr_dot_plan(&model->dot, arena);
    if (!config->is_tied)
        pr_table_plan(&model->embedding, arena, config->dtype, 0, config->items.items,
                      config->embedding);
    model->hidden = pr_round_up(config->hidden, 4);
    model->stride = pr_round_up(config->embedding, 4);
    if (config->is_recurrent)
        pr_gru_plan(model, arena);
    else
        pr_attention_plan(model, arena);
    plan_scratch(model, arena);
}

uint64_t pr_sequence_size(const pr_sequence_config *config) {
    pr_sequence model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_sequence));
    plan(&model, &arena);
    return arena.at;
}

pr_sequence *pr_sequence_init(void *address, const pr_sequence_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_sequence *model = pr_arena_take(&arena, sizeof(pr_sequence));
    model->config = *config;
    plan(model, &arena);
    if (config->is_tied) model->embedding = model->dot.weights.items.table;
    return model;
}

pr_dot *pr_sequence_dot(pr_sequence *model) { return &model->dot; }

pr_table *pr_sequence_embedding(pr_sequence *model) { return &model->embedding; }

void pr_sequence_set(pr_sequence *model, int32_t tensor, int32_t first, int32_t rows, int32_t width,
                     const float *values) {
    for (int32_t row = first; row < first + rows; row++, values += width)
        if (tensor < PR_SEQ_BIAS)
            pr_dense_set_row(&model->dense[tensor], row, values);
        else
            __builtin_memcpy(tensor < PR_SEQ_POSITION
                                 ? model->dense[tensor - PR_SEQ_BIAS].bias
                                 : model->vector[tensor - PR_SEQ_POSITION] + row * model->stride,
                             values, (uint32_t)width * sizeof(float));
}

void pr_sequence_ready(pr_sequence *model) {
    pr_dot_items_ready(&model->dot);
    if (model->config.padding) pr_attention_ready(model);
}

// ---- users

void pr_sequence_encode(const pr_sequence *model, const uint32_t *rows, int32_t first,
                        int32_t count, float *state, float *vector) {
    (model->config.is_recurrent ? pr_gru_encode : pr_attention_encode)(model, rows, first, count,
                                                                       state, vector);
}

void pr_sequence_leave_out(const pr_sequence *model, const uint32_t *rows, int32_t count,
                           int32_t keeps, uint32_t *rests, float *state, float *spare,
                           float *vectors) {
    int32_t width = pr_round_up(model->config.items.width, 4);
    for (int32_t i = 0; i < count; i++) {
        int32_t first = keeps ? i : 0, at = 0;
        for (int32_t j = 0; j < count; j++)
            if (j != i) rests[at++] = rows[j];
        int32_t kept = model->config.is_recurrent ? 1 : first + 1;
        if (first) __builtin_memcpy(spare, state, (uint32_t)(kept * model->row) * sizeof(float));
        pr_sequence_encode(model, rests, first, at, spare, vectors + i * width);
        if (keeps) pr_sequence_encode(model, rows, i, i + 1, state, vectors + count * width);
    }
}

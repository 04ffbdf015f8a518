#include "candidates.h"

#include "query.h"
#include "rows.h"

// Rows scored and offered at a time; of a table of bytes, looked at in two halves.
enum { SCAN_ROWS = 8192, SCAN_BYTES = 32768 };

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

static void items_plan(const pr_candidates *model, pr_candidates_items *items, pr_arena *arena,
                       int32_t count, int32_t dtype) {
    pr_table_plan(&items->table, arena, dtype, 0, count, width_of(model));
    items->norm = pr_arena_floats(arena, 1, model->config.is_normalized ? count : 0);
}

static void plan(pr_candidates *model, pr_arena *arena) {
    const pr_candidates_config *config = &model->config;
    pr_features_plan(&model->features, arena, &config->features);
    for (int32_t k = 0; k < config->layers; k++)
        pr_dense_plan(&model->layer[k], arena,
                      k ? config->width[k - 1] : model->features.width[PR_USER_SIDE],
                      config->width[k], config->activation[k]);
    items_plan(model, &model->own, arena, config->items, config->dtype);
    model->items = model->own;
    for (int i = 0; i < 2; i++) model->hidden[i] = pr_arena_floats(arena, 1, widest_of(model));
    model->query = pr_arena_take(arena, (uint64_t)pr_query_size(model->own.table.stride));
    model->room = pr_arena_floats(arena, 1, SCAN_ROWS);
}

uint64_t pr_candidates_size(const pr_candidates_config *config) {
    pr_candidates model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_candidates));
    plan(&model, &arena);
    return arena.at;
}

pr_candidates *pr_candidates_init(void *place, const pr_candidates_config *config) {
    pr_arena arena = { (uintptr_t)place };
    pr_candidates *model = pr_arena_take(&arena, sizeof(pr_candidates));
    model->config = *config;
    plan(model, &arena);
    return model;
}

void pr_candidates_set_weight(pr_candidates *model, int32_t k, int32_t first, int32_t rows,
                              const float *values) {
    const pr_dense *layer = &model->layer[k];
    for (int32_t row = 0; row < rows; row++)
        pr_dense_set_row(layer, first + row, values + (int64_t)row * layer->inputs);
}

void pr_candidates_set_bias(pr_candidates *model, int32_t k, const float *values) {
    __builtin_memcpy(model->layer[k].bias, values,
                     (uint32_t)model->config.width[k] * sizeof(float));
}

// ---- items

uint64_t pr_candidates_items_size(const pr_candidates *model, int32_t count, int32_t dtype) {
    pr_candidates_items items;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_candidates_items));
    items_plan(model, &items, &arena, count, dtype);
    return arena.at;
}

pr_candidates_items *pr_candidates_items_init(const pr_candidates *model, void *place,
                                              int32_t count, int32_t dtype) {
    pr_arena arena = { (uintptr_t)place };
    pr_candidates_items *items = pr_arena_take(&arena, sizeof(pr_candidates_items));
    items_plan(model, items, &arena, count, dtype);
    return items;
}

void pr_candidates_use(pr_candidates *model, const pr_candidates_items *items) {
    model->items = items ? *items : model->own;
}

// 1 / the length of x (width), 0 for zeros; in doubles, where squares of floats do not overflow.
static float inverse_length(const float *x, int32_t width) {
    double square = 0;
    for (int32_t k = 0; k < width; k++) square += (double)x[k] * x[k];
    return square > 0 ? (float)(1 / __builtin_sqrt(square)) : 0;
}

void pr_candidates_items_ready(pr_candidates *model) {
    const pr_table *table = &model->items.table;
    for (int32_t row = 0; model->config.is_normalized && row < table->rows; row++) {
        pr_table_row(table, (uint32_t)row, table->room);
        model->items.norm[row] = inverse_length(table->room, table->width);
    }
}

void pr_candidates_vectors(const pr_candidates *model, const uint32_t *rows, int32_t count,
                           float *vectors) {
    const pr_table *table = &model->items.table;
    for (int32_t i = 0; i < count; i++, vectors += table->width) {
        float norm = model->config.is_normalized ? model->items.norm[rows[i]] : 1;
        pr_table_row(table, rows[i], table->room);
        for (int32_t k = 0; k < table->width; k++) vectors[k] = table->room[k] * norm;
    }
}

// ---- a person

void pr_candidates_encode(const pr_candidates *model, const pr_values *values, float *vector) {
    int32_t width = width_of(model);
    const float *x = model->hidden[0];
    pr_features_encode(&model->features, PR_USER_SIDE, values, model->hidden[0]);
    for (int32_t k = 0; k < model->config.layers; k++) {
        pr_dense_forward_one(&model->layer[k], x, model->hidden[1 - k % 2]);
        x = model->hidden[1 - k % 2];
    }
    float norm = model->config.is_normalized ? inverse_length(x, width) : 1;
    for (int32_t k = 0; k < width; k++) vector[k] = x[k] * norm;
}

int32_t pr_candidates_prepared_size(const pr_candidates *model) { return model->own.table.stride; }

void pr_candidates_prepare(const pr_candidates *model, const float *vector, float *prepared) {
    pr_table_scale_columns(&model->own.table, vector,
                           prepared); // no scales here: its padding is what is wanted
}

// ---- scores

// raw (count) = the products, of vectors of length 1 where they are normalized.
static void dot(const pr_candidates *model, const float *prepared, const uint32_t *rows,
                uint32_t first, int32_t count, float *raw) {
    pr_table_dot(&model->items.table, prepared, rows, first, count, raw);
    for (int32_t i = 0; model->config.is_normalized && i < count; i++)
        raw[i] *= model->items.norm[rows ? rows[i] : first + (uint32_t)i];
}

int32_t pr_candidates_score(const pr_candidates *model, const float *prepared, const uint32_t *rows,
                            uint32_t first, int32_t count, float *raw) {
    int32_t bad = pr_rows_first_out_of_range(rows, first, count, model->items.table.rows);
    if (bad < 0) dot(model, prepared, rows, first, count, raw);
    return bad;
}

static void offer(const pr_candidates *model, const float *prepared, uint32_t first, int32_t count,
                  const uint8_t *excluded, pr_topk *top) {
    dot(model, prepared, 0, first, count, model->room);
    pr_topk_push(top, model->room, 0, first, count, excluded);
}

// Those of four rows that might be among the best; bound NULL: all of them.
static void offer_four(const pr_candidates *model, const float *prepared, uint32_t row,
                       const float *bound, const uint8_t *excluded, pr_topk *top) {
    for (uint32_t r = 0; r < 4; r++)
        if (!bound || !(bound[r] < top->entry[0].score))
            offer(model, prepared, row + r, 1, excluded, top);
}

// A piece of a table of bytes: its two halves (rows each) side by side.
static void scan_halves(const pr_candidates *model, pr_query *query, const float *prepared,
                        uint32_t first, uint32_t rows, const uint8_t *excluded, pr_topk *top) {
    const float *norm = model->config.is_normalized ? model->items.norm : 0;
    for (uint32_t row = first, end = first + rows; row < end; row += 4) {
        int is_full = top->count == top->capacity;
        if (is_full)
            row = pr_query_next(query, &model->items.table, norm, row, end, rows,
                                top->entry[0].score);
        if (row >= end) break;
        offer_four(model, prepared, row, is_full ? query->bound : 0, excluded, top);
        offer_four(model, prepared, row + rows, is_full ? query->bound + 4 : 0, excluded, top);
    }
}

static void scan_bytes(const pr_candidates *model, const float *prepared, uint32_t first,
                       int32_t count, const uint8_t *excluded, pr_topk *top) {
    pr_query query = { .numbers = model->query };
    pr_query_make(&query, prepared, model->items.table.stride);
    int32_t done = 0;
    while (count - done >= 8) {
        int32_t half = count - done < SCAN_BYTES ? (count - done) / 8 * 4 : SCAN_BYTES / 2;
        scan_halves(model, &query, prepared, first + (uint32_t)done, (uint32_t)half, excluded, top);
        done += 2 * half;
    }
    offer(model, prepared, first + (uint32_t)done, count - done, excluded, top);
}

void pr_candidates_scan(const pr_candidates *model, const float *prepared, uint32_t first,
                        int32_t count, const uint8_t *excluded, pr_topk *top) {
    if (top->capacity == 0) return;
    if (model->items.table.dtype == PR_I8) {
        scan_bytes(model, prepared, first, count, excluded, top);
        return;
    }
    for (int32_t done = 0; done < count; done += SCAN_ROWS) {
        int32_t piece = count - done < SCAN_ROWS ? count - done : SCAN_ROWS;
        offer(model, prepared, first + (uint32_t)done, piece, excluded, top);
    }
}

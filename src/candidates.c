#include "candidates.h"

#include "query.h"
#include "rows.h"

// Rows scored at a time; of an int8 table, rows bounded at a time, in two halves.
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
    items->has_bounds = pr_arena_take(arena, sizeof(int32_t));
}

static void plan(pr_candidates *model, pr_arena *arena) {
    const pr_candidates_config *config = &model->config;
    pr_features_plan(&model->features, arena, &config->features);
    for (int32_t k = 0; k < config->layers; k++)
        pr_dense_plan(&model->weights.layer[k], arena,
                      k ? config->width[k - 1] : model->features.width[PR_USER_SIDE],
                      config->width[k], config->activation[k]);
    items_plan(model, &model->weights.items, arena, config->items, config->dtype);
    model->items = model->weights.items;
    for (int i = 0; i < 2; i++)
        model->scratch.hidden[i] = pr_arena_floats(arena, 1, widest_of(model));
    int32_t stride = model->weights.items.table.stride;
    model->scratch.query = pr_arena_take(arena, (uint64_t)pr_query_size(stride));
    model->scratch.scores = pr_arena_floats(arena, 1, SCAN_ROWS);
    model->scratch.table = pr_arena_floats(arena, PR_TABLE_SCRATCH, stride);
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

pr_table *pr_candidates_table(pr_candidates *model) { return &model->items.table; }

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

// ---- items

uint64_t pr_candidates_items_size(const pr_candidates *model, int32_t count, int32_t dtype) {
    pr_candidates_items items;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_candidates_items));
    items_plan(model, &items, &arena, count, dtype);
    return arena.at;
}

pr_candidates_items *pr_candidates_items_init(const pr_candidates *model, void *address,
                                              int32_t count, int32_t dtype) {
    pr_arena arena = { (uintptr_t)address };
    pr_candidates_items *items = pr_arena_take(&arena, sizeof(pr_candidates_items));
    items_plan(model, items, &arena, count, dtype);
    return items;
}

void pr_candidates_use(pr_candidates *model, const pr_candidates_items *items) {
    model->items = items ? *items : model->weights.items;
}

// 1 / the length of x (width), 0 for zeros and where a float cannot hold it (lengths below 3e-39);
// in doubles, where squares of floats do not overflow.
static float inverse_length(const float *x, int32_t width) {
    double square = 0;
    for (int32_t k = 0; k < width; k++) square += (double)x[k] * x[k];
    float inverse = square > 0 ? (float)(1 / __builtin_sqrt(square)) : 0;
    return __builtin_isfinite(inverse) ? inverse : 0;
}

void pr_candidates_items_ready(pr_candidates *model) {
    const pr_table *table = &model->items.table;
    *model->items.has_bounds = table->dtype == PR_I8 && pr_query_fits(table);
    for (int32_t row = 0; model->config.is_normalized && row < table->rows; row++) {
        pr_table_row(table, (uint32_t)row, model->scratch.table);
        model->items.norm[row] = inverse_length(model->scratch.table, table->width);
    }
}

void pr_candidates_vectors(const pr_candidates *model, const uint32_t *rows, int32_t count,
                           float *vectors) {
    const pr_table *table = &model->items.table;
    for (int32_t i = 0; i < count; i++, vectors += table->width) {
        float norm = model->config.is_normalized ? model->items.norm[rows[i]] : 1;
        pr_table_row(table, rows[i], model->scratch.table);
        for (int32_t k = 0; k < table->width; k++) vectors[k] = model->scratch.table[k] * norm;
    }
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
    float norm = model->config.is_normalized ? inverse_length(x, width) : 1;
    for (int32_t k = 0; k < width; k++) vector[k] = x[k] * norm;
}

int32_t pr_candidates_prepared_size(const pr_candidates *model) {
    return model->weights.items.table.stride;
}

void pr_candidates_prepare(const pr_candidates *model, const float *vector, float *prepared) {
    // Only pads the vector: the table is not transposed, so columns have no scales.
    pr_table_scale_columns(&model->weights.items.table, vector, prepared);
}

// ---- scores

// raw (count) = items (count, width) prepared (width), each row of length 1 where normalized.
static void dot(const pr_candidates *model, const float *prepared, const uint32_t *rows,
                uint32_t first, int32_t count, float *raw) {
    pr_table_dot(&model->items.table, prepared, rows, first, count, raw, model->scratch.table);
    const float *norm = model->items.norm;
    if (!model->config.is_normalized) return;
    if (rows)
        for (int32_t i = 0; i < count; i++) raw[i] *= norm[rows[i]];
    else
        for (int32_t i = 0; i < count; i++) raw[i] *= norm[first + (uint32_t)i];
}

pr_status pr_candidates_score(const pr_candidates *model, const float *prepared,
                              const uint32_t *rows, uint32_t first, int32_t count, float *raw) {
    if (pr_rows_check(rows, first, count, model->items.table.rows)) return PR_ERR_ROW;
    dot(model, prepared, rows, first, count, raw);
    return PR_OK;
}

// Scores rows first .. first + count - 1 exactly and pushes them.
static pr_status offer(const pr_candidates *model, const float *prepared, uint32_t first,
                       int32_t count, const uint8_t *excluded, pr_topk *top) {
    float *scores = model->scratch.scores;
    dot(model, prepared, 0, first, count, scores);
    pr_topk_push(top, scores, 0, first, count, excluded);
    return pr_first_not_finite(PR_F32, scores, count) < 0 ? PR_OK : PR_ERR_NOT_FINITE;
}

// Offers those of four rows whose bound reaches the worst of the best; bound NULL: all four.
static void offer_four(const pr_candidates *model, const float *prepared, uint32_t row,
                       const float *bound, const uint8_t *excluded, pr_topk *top) {
    for (uint32_t r = 0; r < 4; r++)
        if (!bound || !(bound[r] < top->entry[0].score))
            offer(model, prepared, row + r, 1, excluded, top);
}

// A piece of an int8 table: two halves of `rows` rows each, scanned side by side.
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

// Rows one by one, a piece at a time.
static pr_status scan_exactly(const pr_candidates *model, const float *prepared, uint32_t first,
                              int32_t count, const uint8_t *excluded, pr_topk *top) {
    pr_status status = PR_OK;
    for (int32_t done = 0; done < count; done += SCAN_ROWS) {
        int32_t piece = count - done < SCAN_ROWS ? count - done : SCAN_ROWS;
        if (offer(model, prepared, first + (uint32_t)done, piece, excluded, top))
            status = PR_ERR_NOT_FINITE;
    }
    return status;
}

// In the range of bounds no score overflows.
static void scan_bytes(const pr_candidates *model, pr_query *query, const float *prepared,
                       uint32_t first, int32_t count, const uint8_t *excluded, pr_topk *top) {
    int32_t done = 0;
    while (count - done >= 8) {
        int32_t half = count - done < SCAN_BYTES ? (count - done) / 8 * 4 : SCAN_BYTES / 2;
        scan_halves(model, query, prepared, first + (uint32_t)done, (uint32_t)half, excluded, top);
        done += 2 * half;
    }
    offer(model, prepared, first + (uint32_t)done, count - done, excluded, top);
}

pr_status pr_candidates_scan(const pr_candidates *model, const float *prepared, uint32_t first,
                             int32_t count, const uint8_t *excluded, pr_topk *top) {
    pr_query query = { .numbers = model->scratch.query };
    if (top->capacity == 0) return PR_OK;
    if (!*model->items.has_bounds || !pr_query_make(&query, prepared, model->items.table.stride))
        return scan_exactly(model, prepared, first, count, excluded, top);
    scan_bytes(model, &query, prepared, first, count, excluded, top);
    return PR_OK;
}

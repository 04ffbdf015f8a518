#include "dot.h"

#include "query.h"
#include "rows.h"
#include "solve.h"

// Rows scored at a time; of an int8 table, rows bounded at a time, in two halves.
enum { SCAN_ROWS = 8192, SCAN_BYTES = 32768 };

// ---- layout

static void items_plan(const pr_dot *model, pr_dot_items *items, pr_arena *arena, int32_t count,
                       int32_t dtype) {
    pr_table_plan(&items->table, arena, dtype, 0, count, model->config.width);
    items->norm = pr_arena_floats(arena, 1, model->config.is_normalized ? count : 0);
    items->bias = pr_arena_floats(arena, 1, model->config.has_item_bias ? count : 0);
    items->has_bounds = pr_arena_take(arena, sizeof(int32_t));
}

void pr_dot_plan(pr_dot *model, pr_arena *arena) {
    const pr_dot_config *config = &model->config;
    int32_t prior = config->has_prior ? pr_dot_user_width(model) : 0;
    uint64_t row = sizeof(double) * (uint64_t)pr_solve_stride(config->width);
    if (!config->has_gram) row = 0;
    items_plan(model, &model->weights.items, arena, config->items, config->dtype);
    model->items = model->weights.items;
    model->weights.mean = pr_arena_floats(arena, 1, 1);
    model->weights.user_mean = pr_arena_floats(arena, 1, prior);
    model->weights.covariance = pr_arena_floats(arena, prior, prior);
    model->weights.gram = pr_arena_take(arena, row * (uint64_t)config->width);
    model->scratch.tile = pr_arena_take(arena, row * PR_DOT_TILE);
    int32_t stride = model->items.table.stride;
    model->scratch.query = pr_arena_take(arena, (uint64_t)pr_query_size(stride));
    model->scratch.scores = pr_arena_floats(arena, 1, SCAN_ROWS);
    model->scratch.table = pr_arena_floats(arena, PR_TABLE_SCRATCH, stride);
}

uint64_t pr_dot_size(const pr_dot_config *config) {
    pr_dot model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_dot));
    pr_dot_plan(&model, &arena);
    return arena.at;
}

pr_dot *pr_dot_init(void *address, const pr_dot_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_dot *model = pr_arena_take(&arena, sizeof(pr_dot));
    model->config = *config;
    pr_dot_plan(model, &arena);
    return model;
}

pr_table *pr_dot_table(pr_dot *model) { return &model->items.table; }

// The covariance has no row for the user's bias, which has the variance 1.
static void set_covariance(pr_dot *model, int32_t first, int32_t count, const float *values) {
    int32_t width = model->config.width, n = pr_dot_user_width(model);
    float *covariance = model->weights.covariance;
    for (int32_t i = first; i < first + count; i++)
        covariance[i / width * n + i % width] = values[i - first];
    if (n > width) covariance[n * n - 1] = 1;
}

void pr_dot_set(pr_dot *model, int32_t tensor, int32_t first, int32_t count, const float *values) {
    float *const places[] = {
        [PR_DOT_ITEM_BIAS] = model->items.bias,
        [PR_DOT_MEAN] = model->weights.mean,
        [PR_DOT_USER_MEAN] = model->weights.user_mean,
    };
    if (tensor == PR_DOT_USER_COVARIANCE) {
        set_covariance(model, first, count, values);
        return;
    }
    __builtin_memcpy(places[tensor] + first, values, (uint32_t)count * sizeof(float));
}

// ---- items

uint64_t pr_dot_items_size(const pr_dot *model, int32_t count, int32_t dtype) {
    pr_dot_items items;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_dot_items));
    items_plan(model, &items, &arena, count, dtype);
    return arena.at;
}

pr_dot_items *pr_dot_items_init(const pr_dot *model, void *address, int32_t count, int32_t dtype) {
    pr_arena arena = { (uintptr_t)address };
    pr_dot_items *items = pr_arena_take(&arena, sizeof(pr_dot_items));
    items_plan(model, items, &arena, count, dtype);
    return items;
}

void pr_dot_use(pr_dot *model, const pr_dot_items *items) {
    model->items = items ? *items : model->weights.items;
}

// In doubles, where squares of floats do not overflow.
float pr_dot_inverse_length(const float *x, int32_t width) {
    double square = 0;
    for (int32_t k = 0; k < width; k++) square += (double)x[k] * x[k];
    float inverse = square > 0 ? (float)(1 / __builtin_sqrt(square)) : 0;
    return __builtin_isfinite(inverse) ? inverse : 0;
}

void pr_dot_items_ready(pr_dot *model) {
    const pr_table *table = &model->items.table;
    const float *bias = model->items.bias;
    int32_t fits = table->dtype == PR_I8 && pr_query_fits(table);
    for (int32_t row = 0; fits && model->config.has_item_bias && row < table->rows; row++)
        fits = pr_query_fits_number(bias[row]);
    *model->items.has_bounds = fits;
    for (int32_t row = 0; model->config.is_normalized && row < table->rows; row++) {
        pr_table_row(table, (uint32_t)row, model->scratch.table);
        model->items.norm[row] = pr_dot_inverse_length(model->scratch.table, table->width);
    }
}

void pr_dot_add_gram(pr_dot *model, int32_t first, int32_t count) {
    int32_t width = model->config.width, stride = pr_solve_stride(width);
    double *tile = model->scratch.tile;
    for (int32_t done = 0; done < count; done += PR_DOT_TILE) {
        for (int32_t r = 0; r < PR_DOT_TILE; r++) {
            int32_t row = done + r, is_there = row < count;
            if (is_there)
                pr_table_row(&model->items.table, (uint32_t)(first + row), model->scratch.table);
            for (int32_t k = 0; k < stride; k++)
                tile[r * stride + k] = is_there && k < width ? model->scratch.table[k] : 0;
        }
        pr_solve_gram(tile, 0, PR_DOT_TILE, width, model->weights.gram);
    }
}

void pr_dot_vectors(const pr_dot *model, const uint32_t *rows, int32_t count, float *vectors) {
    const pr_table *table = &model->items.table;
    for (int32_t i = 0; i < count; i++, vectors += table->width) {
        float norm = model->config.is_normalized ? model->items.norm[rows[i]] : 1;
        pr_table_row(table, rows[i], model->scratch.table);
        for (int32_t k = 0; k < table->width; k++) vectors[k] = model->scratch.table[k] * norm;
    }
}

// ---- scores

int32_t pr_dot_prepared_size(const pr_dot *model) { return model->weights.items.table.stride + 4; }

void pr_dot_prepare(const pr_dot *model, const float *vector, float *prepared) {
    const pr_table *table = &model->weights.items.table;
    // Only pads the vector: the table is not transposed, so columns have no scales.
    pr_table_scale_columns(table, vector, prepared);
    float bias = model->config.has_user_bias ? vector[table->width] : 0;
    prepared[table->stride] = *model->weights.mean + bias;
}

// raw (count), products of items (count, width) and prepared (width), become raw * norm + item bias
// + constant.
static void finish(const pr_dot *model, const float *prepared, const uint32_t *rows, uint32_t first,
                   int32_t count, float *raw) {
    const pr_dot_items *items = &model->items;
    const float *norm = model->config.is_normalized ? items->norm : 0,
                *bias = model->config.has_item_bias ? items->bias : 0;
    float constant = prepared[items->table.stride];
    int32_t i = 0;
    for (; !rows && i + 4 <= count; i += 4) {
        pr_f4 four = pr_f4_load(raw + i);
        if (norm) four = pr_f4_mul(four, pr_f4_load(norm + first + i));
        if (bias) four = pr_f4_add(four, pr_f4_load(bias + first + i));
        pr_f4_store(raw + i, pr_f4_add(four, pr_f4_set1(constant)));
    }
    for (; i < count; i++) {
        uint32_t row = rows ? rows[i] : first + (uint32_t)i;
        if (norm) raw[i] *= norm[row];
        if (bias) raw[i] += bias[row];
        raw[i] += constant;
    }
}

static void dot(const pr_dot *model, const float *prepared, const uint32_t *rows, uint32_t first,
                int32_t count, float *raw) {
    pr_table_dot(&model->items.table, prepared, rows, first, count, raw, model->scratch.table);
    finish(model, prepared, rows, first, count, raw);
}

pr_status pr_dot_score_many(const pr_dot *model, const float *prepared, const uint32_t *rows,
                            uint32_t first, int32_t count, float *raw, int32_t users) {
    const pr_table *table = &model->items.table;
    int32_t size = pr_dot_prepared_size(model);
    if (pr_rows_check(rows, first, count, table->rows)) return PR_ERR_ROW;
    pr_table_dot_many(table, prepared, size, users, rows, first, count, raw, model->scratch.table);
    for (int32_t u = 0; u < users; u++)
        finish(model, prepared + u * size, rows, first, count, raw + (int64_t)u * count);
    return PR_OK;
}

// Scores rows first .. first + count - 1 exactly and pushes them.
static pr_status offer(const pr_dot *model, const float *prepared, uint32_t first, int32_t count,
                       const uint8_t *excluded, pr_topk *top) {
    float *scores = model->scratch.scores;
    dot(model, prepared, 0, first, count, scores);
    pr_topk_push(top, scores, 0, first, count, excluded);
    return pr_first_not_finite(PR_F32, scores, count) < 0 ? PR_OK : PR_ERR_NOT_FINITE;
}

// Offers those of four rows whose bound reaches the worst of the best; bound NULL: all four.
static void offer_four(const pr_dot *model, const float *prepared, uint32_t row, const float *bound,
                       const uint8_t *excluded, pr_topk *top) {
    for (uint32_t r = 0; r < 4; r++)
        if (!bound || !(bound[r] < top->entry[0].score))
            offer(model, prepared, row + r, 1, excluded, top);
}

// A piece of an int8 table: two halves of `rows` rows each, scanned side by side.
static void scan_halves(const pr_dot *model, pr_query *query, const float *prepared, uint32_t first,
                        uint32_t rows, const uint8_t *excluded, pr_topk *top) {
    for (uint32_t row = first, end = first + rows; row < end; row += 4) {
        int is_full = top->count == top->capacity;
        if (is_full)
            row = pr_query_next(query, &model->items.table, row, end, rows, top->entry[0].score);
        if (row >= end) break;
        offer_four(model, prepared, row, is_full ? query->bound : 0, excluded, top);
        offer_four(model, prepared, row + rows, is_full ? query->bound + 4 : 0, excluded, top);
    }
}

// Rows one by one, a piece at a time.
static pr_status scan_exactly(const pr_dot *model, const float *prepared, uint32_t first,
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
static void scan_bytes(const pr_dot *model, pr_query *query, const float *prepared, uint32_t first,
                       int32_t count, const uint8_t *excluded, pr_topk *top) {
    int32_t done = 0;
    while (count - done >= 8) {
        int32_t half = count - done < SCAN_BYTES ? (count - done) / 8 * 4 : SCAN_BYTES / 2;
        scan_halves(model, query, prepared, first + (uint32_t)done, (uint32_t)half, excluded, top);
        done += 2 * half;
    }
    offer(model, prepared, first + (uint32_t)done, count - done, excluded, top);
}

pr_status pr_dot_scan(const pr_dot *model, const float *prepared, uint32_t first, int32_t count,
                      const uint8_t *excluded, pr_topk *top) {
    const pr_dot_items *items = &model->items;
    float constant = prepared[items->table.stride];
    pr_query query = {
        .numbers = model->scratch.query,
        .norm = model->config.is_normalized ? items->norm : 0,
        .bias = model->config.has_item_bias ? items->bias : 0,
        .constant = constant,
    };
    if (top->capacity == 0) return PR_OK;
    if (!*items->has_bounds || !pr_query_fits_number(constant) ||
        !pr_query_make(&query, prepared, items->table.stride))
        return scan_exactly(model, prepared, first, count, excluded, top);
    scan_bytes(model, &query, prepared, first, count, excluded, top);
    return PR_OK;
}

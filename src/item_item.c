#include "item_item.h"

#include "rows.h"
#include "simd.h"

enum { HEADER = PR_ITEM_USER_HEADER };

// Numbers of a row at a time: they stay in the nearest cache.
enum { BLOCK = 1024 };

// ---- layout

static void plan(pr_item_item *model, pr_arena *arena) {
    const pr_item_item_config *config = &model->config;
    uint64_t items = (uint64_t)config->items, count = (uint64_t)config->count;
    int32_t is_low_rank = config->layout == PR_LOW_RANK, stride = pr_round_up(config->width, 4);
    if (config->layout == PR_DENSE) count = items * items;
    // Numbers are read four at a time, past the end of the last row.
    uint64_t bytes[] = {
        [PR_ITEM_VALUES] = (count + 4) * (uint64_t)pr_dtype_bytes(config->dtype),
        [PR_ITEM_COLUMNS] = 4 * (uint64_t)config->count,
        [PR_ITEM_OFFSETS] = config->layout == PR_SPARSE ? 4 * items + 4 : 0,
        [PR_ITEM_SCALE] = config->dtype == PR_I8 ? 4 * items : 0,
        [PR_ITEM_DIAGONAL] = is_low_rank ? 4 * items : 0,
    };
    for (int32_t k = 0; k < PR_ITEM_INPUT; k++) model->part[k] = pr_arena_take(arena, bytes[k]);
    int32_t rows = is_low_rank ? config->items : 0;
    pr_table_plan(&model->input, arena, config->dtype, 0, rows, config->width);
    model->output = model->input;
    if (config->output_dtype >= 0)
        pr_table_plan(&model->output, arena, config->output_dtype, 0, rows, config->width);
    model->sums = pr_arena_floats(arena, 1, pr_round_up(config->items, 4));
    model->user = pr_arena_take(arena, 8 * items + 4 * (uint64_t)(HEADER + stride));
    model->numbers = pr_arena_floats(arena, 1, BLOCK);
    model->table = pr_arena_floats(arena, PR_TABLE_SCRATCH + 1, stride);
}

uint64_t pr_item_item_size(const pr_item_item_config *config) {
    pr_item_item model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_item_item));
    plan(&model, &arena);
    return arena.at;
}

pr_item_item *pr_item_item_init(void *address, const pr_item_item_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_item_item *model = pr_arena_take(&arena, sizeof(pr_item_item));
    model->config = *config;
    plan(model, &arena);
    return model;
}

void *pr_item_item_part(pr_item_item *model, int32_t part) {
    if (part < PR_ITEM_INPUT) return model->part[part];
    return part == PR_ITEM_INPUT ? &model->input : &model->output;
}

int32_t pr_item_item_first_bad(const pr_item_item *model, int32_t first, int32_t count) {
    const uint32_t *offsets = model->part[PR_ITEM_OFFSETS], *columns = model->part[PR_ITEM_COLUMNS];
    uint32_t items = (uint32_t)model->config.items, numbers = (uint32_t)model->config.count;
    for (int32_t row = first; row < first + count; row++) {
        uint32_t start = offsets[row], end = offsets[row + 1], least = 0;
        if ((!row && start) || start > end || end > numbers) return row;
        if ((uint32_t)row == items - 1 && end != numbers) return row;
        for (uint32_t k = start; k < end; k++) {
            if (columns[k] < least || columns[k] >= items) return row;
            least = columns[k] + 1;
        }
    }
    return -1;
}

// ---- users

static const uint32_t *rows_of(const pr_item_item *model, const uint32_t *user) {
    return user + HEADER + model->input.stride;
}

static const float *inputs_of(const pr_item_item *model, const uint32_t *user) {
    return (const float *)(const void *)(rows_of(model, user) + user[0]);
}

void pr_item_item_encode(const pr_item_item *model, uint32_t *user) {
    int32_t stride = model->input.stride;
    float *vector = (float *)(void *)(user + HEADER);
    float *low = model->table + PR_TABLE_SCRATCH * stride;
    for (int32_t k = 0; k < stride; k++) vector[k] = low[k] = 0;
    pr_table_add_rows(&model->input, rows_of(model, user), inputs_of(model, user), (int32_t)user[0],
                      vector, low, model->table);
    for (int32_t k = 0; k < stride; k++) vector[k] += low[k];
}

// ---- scores

// Numbers at, at + 1, ... of W (count, at most BLOCK), in `row`, as floats.
static const float *read(const pr_item_item *model, uint32_t row, uint64_t at, int32_t count) {
    int32_t dtype = model->config.dtype;
    const uint8_t *from = model->part[PR_ITEM_VALUES];
    const float *scale = model->part[PR_ITEM_SCALE];
    from += at * (uint32_t)pr_dtype_bytes(dtype);
    if (dtype == PR_F32) return (const float *)(const void *)from;
    pr_convert(dtype, from, scale + row, 1, count, model->numbers);
    return model->numbers;
}

// sums (count, padded to four) += x numbers
static void add(float *sums, const float *numbers, int32_t count, float x) {
    pr_f4 factor = pr_f4_set1(x);
    for (int32_t k = 0; k < count; k += 4) {
        pr_f4 added = pr_f4_mul(factor, pr_f4_load(numbers + k));
        pr_f4_store(sums + k, pr_f4_add(pr_f4_load(sums + k), added));
    }
}

// sums += x W (row, :), of a low rank without what the vector gives
static void add_row(const pr_item_item *model, uint32_t row, float x) {
    const uint32_t *offsets = model->part[PR_ITEM_OFFSETS], *columns = model->part[PR_ITEM_COLUMNS];
    const float *diagonal = model->part[PR_ITEM_DIAGONAL];
    float *sums = model->sums;
    uint64_t items = (uint64_t)model->config.items, begin = row * items, end = begin + items;
    int32_t layout = model->config.layout;
    if (layout == PR_LOW_RANK) {
        sums[row] = -x * diagonal[row];
        return;
    }
    if (layout == PR_SPARSE) begin = offsets[row], end = offsets[row + 1];
    for (uint64_t at = begin; at < end; at += BLOCK) {
        int32_t count = (int32_t)(end - at < BLOCK ? end - at : BLOCK);
        const float *numbers = read(model, row, at, count);
        if (layout == PR_DENSE) add(sums + (at - begin), numbers, count, x);
        for (int32_t k = 0; layout == PR_SPARSE && k < count; k++)
            sums[columns[at + (uint32_t)k]] += x * numbers[k];
    }
}

// Zeros where the last user's rows are.
static void clear_sums(const pr_item_item *model) {
    const uint32_t *offsets = model->part[PR_ITEM_OFFSETS], *columns = model->part[PR_ITEM_COLUMNS];
    const uint32_t *rows = rows_of(model, model->user);
    if (model->config.layout == PR_DENSE)
        __builtin_memset(model->sums, 0, (uint32_t)model->config.items * sizeof(float));
    for (uint32_t i = 0; model->config.layout != PR_DENSE && i < model->user[0]; i++) {
        model->sums[rows[i]] = 0;
        if (model->config.layout == PR_LOW_RANK) continue;
        for (uint32_t k = offsets[rows[i]]; k < offsets[rows[i] + 1]; k++)
            model->sums[columns[k]] = 0;
    }
}

// Brings the sums of a user about, unless they are there.
static void use(const pr_item_item *model, const uint32_t *user) {
    uint32_t words = (uint32_t)(HEADER + model->input.stride) + 2 * user[0], same = 0;
    while (same < words && model->user[same] == user[same]) same++;
    if (same == words) return;
    clear_sums(model);
    __builtin_memcpy(model->user, user, words * sizeof(uint32_t));
    for (uint32_t i = 0; i < user[0]; i++)
        add_row(model, rows_of(model, user)[i], inputs_of(model, user)[i]);
}

pr_status pr_item_item_score(const pr_item_item *model, const uint32_t *user, const uint32_t *rows,
                             uint32_t first, int32_t count, float *raw) {
    const float *vector = (const float *)(const void *)(user + HEADER);
    if (pr_rows_check(rows, first, count, model->config.items)) return PR_ERR_ROW;
    use(model, user);
    __builtin_memset(raw, 0, (uint32_t)count * sizeof(float));
    if (model->config.layout == PR_LOW_RANK)
        pr_table_dot(&model->output, vector, rows, first, count, raw, model->table);
    for (int32_t k = 0; k < count; k++) raw[k] += model->sums[rows ? rows[k] : first + (uint32_t)k];
    return PR_OK;
}

void pr_item_item_vectors(const pr_item_item *model, const uint32_t *rows, int32_t count,
                          float *vectors) {
    const pr_table *table = &model->output;
    for (int32_t i = 0; i < count; i++)
        pr_table_row(table, rows[i], vectors + (int64_t)i * table->stride);
}

void pr_item_item_explain(const pr_item_item *model, const uint32_t *rows, const float *values,
                          int32_t count, uint32_t *one, uint32_t item, float *effects) {
    uint32_t *row = one + HEADER + model->input.stride;
    one[0] = 1;
    for (int32_t i = 0; i < count; i++) {
        row[0] = rows[i];
        __builtin_memcpy(row + 1, values + i, sizeof(float));
        pr_item_item_encode(model, one);
        pr_item_item_score(model, one, 0, item, 1, effects + i);
    }
}

#include "ncf.h"

#include "activation.h"
#include "rows.h"

// ---- layout

static void items_plan(const pr_ncf *model, pr_ncf_items *items, pr_arena *arena, int32_t count) {
    items->count = count;
    items->gmf_item = pr_arena_floats(arena, count, model->gmf_stride);
    items->item_hidden = pr_arena_floats(arena, count, model->hidden);
    items->item_bias = pr_arena_floats(arena, model->config.has_item_bias ? count : 0, 1);
}

static void backward_plan(pr_ncf *model, pr_arena *arena) {
    const pr_ncf_config *config = &model->config;
    for (int32_t k = 0; k < config->layers; k++)
        pr_dense_plan(&model->weights.backward[k], arena, config->width[k],
                      k ? config->width[k - 1] : config->mlp_user, PR_IDENTITY);
}

static void tower_plan(pr_ncf *model, pr_arena *arena) {
    const pr_ncf_config *config = &model->config;
    int32_t widest = model->hidden;
    pr_dense_plan(&model->weights.user_layer, arena, config->mlp_user, config->width[0],
                  PR_IDENTITY);
    pr_dense_plan(&model->weights.item_layer, arena, config->mlp_item, config->width[0],
                  PR_IDENTITY);
    if (!config->is_fixed) backward_plan(model, arena);
    for (int32_t k = 1; k < config->layers; k++) {
        pr_dense_plan(&model->weights.layer[k], arena, config->width[k - 1], config->width[k],
                      config->activation[k]);
        if (widest < config->width[k]) widest = config->width[k];
    }
    for (int32_t k = 0; k < config->layers; k++)
        model->scratch.tile[k] =
            pr_arena_floats(arena, PR_TILE * PR_ROWS, pr_round_up(config->width[k], PR_PANEL));
    // fold_items also transposes embeddings in a gradient buffer.
    if (widest < config->mlp_item) widest = config->mlp_item;
    for (int i = 0; i < 2; i++)
        model->scratch.gradient[i] =
            pr_arena_floats(arena, PR_TILE * PR_ROWS, pr_round_up(widest, PR_PANEL));
}

static void plan(pr_ncf *model, pr_arena *arena) {
    const pr_ncf_config *config = &model->config;
    int32_t depth = config->layers;
    model->gmf_stride = pr_round_up(config->gmf, 4);
    model->hidden = depth ? pr_round_up(config->width[0], PR_PANEL) : 0;
    model->last_width = depth ? config->width[depth - 1] : 0;
    model->user_width = config->gmf + config->mlp_user;
    items_plan(model, &model->weights.items, arena, config->items);
    model->items = model->weights.items;
    model->weights.gmf_output = pr_arena_floats(arena, 1, model->gmf_stride);
    model->weights.mlp_output = pr_arena_floats(arena, 1, pr_round_up(model->last_width, PR_PANEL));
    model->weights.user_mean = pr_arena_floats(arena, 1, model->user_width);
    model->weights.covariance[0] = pr_arena_floats(arena, config->gmf, config->gmf);
    model->weights.covariance[1] = pr_arena_floats(arena, config->mlp_user, config->mlp_user);
    if (depth) tower_plan(model, arena);
}

uint64_t pr_ncf_size(const pr_ncf_config *config) {
    pr_ncf model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_ncf));
    plan(&model, &arena);
    return arena.at;
}

pr_ncf *pr_ncf_init(void *address, const pr_ncf_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_ncf *model = pr_arena_take(&arena, sizeof(pr_ncf));
    model->config = *config;
    plan(model, &arena);
    return model;
}

uint64_t pr_ncf_items_size(const pr_ncf *model, int32_t count) {
    pr_ncf_items items;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_ncf_items));
    items_plan(model, &items, &arena, count);
    return arena.at;
}

pr_ncf_items *pr_ncf_items_init(const pr_ncf *model, void *address, int32_t count) {
    pr_arena arena = { (uintptr_t)address };
    pr_ncf_items *items = pr_arena_take(&arena, sizeof(pr_ncf_items));
    items_plan(model, items, &arena, count);
    return items;
}

const float *pr_ncf_user_mean(const pr_ncf *model) { return model->weights.user_mean; }

void pr_ncf_use(pr_ncf *model, const pr_ncf_items *items) {
    model->items = items ? *items : model->weights.items;
}

// ---- weights

static void copy_rows(float *to, int32_t to_stride, const float *from, int32_t rows,
                      int32_t width) {
    if (to_stride == width) {
        __builtin_memcpy(to, from, (uint64_t)rows * (uint32_t)width * sizeof(float));
        return;
    }
    for (int32_t row = 0; row < rows; row++)
        for (int32_t k = 0; k < width; k++)
            to[(int64_t)row * to_stride + k] = from[row * width + k];
}

// scratch.gradient[0] (blocks, d, PR_ROWS) = embedding (rows, d) transposed block by block, at most
// a tile. The last block is filled up with the last row. Returns the blocks.
static int32_t transpose_tile(pr_ncf *model, const float *embedding, int32_t rows) {
    int32_t inputs = model->config.mlp_item, blocks = (rows + PR_ROWS - 1) / PR_ROWS;
    for (int32_t r = 0; r < blocks * PR_ROWS; r++) {
        const float *from = embedding + (int64_t)(r < rows ? r : rows - 1) * inputs;
        float *to = model->scratch.gradient[0] + r / PR_ROWS * inputs * PR_ROWS + r % PR_ROWS;
        for (int32_t k = 0; k < inputs; k++) to[k * PR_ROWS] = from[k];
    }
    return blocks;
}

// item_hidden (rows, hidden) = embedding (rows, d) W_item' (d, hidden), a tile at a time.
static void fold_items(pr_ncf *model, int32_t first, int32_t rows, const float *embedding) {
    int32_t inputs = model->config.mlp_item, hidden = model->hidden;
    for (int32_t start = 0; start < rows; start += PR_TILE * PR_ROWS) {
        int32_t filled = rows - start < PR_TILE * PR_ROWS ? rows - start : PR_TILE * PR_ROWS;
        int32_t blocks = transpose_tile(model, embedding + (int64_t)start * inputs, filled);
        pr_dense_forward(&model->weights.item_layer, model->scratch.gradient[0], inputs, blocks,
                         model->scratch.tile[0]);
        for (int32_t r = 0; r < filled; r++) {
            const float *from =
                model->scratch.tile[0] + r / PR_ROWS * hidden * PR_ROWS + r % PR_ROWS;
            float *to = model->items.item_hidden + (int64_t)(first + start + r) * hidden;
            for (int32_t k = 0; k < hidden; k++) to[k] = from[k * PR_ROWS];
        }
    }
}

// Rows of the first layer (d1, e + d): the user's e columns, then the item's d columns, none of a
// folded table.
static void set_first_layer(pr_ncf *model, int32_t first, int32_t rows, const float *values) {
    int32_t user = model->config.mlp_user, item = model->config.mlp_item;
    for (int32_t row = 0; row < rows; row++, values += user + item) {
        pr_dense_set_row(&model->weights.user_layer, first + row, values);
        if (!model->config.is_fixed)
            pr_dense_set_column(&model->weights.backward[0], first + row, values);
        if (item) pr_dense_set_row(&model->weights.item_layer, first + row, values + user);
    }
}

static void set_layer(pr_ncf *model, int32_t k, int32_t first, int32_t rows, const float *values) {
    if (k == 0) {
        set_first_layer(model, first, rows, values);
        return;
    }
    for (int32_t row = 0; row < rows; row++, values += model->weights.layer[k].inputs) {
        pr_dense_set_row(&model->weights.layer[k], first + row, values);
        if (!model->config.is_fixed)
            pr_dense_set_column(&model->weights.backward[k], first + row, values);
    }
}

// The address of a tensor's first row, and the numbers from one row to the next.
typedef struct target {
    float *values;
    int32_t stride, width;
} target;

// Of the tensors that are stored as they are.
static target target_of(pr_ncf *model, int32_t tensor) {
    const pr_ncf_config *config = &model->config;
    pr_ncf_weights *weights = &model->weights;
    int32_t g = config->gmf, e = config->mlp_user, k = tensor - PR_LAYER_BIAS;
    switch (tensor) {
        case PR_GMF_ITEM: return (target){ model->items.gmf_item, model->gmf_stride, g };
        case PR_MLP_ITEM_HIDDEN:
            return (target){ model->items.item_hidden, model->hidden, config->width[0] };
        case PR_ITEM_BIAS: return (target){ model->items.item_bias, 1, 1 };
        case PR_OUTPUT_BIAS: return (target){ &weights->output_bias, 1, 1 };
        case PR_GMF_USER_MEAN: return (target){ weights->user_mean, g, g };
        case PR_MLP_USER_MEAN: return (target){ weights->user_mean + g, e, e };
        case PR_GMF_COVARIANCE: return (target){ weights->covariance[0], g, g };
        case PR_MLP_COVARIANCE: return (target){ weights->covariance[1], e, e };
        default:
            return (target){ k ? weights->layer[k].bias : weights->user_layer.bias, 0,
                             config->width[k] };
    }
}

void pr_ncf_set(pr_ncf *model, int32_t tensor, int32_t first, int32_t rows, const float *values) {
    if (tensor == PR_MLP_ITEM) {
        fold_items(model, first, rows, values);
    } else if (tensor == PR_OUTPUT_WEIGHT) {
        copy_rows(model->weights.gmf_output, 0, values, 1, model->config.gmf);
        copy_rows(model->weights.mlp_output, 0, values + model->config.gmf, 1, model->last_width);
    } else if (tensor >= PR_LAYER_WEIGHT && tensor < PR_LAYER_BIAS) {
        set_layer(model, tensor - PR_LAYER_WEIGHT, first, rows, values);
    } else {
        target to = target_of(model, tensor);
        copy_rows(to.values + (int64_t)first * to.stride, to.stride, values, rows, to.width);
    }
}

// ---- scoring

void pr_ncf_vectors(const pr_ncf *model, const uint32_t *rows, int32_t count, float *vectors) {
    int32_t stride = model->config.gmf ? model->gmf_stride : model->hidden;
    const float *table = model->config.gmf ? model->items.gmf_item : model->items.item_hidden;
    for (int32_t i = 0; i < count; i++)
        copy_rows(vectors + (int64_t)i * stride, stride, table + (int64_t)rows[i] * stride, 1,
                  stride);
}

void pr_ncf_prepare(const pr_ncf *model, const float *vector, float *prepared) {
    for (int32_t k = 0; k < model->gmf_stride; k++)
        prepared[k] = k < model->config.gmf ? model->weights.gmf_output[k] * vector[k] : 0.0f;
    if (model->config.layers)
        pr_dense_forward_one(&model->weights.user_layer, vector + model->config.gmf,
                             prepared + model->gmf_stride);
}

// y (4 columns, 4 of PR_ROWS) = max(floor, user (4) + item (4 items, 4 columns))', transposed
PR_INLINE void first_quad(const float *const item[4], const float *user, pr_f4 floor, float *y) {
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

// The GMF logits of four items: gmf_item (4, gmf_stride) user (gmf_stride).
PR_INLINE pr_f4 gmf_quad(const pr_ncf *model, const float *user, const uint32_t *rows) {
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
PR_INLINE pr_f4 tower_quad(const pr_ncf *model, const float *last) {
    pr_f4 sum = pr_f4_zero();
    for (int32_t k = 0; k < model->last_width; k++)
        sum = pr_f4_fma(pr_f4_load(last + k * PR_ROWS), pr_f4_load1(model->weights.mlp_output + k),
                        sum);
    return sum;
}

void pr_ncf_tile_last(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                      int32_t blocks, float *raw) {
    int32_t depth = model->config.layers;
    int32_t last_stride = pr_round_up(model->last_width, PR_PANEL) * PR_ROWS;
    for (int32_t quad = 0; quad < blocks * 2; quad++, rows += 4) {
        pr_f4 logit = pr_f4_set1(model->weights.output_bias);
        if (depth)
            logit = pr_f4_add(logit, tower_quad(model, model->scratch.tile[depth - 1] +
                                                           quad / 2 * last_stride + quad % 2 * 4));
        if (model->config.gmf) logit = pr_f4_add(logit, gmf_quad(model, prepared, rows));
        pr_f4_store(raw + quad * 4, logit);
        if (model->config.has_item_bias)
            for (int r = 0; r < 4; r++) raw[quad * 4 + r] += model->items.item_bias[rows[r]];
    }
}

void pr_ncf_tile_forward(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                         int32_t blocks, float *raw) {
    pr_ncf_tile_first(model, prepared, rows, blocks);
    for (int32_t k = 1; k < model->config.layers; k++)
        pr_dense_forward(&model->weights.layer[k], model->scratch.tile[k - 1],
                         pr_round_up(model->config.width[k - 1], PR_PANEL), blocks,
                         model->scratch.tile[k]);
    pr_ncf_tile_last(model, prepared, rows, blocks, raw);
}

int32_t pr_ncf_tile_rows(const uint32_t *rows, uint32_t first, int32_t count, uint32_t *tile) {
    int32_t blocks = (count + PR_ROWS - 1) / PR_ROWS;
    for (int32_t r = 0; r < blocks * PR_ROWS; r++) {
        int32_t i = r < count ? r : count - 1;
        tile[r] = rows ? rows[i] : first + (uint32_t)i;
    }
    return blocks;
}

pr_status pr_ncf_score(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                       uint32_t first, int32_t count, float *raw) {
    if (pr_rows_check(rows, first, count, model->items.count)) return PR_ERR_ROW;
    uint32_t tile[PR_TILE * PR_ROWS];
    for (int32_t at = 0; at < count; at += PR_TILE * PR_ROWS) {
        int32_t filled = count - at < PR_TILE * PR_ROWS ? count - at : PR_TILE * PR_ROWS;
        int32_t blocks = pr_ncf_tile_rows(rows ? rows + at : 0, first + (uint32_t)at, filled, tile);
        pr_ncf_tile_forward(model, prepared, tile, blocks, raw + at);
    }
    return PR_OK;
}

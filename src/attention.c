#include "attention.h"

#include "activation.h"
#include "layer_norm.h"

void pr_attention_plan(pr_sequence *model, pr_arena *arena) {
    const pr_sequence_config *config = &model->config;
    int32_t width = config->embedding, hidden = config->hidden;
    model->head = pr_round_up(width / config->heads, 4);
    model->heads = model->head * config->heads;
    model->row = 2 * model->heads * config->layers;
    for (int32_t k = 0; k < config->layers; k++) {
        pr_dense *layer = model->dense + k * PR_SEQ_STEP;
        pr_dense_plan(layer + PR_SEQ_QUERY, arena, width, model->heads, PR_IDENTITY);
        pr_dense_plan(layer + PR_SEQ_PAIR, arena, width, 2 * model->heads, PR_IDENTITY);
        pr_dense_plan(layer + PR_SEQ_PROJECTION, arena, model->heads, width, PR_IDENTITY);
        pr_dense_plan(layer + PR_SEQ_FEED, arena, width, hidden, config->activation);
        pr_dense_plan(layer + PR_SEQ_FEED_OUT, arena, hidden, width, PR_IDENTITY);
    }
    for (int32_t k = 0; k < PR_SEQ_NORMS + 4 * config->layers; k++)
        model->vector[k] = pr_arena_floats(arena, k == PR_SEQ_POSITION ? config->window : 1,
                                           model->stride);
    model->pad = pr_arena_floats(arena, 1, model->row);
}

// ---- attention

// weights (count) = keys (count, row) query (width), one key a row
static void dot_keys(const float *query, const float *keys, int32_t row, int32_t count,
                     int32_t width, float *weights) {
    for (int32_t j = 0; j < count; j += 4) {
        const float *key[4];
        pr_f4 sum[4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            key[i] = keys + (int64_t)(j + i < count ? j + i : j) * row;
            sum[i] = pr_f4_zero();
        }
        for (int32_t k = 0; k < width; k += 4) {
            pr_f4 four = pr_f4_load(query + k);
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++) sum[i] = pr_f4_fma(four, pr_f4_load(key[i] + k), sum[i]);
        }
        pr_f4_store(weights + j, pr_f4_sum4(sum[0], sum[1], sum[2], sum[3]));
    }
}

// weights (count, room for a multiple of four) = e^(scale (weights - the largest)); zeros behind
static void exponentials(float *weights, int32_t count, float scale) {
    float largest = weights[0];
    for (int32_t j = 1; j < count; j++)
        if (largest < weights[j]) largest = weights[j];
    pr_f4 factor = pr_f4_set1(scale), most = pr_f4_set1(largest);
    for (int32_t j = 0; j < count; j += 4)
        pr_f4_store(weights + j,
                    pr_f4_exp(pr_f4_mul(factor, pr_f4_sub(pr_f4_load(weights + j), most))));
    for (int32_t j = count; j < pr_round_up(count, 4); j++) weights[j] = 0;
}

static float sum_of(const float *weights, int32_t count) {
    pr_f4 sum = pr_f4_zero();
    for (int32_t j = 0; j < count; j += 4) sum = pr_f4_add(sum, pr_f4_load(weights + j));
    return pr_f4_sum(sum);
}

// Fours of values that are summed up at once.
enum { FOURS = 4 };

// y (4 * fours) = factor sum_j weights[j] values (count, row), of which pad is the one behind
PR_INLINE void add_values(const float *weights, const float *values, int32_t row, int32_t count,
                          const float *pad, float factor, int32_t fours, float *y) {
    pr_f4 sum[FOURS], last = pr_f4_set1(pad ? weights[count] : 0);
#pragma GCC unroll 4
    for (int f = 0; f < fours; f++)
        sum[f] = pad ? pr_f4_mul(last, pr_f4_load(pad + 4 * f)) : pr_f4_zero();
    for (int32_t j = 0; j < count; j++, values += row) {
        pr_f4 weight = pr_f4_load1(weights + j);
#pragma GCC unroll 4
        for (int f = 0; f < fours; f++)
            sum[f] = pr_f4_fma(weight, pr_f4_load(values + 4 * f), sum[f]);
    }
#pragma GCC unroll 4
    for (int f = 0; f < fours; f++) pr_f4_store(y + 4 * f, pr_f4_mul(sum[f], pr_f4_set1(factor)));
}

// query (heads) becomes the mean of the values of `count` events and of `pads` times the padding.
// pairs (count, row): keys, then values, of a block.
static void attend(const pr_sequence *model, float *query, const float *pairs, int32_t count,
                   const float *pad, int32_t pads) {
    int32_t head = model->head, row = model->row, total = count + (pads > 0);
    float scale = (float)(1 / __builtin_sqrt((double)(model->config.embedding / model->config.heads)));
    for (int32_t at = 0; at < model->heads; at += head) {
        const float *values = pairs + model->heads + at;
        const float *pad_values = pads ? pad + model->heads + at : 0;
        float *weights = model->weights, *y = query + at;
        dot_keys(y, pairs + at, row, count, head, weights);
        if (pads) {
            float four[4];
            dot_keys(y, pad + at, 0, 1, head, four);
            weights[count] = four[0];
        }
        exponentials(weights, total, scale);
        if (pads) weights[count] *= (float)pads;
        float factor = 1 / sum_of(weights, total);
        int32_t k = 0;
        for (; k + 4 * FOURS <= head; k += 4 * FOURS)
            add_values(weights, values + k, row, count, pads ? pad_values + k : 0, factor, FOURS,
                       y + k);
        for (; k < head; k += 4)
            add_values(weights, values + k, row, count, pads ? pad_values + k : 0, factor, 1,
                       y + k);
    }
}

// ---- blocks

// y (rows, stride) = norm(x), whose weight and bias are vectors `norm` and the next
static void normalise(const pr_sequence *model, int32_t norm, const float *x, int32_t rows,
                      float *y) {
    for (int32_t at = 0; at < rows * model->stride; at += model->stride)
        pr_layer_norm(x + at, model->config.embedding, model->vector[norm],
                      model->vector[norm + 1], model->config.epsilon, y + at);
}

// x (rows, stride) = its sum with a layer's result, in the order of the model. model->norm holds
// the normalised x where that comes first.
static void join(const pr_sequence *model, int32_t norm, float *x, int32_t rows) {
    int32_t count = rows * model->stride;
    const float *other = model->config.order == PR_NORM_QUERY ? model->norm : x;
    for (int32_t i = 0; i < count; i += 4)
        pr_f4_store(x + i, pr_f4_add(pr_f4_load(other + i), pr_f4_load(model->sum + i)));
    if (model->config.order == PR_NORM_AFTER) normalise(model, norm, x, rows, x);
}

// What a layer reads: x, or where normalisation comes first, that of it.
static const float *before_layer(const pr_sequence *model, int32_t norm, const float *x,
                                 int32_t rows) {
    if (model->config.order == PR_NORM_AFTER) return x;
    normalise(model, norm, x, rows, model->norm);
    return model->norm;
}

// x (rows, stride) of events `first` and on goes through a block. pairs: its keys and values in the
// state. Of the last block, only what the last event needs: its
// result is the first row of x.
static void block_forward(const pr_sequence *model, int32_t k, float *x, int32_t first,
                             int32_t rows, float *state, int32_t pads) {
    const pr_dense *layer = model->dense + k * PR_SEQ_STEP;
    int32_t norm = PR_SEQ_NORMS + 4 * k, stride = model->stride, heads = model->heads,
            at = 2 * heads * k, order = model->config.order;
    float *pairs = state + at, *query = model->wide;
    const float *from = before_layer(model, norm, x, rows);
    pr_dense_forward_rows(layer + PR_SEQ_PAIR, order == PR_NORM_QUERY ? x : from, stride, rows,
                          pairs + (int64_t)first * model->row, model->row, model->blocks);
    if (k == model->config.layers - 1 && rows > 1) {
        __builtin_memcpy(x, x + (rows - 1) * stride, (uint32_t)stride * sizeof(float));
        first += rows - 1, rows = 1;
        from = before_layer(model, norm, x, rows);
    }
    pr_dense_forward_rows(layer + PR_SEQ_QUERY, from, stride, rows, query, heads, model->blocks);
    for (int32_t row = 0; row < rows; row++)
        attend(model, query + row * heads, pairs, first + row + 1, model->pad + at, pads);
    pr_dense_forward_rows(layer + PR_SEQ_PROJECTION, query, heads, rows, model->sum, stride,
                          model->blocks);
    join(model, norm, x, rows);
    from = before_layer(model, norm + 2, x, rows);
    pr_dense_forward_rows(layer + PR_SEQ_FEED, from, stride, rows, model->wide, model->hidden,
                          model->blocks);
    pr_dense_forward_rows(layer + PR_SEQ_FEED_OUT, model->wide, model->hidden, rows, model->sum,
                          stride, model->blocks);
    join(model, norm + 2, x, rows);
}

void pr_attention_ready(const pr_sequence *model) {
    float *x = model->x;
    int32_t is_zero = model->config.padding == PR_PADDING_ZERO;
    __builtin_memcpy(x, model->vector[PR_SEQ_PADDING], (uint32_t)model->stride * sizeof(float));
    if (model->config.norms & 1) normalise(model, PR_SEQ_EMBEDDING_NORM, x, 1, x);
    for (int32_t k = 0; k < model->config.layers; k++) {
        for (int32_t i = 0; is_zero && i < model->stride; i++) x[i] = 0;
        block_forward(model, k, x, 0, 1, model->pad, 0);
    }
}

// x (rows, stride) = the events' items and positions
static void embed(const pr_sequence *model, const uint32_t *rows, int32_t position, int32_t count) {
    pr_f4 scale = pr_f4_set1(model->config.scale);
    const float *place = model->vector[PR_SEQ_POSITION] + (int64_t)position * model->stride;
    float *x = model->x;
    for (int32_t i = 0; i < count; i++, x += model->stride, place += model->stride) {
        pr_table_row(&model->embedding, rows[i], x);
        for (int32_t k = 0; k < model->stride; k += 4)
            pr_f4_store(x + k, pr_f4_add(pr_f4_mul(pr_f4_load(x + k), scale),
                                         pr_f4_load(place + k)));
    }
    if (model->config.norms & 1)
        normalise(model, PR_SEQ_EMBEDDING_NORM, model->x, count, model->x);
}

void pr_attention_encode(const pr_sequence *model, const uint32_t *rows, int32_t first,
                         int32_t count, float *state, float *vector) {
    int32_t ahead = model->config.window - count;
    int32_t pads = model->config.padding ? ahead : 0;
    float *x = model->x;
    for (int32_t k = 0; !count && k < model->stride; k++) vector[k] = 0;
    if (!count) return;
    // A state has keys and values, not the last event's encoding.
    if (first == count) first--;
    for (int32_t some; first < count; first += some) {
        some = count - first < PR_SEQ_CHUNK ? count - first : PR_SEQ_CHUNK;
        embed(model, rows + first, first + (model->config.is_from_last ? ahead : 0), some);
        for (int32_t k = 0; k < model->config.layers; k++)
            block_forward(model, k, x, first, some, state, pads);
    }
    if (model->config.norms & 2) normalise(model, PR_SEQ_LAST_NORM, x, 1, x);
    __builtin_memcpy(vector, x, (uint32_t)model->stride * sizeof(float));
}

#include "attention.h"

#include "activation.h"
#include "layer_norm.h"

void pr_attention_plan(pr_sequence *model, pr_arena *arena) {
    const pr_sequence_config *config = &model->config;
    int32_t width = config->embedding, hidden = config->hidden;
    model->row = 2 * model->stride * config->layers;
    for (int32_t k = 0; k < config->layers; k++) {
        pr_dense *layer = model->dense + k * PR_SEQ_STEP;
        for (int32_t i = PR_SEQ_QUERY; i <= PR_SEQ_PROJECTION; i++)
            if (i < PR_SEQ_PROJECTION || config->has_output)
                pr_dense_plan(layer + i, arena, width, width, PR_IDENTITY);
        pr_dense_plan(layer + PR_SEQ_FEED, arena, width, hidden, config->activation);
        pr_dense_plan(layer + PR_SEQ_FEED_OUT, arena, hidden, width, PR_IDENTITY);
    }
    for (int32_t k = 0; k < PR_SEQ_NORMS - PR_SEQ_POSITION + 4 * config->layers; k++)
        model->vector[k] = pr_arena_floats(arena, k ? 1 : config->window, model->stride);
    model->pad = pr_arena_floats(arena, 2, model->row);
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

// y (width, room for a multiple of four) = factor sum_j weights[j] values (count, row)
static void add_values(const float *weights, const float *values, int32_t row, int32_t count,
                       float factor, int32_t width, float *y) {
    for (int32_t k = 0; k < width; k += 4) pr_f4_store(y + k, pr_f4_zero());
    for (int32_t j = 0; j < count; j++, values += row) {
        pr_f4 weight = pr_f4_set1(weights[j] * factor);
        for (int32_t k = 0; k < width; k += 4)
            pr_f4_store(y + k, pr_f4_fma(weight, pr_f4_load(values + k), pr_f4_load(y + k)));
    }
}

// y (stride) = the means of the values of `count` rows that a query (stride) attends to, a head
// after the other. pairs (count, row): keys and values of a block; the first counts `pads` times.
// A head begins where the one before it ends: what is behind its last number is multiplied with 0,
// or overwritten by the next.
static void attend(const pr_sequence *model, const float *query, const float *pairs, int32_t count,
                   int32_t pads, float *y) {
    int32_t width = model->config.embedding / model->config.heads, row = model->row;
    float scale = (float)(1 / __builtin_sqrt((double)width)), *weights = model->weights;
    // What no head reaches stays zero: without a layer behind the heads it goes into the sums.
    pr_f4_store(y + model->stride - 4, pr_f4_zero());
    for (int32_t at = 0; at < model->config.embedding; at += width) {
        for (int32_t k = 0; k < pr_round_up(width, 4); k++)
            model->head[k] = k < width ? query[at + k] : 0;
        dot_keys(model->head, pairs + at, row, count, width, weights);
        exponentials(weights, count, scale);
        weights[0] *= (float)pads;
        add_values(weights, pairs + model->stride + at, row, count, 1 / sum_of(weights, count),
                   width, y + at);
    }
}

// ---- blocks

// y (rows, stride) = norm(x), whose weight and bias are vectors `norm` and the next
static void normalise(const pr_sequence *model, int32_t norm, const float *x, int32_t rows,
                      float *y) {
    for (int32_t at = 0; at < rows * model->stride; at += model->stride)
        pr_layer_norm(x + at, model->config.embedding, model->vector[norm - PR_SEQ_POSITION],
                      model->vector[norm + 1 - PR_SEQ_POSITION], model->config.epsilon, y + at);
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

// y (rows, stride) = a layer of x (rows, any stride)
static void forward(const pr_sequence *model, const pr_dense *layer, const float *x, int32_t stride,
                    int32_t rows, float *y, int32_t y_stride) {
    pr_dense_forward_rows(layer, x, stride, rows, y, y_stride, model->blocks);
}

// x (rows, stride) of events `first` and on goes through a block. state: of all events, with the
// padding in front where it counts. Of the last block, only what the last event needs: its result
// is the first row of x.
static void block_forward(const pr_sequence *model, int32_t k, float *x, int32_t first,
                          int32_t rows, float *state, int32_t pads) {
    const pr_dense *layer = model->dense + k * PR_SEQ_STEP;
    int32_t norm = PR_SEQ_NORMS + 4 * k, stride = model->stride, row = model->row;
    float *pairs = state + 2 * stride * k, *wide = model->wide;
    float *new = pairs + (int64_t)(first + (pads > 0)) * row;
    const float *from = before_layer(model, norm, x, rows);
    const float *source = model->config.order == PR_NORM_QUERY ? x : from;
    forward(model, layer + PR_SEQ_KEY, source, stride, rows, new, row);
    forward(model, layer + PR_SEQ_VALUE, source, stride, rows, new + stride, row);
    if (k == model->config.layers - 1 && rows > 1) {
        __builtin_memcpy(x, x + (rows - 1) * stride, (uint32_t)stride * sizeof(float));
        first += rows - 1, rows = 1;
        from = before_layer(model, norm, x, rows);
    }
    forward(model, layer + PR_SEQ_QUERY, from, stride, rows, model->sum, stride);
    for (int32_t i = 0; i < rows; i++)
        attend(model, model->sum + i * stride, pairs, first + i + 1 + (pads > 0), pads ? pads : 1,
               wide + i * stride);
    if (model->config.has_output)
        forward(model, layer + PR_SEQ_PROJECTION, wide, stride, rows, model->sum, stride);
    else
        __builtin_memcpy(model->sum, wide, (uint32_t)(rows * stride) * sizeof(float));
    join(model, norm, x, rows);
    from = before_layer(model, norm + 2, x, rows);
    forward(model, layer + PR_SEQ_FEED, from, stride, rows, wide, model->hidden);
    forward(model, layer + PR_SEQ_FEED_OUT, wide, model->hidden, rows, model->sum, stride);
    join(model, norm + 2, x, rows);
}

void pr_attention_ready(const pr_sequence *model) {
    float *x = model->x;
    int32_t is_zero = model->config.padding == PR_PADDING_ZERO;
    __builtin_memcpy(x, model->vector[PR_SEQ_PADDING - PR_SEQ_POSITION],
                     (uint32_t)model->stride * sizeof(float));
    if (model->config.norms & 1) normalise(model, PR_SEQ_EMBEDDING_NORM, x, 1, x);
    for (int32_t k = 0; k < model->config.layers; k++) {
        for (int32_t i = 0; is_zero && i < model->stride; i++) x[i] = 0;
        block_forward(model, k, x, 0, 1, model->pad, 0);
    }
}

// x (rows, stride) = the events' items and positions
static void embed(const pr_sequence *model, const uint32_t *rows, int32_t position, int32_t count) {
    pr_f4 scale = pr_f4_set1(model->config.scale);
    const float *place = model->vector[0] + (int64_t)position * model->stride;
    float *x = model->x;
    for (int32_t i = 0; i < count; i++, x += model->stride, place += model->stride) {
        pr_table_row(&model->embedding, rows[i], x);
        for (int32_t k = 0; k < model->stride; k += 4)
            pr_f4_store(x + k,
                        pr_f4_add(pr_f4_mul(pr_f4_load(x + k), scale), pr_f4_load(place + k)));
    }
    if (model->config.norms & 1) normalise(model, PR_SEQ_EMBEDDING_NORM, model->x, count, model->x);
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
    if (pads) __builtin_memcpy(state, model->pad, (uint32_t)model->row * sizeof(float));
    for (int32_t some; first < count; first += some) {
        some = count - first < PR_SEQ_CHUNK ? count - first : PR_SEQ_CHUNK;
        embed(model, rows + first, first + (model->config.is_from_last ? ahead : 0), some);
        for (int32_t k = 0; k < model->config.layers; k++)
            block_forward(model, k, x, first, some, state, pads);
    }
    if (model->config.norms & 2) normalise(model, PR_SEQ_LAST_NORM, x, 1, x);
    __builtin_memcpy(vector, x, (uint32_t)model->stride * sizeof(float));
}

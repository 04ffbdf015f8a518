#include "autoencoder.h"

#include "activation.h"
#include "rows.h"

// The share of the sum of squares below which leave_out adds the rest up again.
static const double SHARE_MIN = 1e-5;

// ---- layout

static int32_t last_of(const pr_autoencoder *model) { return model->config.layers - 1; }

static int32_t first_stride(const pr_autoencoder *model) {
    return model->config.has_encoder ? model->weights.layer[0].stride
                                     : pr_round_up(model->config.code + 1, 4);
}

static void plan(pr_autoencoder *model, pr_arena *arena) {
    const pr_autoencoder_config *config = &model->config;
    int32_t last = config->layers - 1, widest = config->code;
    for (int32_t k = 0; k < last; k++) {
        int32_t width = config->width[k];
        if (widest < width) widest = width;
        pr_table_plan(&model->weights.layer[k], arena, config->dtype[k], k == 0,
                      k ? width : config->items, k ? config->width[k - 1] : width);
        model->weights.bias[k] = pr_arena_floats(arena, 1, pr_round_up(width, 4));
        model->weights.norm_weight[k] = pr_arena_floats(arena, 1, config->has_norm[k] ? width : 0);
        model->weights.norm_bias[k] = pr_arena_floats(arena, 1, config->has_norm[k] ? width : 0);
    }
    if (config->is_tied && last > 0)
        model->weights.layer[last] = model->weights.layer[0];
    else
        pr_table_plan(&model->weights.layer[last], arena, config->dtype[last], 0, config->items,
                      config->code);
    model->weights.bias[last] =
        pr_arena_floats(arena, 1, config->has_item_bias ? config->items : 0);
    model->weights.user_mean = pr_arena_floats(arena, 1, first_stride(model));
    for (int i = 0; i < 2; i++)
        model->scratch.hidden[i] = pr_arena_floats(arena, 1, pr_round_up(widest, 4));
    model->scratch.earlier = pr_arena_floats(arena, 1, config->dense_layers ? config->width[0] : 0);
    model->scratch.table = pr_arena_floats(arena, PR_TABLE_SCRATCH, pr_round_up(widest, 4));
}

uint64_t pr_autoencoder_size(const pr_autoencoder_config *config) {
    pr_autoencoder model = { .config = *config };
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_autoencoder));
    plan(&model, &arena);
    return arena.at;
}

pr_autoencoder *pr_autoencoder_init(void *address, const pr_autoencoder_config *config) {
    pr_arena arena = { (uintptr_t)address };
    pr_autoencoder *model = pr_arena_take(&arena, sizeof(pr_autoencoder));
    model->config = *config;
    plan(model, &arena);
    return model;
}

static float *address_of(pr_autoencoder *model, int32_t tensor) {
    if (tensor >= PR_NORM_BIAS) return model->weights.norm_bias[tensor - PR_NORM_BIAS];
    if (tensor >= PR_NORM_WEIGHT) return model->weights.norm_weight[tensor - PR_NORM_WEIGHT];
    if (tensor >= PR_BIAS) return model->weights.bias[tensor - PR_BIAS];
    return model->weights.user_mean + (tensor == PR_USER_BIAS ? model->config.code : 0);
}

pr_table *pr_autoencoder_layer(pr_autoencoder *model, int32_t k) {
    return &model->weights.layer[k];
}

const float *pr_autoencoder_user_mean(const pr_autoencoder *model) {
    return model->weights.user_mean;
}

void pr_autoencoder_set(pr_autoencoder *model, int32_t tensor, int32_t count, const float *values) {
    __builtin_memcpy(address_of(model, tensor), values, (uint32_t)count * sizeof(float));
}

int32_t pr_autoencoder_sums_size(const pr_autoencoder *model) { return 2 * first_stride(model); }

int32_t pr_autoencoder_vector_size(const pr_autoencoder *model) {
    return model->config.code + !model->config.has_encoder;
}

int32_t pr_autoencoder_prepared_size(const pr_autoencoder *model) {
    return model->weights.layer[last_of(model)].stride + 4;
}

void pr_autoencoder_vectors(const pr_autoencoder *model, const uint32_t *rows, int32_t count,
                            float *vectors) {
    const pr_table *table = &model->weights.layer[last_of(model)];
    for (int32_t i = 0; i < count; i++) {
        pr_table_row(table, rows[i], vectors);
        pr_table_scale_columns(table, vectors, vectors);
        vectors += table->stride;
    }
}

// ---- from a history to a vector

void pr_autoencoder_add(const pr_autoencoder *model, const uint32_t *rows, const float *weights,
                        int32_t count, float *sums) {
    pr_table_add_rows(&model->weights.layer[0], rows, weights, count, sums,
                      sums + first_stride(model), model->scratch.table);
}

// z (width) = (z - mean) / sqrt(variance + epsilon) * weight + bias (Ba et al. 2016). In doubles:
// little work beside the products.
static void normalise(const pr_autoencoder *model, int32_t k, float *z) {
    const float *weight = model->weights.norm_weight[k], *bias = model->weights.norm_bias[k];
    int32_t width = model->config.width[k];
    double mean = 0, variance = 0;
    for (int32_t i = 0; i < width; i++) mean += z[i];
    mean /= width;
    for (int32_t i = 0; i < width; i++) variance += (z[i] - mean) * (z[i] - mean);
    double scale = 1 / __builtin_sqrt(variance / width + model->config.epsilon);
    for (int32_t i = 0; i < width; i++) z[i] = (float)((z[i] - mean) * scale * weight[i] + bias[i]);
}

// z (width[k]) = norm(activation(z))
static void finish(const pr_autoencoder *model, int32_t k, float *z) {
    pr_activation_apply(model->config.activation[k], z, pr_round_up(model->config.width[k], 4));
    if (model->config.has_norm[k]) normalise(model, k, z);
}

// z (width[0]) = norm(activation(scale (high + low sums) + bias + node))
void pr_autoencoder_first_layer(const pr_autoencoder *model, const float *sums, double square,
                                const float *node, float *z) {
    const pr_table *table = &model->weights.layer[0];
    const float *low = sums + table->stride, *bias = model->weights.bias[0];
    float length =
        model->config.is_normalized ? square > 0 ? (float)(1 / __builtin_sqrt(square)) : 0 : 1;
    pr_f4 scale = pr_f4_set1(length);
    for (int32_t k = 0; k < table->stride; k += 4)
        pr_f4_store(z + k, pr_f4_mul(scale, pr_f4_add(pr_f4_load(sums + k), pr_f4_load(low + k))));
    pr_table_scale_columns(table, z, z);
    for (int32_t k = 0; k < table->stride; k += 4)
        pr_f4_store(z + k, pr_f4_add(pr_f4_load(z + k),
                                     pr_f4_add(pr_f4_load(bias + k), pr_f4_load(node + k))));
    finish(model, 0, z);
}

// earlier (width) += z, the last output; next += earlier
static void add_earlier(float *earlier, const float *z, int32_t width, float *next) {
    for (int32_t i = 0; i < width; i++) {
        earlier[i] += z[i];
        next[i] += earlier[i];
    }
}

void pr_autoencoder_encode(const pr_autoencoder *model, const float *sums, double square,
                           const float *node, float *vector) {
    float *z = model->scratch.hidden[0], *next = model->scratch.hidden[1],
          *earlier = model->scratch.earlier;
    int32_t dense_layers = model->config.dense_layers;
    pr_autoencoder_first_layer(model, sums, square, node ? node : model->weights.user_mean, z);
    if (dense_layers)
        for (int32_t i = 0; i < model->config.width[0]; i++) earlier[i] = 0;
    for (int32_t k = 1; k < last_of(model); k++) {
        int32_t width = model->config.width[k];
        // next (width) = W_k (width, padded inputs) z. An activation may leave padding of z that is
        // not zero (a sigmoid's 0.5): it is multiplied with the zero padding of W_k.
        pr_table_dot(&model->weights.layer[k], z, 0, 0, width, next, model->scratch.table);
        for (int32_t i = 0; i < width; i++) next[i] += model->weights.bias[k][i];
        if (k < dense_layers) add_earlier(earlier, z, width, next);
        for (int32_t i = width; i < pr_round_up(width, 4); i++) next[i] = 0;
        finish(model, k, next);
        float *swap = z;
        z = next;
        next = swap;
    }
    for (int32_t i = 0; i < model->config.code; i++)
        vector[i] = !model->config.is_binarized ? z[i] : z[i] > 0.5f ? 1 : 0;
}

// ---- from a vector to scores

// prepared (stride + 4) = the vector, then the constant of all scores
void pr_autoencoder_prepare(const pr_autoencoder *model, const float *vector, float *prepared) {
    const pr_table *table = &model->weights.layer[last_of(model)];
    pr_table_scale_columns(table, vector, prepared);
    prepared[table->stride] = model->config.has_encoder ? 0 : vector[model->config.code];
}

// raw (count), products of items and the vector, += item bias + constant
static void add_biases(const pr_autoencoder *model, float constant, const uint32_t *rows,
                       uint32_t first, int32_t count, float *raw) {
    const float *bias = model->config.has_item_bias ? model->weights.bias[last_of(model)] : 0;
    if (!bias)
        for (int32_t i = 0; i < count; i++) raw[i] += constant;
    else if (rows)
        for (int32_t i = 0; i < count; i++) raw[i] += constant + bias[rows[i]];
    else
        for (int32_t i = 0; i < count; i++) raw[i] += constant + bias[first + (uint32_t)i];
}

pr_status pr_autoencoder_score_many(const pr_autoencoder *model, const float *prepared,
                                    const uint32_t *rows, uint32_t first, int32_t count, float *raw,
                                    int32_t users) {
    const pr_table *table = &model->weights.layer[last_of(model)];
    int32_t size = pr_autoencoder_prepared_size(model);
    if (pr_rows_check(rows, first, count, model->config.items)) return PR_ERR_ROW;
    pr_table_dot_many(table, prepared, size, users, rows, first, count, raw, model->scratch.table);
    for (int32_t u = 0; u < users; u++)
        add_biases(model, prepared[u * size + table->stride], rows, first, count,
                   raw + (int64_t)u * count);
    return PR_OK;
}

// ---- explanations

typedef struct explain_scratch {
    float *sums; // without an interaction
    float *vector;
    float *prepared;
} explain_scratch;

static explain_scratch explain_plan(const pr_autoencoder *model, pr_arena *arena) {
    return (explain_scratch){
        .sums = pr_arena_floats(arena, 1, pr_autoencoder_sums_size(model)),
        .vector = pr_arena_floats(arena, 1, pr_autoencoder_vector_size(model)),
        .prepared = pr_arena_floats(arena, 1, pr_autoencoder_prepared_size(model)),
    };
}

uint64_t pr_autoencoder_explain_size(const pr_autoencoder *model) {
    pr_arena arena = { 0 };
    explain_plan(model, &arena);
    return arena.at;
}

static float score_of(const pr_autoencoder *model, const explain_scratch *scratch,
                      const float *sums, double square, const float *node, uint32_t item) {
    float raw;
    pr_autoencoder_encode(model, sums, square, node, scratch->vector);
    pr_autoencoder_prepare(model, scratch->vector, scratch->prepared);
    pr_autoencoder_score(model, scratch->prepared, &item, 0, 1, &raw);
    return raw;
}

// without = sums without interaction i; returns the sum of squares without it. Where nearly nothing
// remains, a subtraction would leave too few digits: the others are added up again.
static double leave_out(const pr_autoencoder *model, const float *sums, double square,
                        const uint32_t *rows, const float *weights, int32_t count, int32_t i,
                        float *without) {
    int32_t size = pr_autoencoder_sums_size(model);
    double rest = square - (double)weights[i] * weights[i];
    if (rest > SHARE_MIN * square) {
        float withdrawn = -weights[i];
        __builtin_memcpy(without, sums, (uint32_t)size * sizeof(float));
        pr_autoencoder_add(model, rows + i, &withdrawn, 1, without);
        return rest;
    }
    rest = 0;
    __builtin_memset(without, 0, (uint32_t)size * sizeof(float));
    for (int32_t j = 0; j < count; j++) rest += j == i ? 0 : (double)weights[j] * weights[j];
    pr_autoencoder_add(model, rows, weights, i, without);
    pr_autoencoder_add(model, rows + i + 1, weights + i + 1, count - i - 1, without);
    return rest;
}

void pr_autoencoder_explain(const pr_autoencoder *model, void *workspace, const float *sums,
                            double square, const float *node, const uint32_t *rows,
                            const float *weights, int32_t count, uint32_t item, float *effects) {
    pr_arena arena = { (uintptr_t)workspace };
    explain_scratch scratch = explain_plan(model, &arena);
    float with = score_of(model, &scratch, sums, square, node, item);
    for (int32_t i = 0; i < count; i++) {
        double rest = leave_out(model, sums, square, rows, weights, count, i, scratch.sums);
        effects[i] = with - score_of(model, &scratch, scratch.sums, rest, node, item);
    }
}

// A random autoencoder: its layers as floats, the model in C, and its forward pass in float64 over
// dense input.
#ifndef RANDOM_AUTOENCODER_H
#define RANDOM_AUTOENCODER_H

#include "../../src/autoencoder.h"
#include "check.h"

enum { ITEMS = 61, WIDE = 21, DEPTH = 8 };

typedef struct random_autoencoder {
    pr_autoencoder_config config;
    float weight[DEPTH][ITEMS * WIDE]; // (out, in) as a file has it, the first (width, items)
    float bias[DEPTH][ITEMS];
    float norm_weight[DEPTH][WIDE], norm_bias[DEPTH][WIDE];
    float user_mean[WIDE + 1];
} random_autoencoder;

static union {
    long long align;
    unsigned char bytes[1 << 18];
} model_memory;

static int32_t inputs_of(const pr_autoencoder_config *c, int32_t k) {
    return k == 0 ? c->has_encoder ? c->items : c->code : c->width[k - 1];
}
static int32_t outputs_of(const pr_autoencoder_config *c, int32_t k) {
    return k == c->layers - 1 ? c->items : c->width[k];
}

static void random_autoencoder_fill(random_autoencoder *m) {
    const pr_autoencoder_config *c = &m->config;
    for (int32_t k = 0; k < c->layers; k++) {
        fill_random(m->weight[k], inputs_of(c, k) * outputs_of(c, k),
                    2 / __builtin_sqrtf(k ? (float)inputs_of(c, k) : 12));
        fill_random(m->bias[k], outputs_of(c, k), 0.3f);
        fill_random(m->norm_weight[k], WIDE, 1);
        fill_random(m->norm_bias[k], WIDE, 0.5f);
    }
    fill_random(m->user_mean, WIDE + 1, 0.5f);
}

static pr_autoencoder *random_autoencoder_load(const random_autoencoder *m, int with_mean) {
    const pr_autoencoder_config *c = &m->config;
    if (pr_autoencoder_size(c) > sizeof(model_memory.bytes)) return 0;
    for (uint64_t i = 0; i < sizeof(model_memory.bytes); i++) model_memory.bytes[i] = 0;
    pr_autoencoder *model = pr_autoencoder_init(model_memory.bytes, c);
    for (int32_t k = 0; k < c->layers; k++) {
        int is_item_table = k == c->layers - 1;
        if (!is_item_table || !c->is_tied)
            pr_table_set(pr_autoencoder_layer(model, k), 0, outputs_of(c, k), 0, inputs_of(c, k),
                         m->weight[k]);
        if (c->has_norm[k]) {
            pr_autoencoder_set(model, PR_NORM_WEIGHT + k, c->width[k], m->norm_weight[k]);
            pr_autoencoder_set(model, PR_NORM_BIAS + k, c->width[k], m->norm_bias[k]);
        }
        if (!is_item_table || c->has_item_bias)
            pr_autoencoder_set(model, PR_BIAS + k, outputs_of(c, k), m->bias[k]);
    }
    if (with_mean)
        pr_autoencoder_set(model, PR_USER_MEAN, c->has_encoder ? c->width[0] : c->code,
                           m->user_mean);
    if (with_mean && !c->has_encoder)
        pr_autoencoder_set(model, PR_USER_BIAS, 1, m->user_mean + c->code);
    return model;
}

// The weight from input i to output o of a layer; a tied last layer reads the first one transposed.
static double weight_at(const random_autoencoder *m, int32_t k, int32_t o, int32_t i) {
    const pr_autoencoder_config *c = &m->config;
    if (k == c->layers - 1 && c->is_tied) return m->weight[0][i * c->items + o];
    return m->weight[k][o * inputs_of(c, k) + i];
}

static inline void reference_norm(const random_autoencoder *m, int32_t k, double *z) {
    int32_t width = m->config.width[k];
    double mean = 0, variance = 0;
    for (int32_t i = 0; i < width; i++) mean += z[i] / width;
    for (int32_t i = 0; i < width; i++) variance += (z[i] - mean) * (z[i] - mean) / width;
    for (int32_t i = 0; i < width; i++)
        z[i] = (z[i] - mean) / __builtin_sqrt(variance + m->config.epsilon) * m->norm_weight[k][i] +
               m->norm_bias[k][i];
}

// The raw score of an item for dense input x (items), straight from the formula.
static inline double reference_raw(const random_autoencoder *m, const double *x, const float *node,
                                   int32_t item) {
    const pr_autoencoder_config *c = &m->config;
    double z[ITEMS], next[ITEMS], earlier[WIDE] = { 0 }, square = 0,
                                  raw = c->has_item_bias ? m->bias[c->layers - 1][item] : 0;
    for (int32_t i = 0; i < c->items; i++) square += x[i] * x[i];
    for (int32_t i = 0; i < c->items; i++)
        z[i] = c->is_normalized && square > 0 ? x[i] / __builtin_sqrt(square) : x[i];
    for (int32_t k = 0; k < c->layers - 1; k++) {
        for (int32_t o = 0; o < c->width[k]; o++) {
            double sum = m->bias[k][o] + (k == 0 && node ? node[o] : 0);
            for (int32_t i = 0; i < inputs_of(c, k); i++) sum += weight_at(m, k, o, i) * z[i];
            if (k > 0 && k < c->dense_layers) sum += earlier[o];
            next[o] = reference_activation(c->activation[k], sum);
        }
        if (c->has_norm[k]) reference_norm(m, k, next);
        for (int32_t o = 0; o < c->width[k]; o++) z[o] = next[o];
        for (int32_t o = 0; k < c->dense_layers && o < c->width[k]; o++) earlier[o] += z[o];
    }
    for (int32_t k = 0; k < c->code; k++)
        raw += weight_at(m, c->layers - 1, item, k) * (c->is_binarized ? z[k] > 0.5 : z[k]);
    return raw;
}

#endif

// A random NCF model as a trainer would have it (unfolded tensors), put into the C model, and its
// logit in float64.
#ifndef RANDOM_NCF_H
#define RANDOM_NCF_H

#include "../../src/fold_in.h"
#include "check.h"

enum { ITEMS = 150, WIDE = 40, DEPTH = 8 };

typedef struct random_ncf {
    pr_ncf_config config;
    float gmf_item[ITEMS * WIDE], mlp_item[ITEMS * WIDE], item_bias[ITEMS];
    float layer_weight[DEPTH][WIDE * 2 * WIDE], layer_bias[DEPTH][WIDE];
    float output_weight[2 * WIDE], output_bias;
} random_ncf;

static union {
    long long align;
    unsigned char bytes[1 << 20];
} model_memory;

// Fills the tensors: uniform with variance 2 / inputs before a ReLU (He) and 1 / inputs else
// (Glorot), so that values stay of order 1 through any depth.
static void random_ncf_fill(random_ncf *m) {
    int32_t inputs = m->config.mlp_user + m->config.mlp_item;
    fill_random(m->gmf_item, ITEMS * m->config.gmf, 1);
    fill_random(m->mlp_item, ITEMS * m->config.mlp_item, 1);
    fill_random(m->item_bias, ITEMS, 0.5f);
    for (int32_t k = 0; k < m->config.layers; k++) {
        float gain = m->config.activation[k] == PR_RELU ? 2.449f : 1.732f;
        fill_random(m->layer_weight[k], m->config.width[k] * inputs,
                    gain / __builtin_sqrtf((float)inputs));
        fill_random(m->layer_bias[k], m->config.width[k], 0.2f);
        inputs = m->config.width[k];
    }
    fill_random(m->output_weight, m->config.gmf + (m->config.layers ? inputs : 0), 0.7f);
    m->output_bias = random_value();
}

// The model in C, from the tensors as they are, or with the items folded beforehand.
static pr_ncf *random_ncf_load(const random_ncf *m, int folded) {
    static float hidden[ITEMS * WIDE], half[WIDE * WIDE];
    pr_ncf_config config = m->config;
    int32_t user = config.mlp_user, item = config.mlp_item, d1 = config.width[0];
    if (folded) config.mlp_item = 0;
    if (pr_ncf_size(&config) > sizeof(model_memory.bytes)) return 0;
    for (uint64_t i = 0; i < sizeof(model_memory.bytes); i++) model_memory.bytes[i] = 0;
    pr_ncf *model = pr_ncf_init(model_memory.bytes, &config);
    for (int32_t o = 0; folded && o < d1; o++)
        for (int32_t k = 0; k < user; k++)
            half[o * user + k] = m->layer_weight[0][o * (user + item) + k];
    for (int32_t i = 0; folded && i < ITEMS * d1; i++) {
        double sum = 0;
        for (int32_t k = 0; k < item; k++)
            sum += (double)m->mlp_item[i / d1 * item + k] *
                   m->layer_weight[0][i % d1 * (user + item) + user + k];
        hidden[i] = (float)sum;
    }
    for (int32_t k = 0; k < config.layers; k++) {
        pr_ncf_set(model, PR_LAYER_WEIGHT + k, 0, config.width[k],
                   folded && k == 0 ? half : m->layer_weight[k]);
        pr_ncf_set(model, PR_LAYER_BIAS + k, 0, 1, m->layer_bias[k]);
    }
    if (config.gmf) pr_ncf_set(model, PR_GMF_ITEM, 0, ITEMS, m->gmf_item);
    if (config.layers) {
        // In two parts, as while loading.
        const float *table = folded ? hidden : m->mlp_item;
        int32_t tensor = folded ? PR_MLP_ITEM_HIDDEN : PR_MLP_ITEM, width = folded ? d1 : item;
        pr_ncf_set(model, tensor, 0, 67, table);
        pr_ncf_set(model, tensor, 67, ITEMS - 67, table + 67 * width);
    }
    if (config.has_item_bias) pr_ncf_set(model, PR_ITEM_BIAS, 0, ITEMS, m->item_bias);
    pr_ncf_set(model, PR_OUTPUT_WEIGHT, 0, 1, m->output_weight);
    pr_ncf_set(model, PR_OUTPUT_BIAS, 0, 1, &m->output_bias);
    return model;
}

// The training users' statistics: a random mean, and this covariance (g, g) of the GMF block.
static inline void random_ncf_set_users(const random_ncf *m, pr_ncf *model,
                                        const float *covariance) {
    static float mean[2 * WIDE];
    int32_t g = m->config.gmf, e = m->config.mlp_user;
    fill_random(mean, g + e, 0.3f);
    if (g) pr_ncf_set(model, PR_GMF_USER_MEAN, 0, 1, mean);
    if (e) pr_ncf_set(model, PR_MLP_USER_MEAN, 0, 1, mean + g);
    if (g) pr_ncf_set(model, PR_GMF_COVARIANCE, 0, g, covariance);
}

// The logit of an item, straight from the paper's formula: concatenate, multiply, add.
static inline double reference_logit(const random_ncf *m, const float *vector, int32_t item) {
    const pr_ncf_config *c = &m->config;
    double z[2 * WIDE], next[WIDE], logit = m->output_bias;
    int32_t inputs = c->mlp_user + c->mlp_item;
    for (int32_t k = 0; k < c->gmf; k++)
        logit += (double)m->output_weight[k] * vector[k] * m->gmf_item[item * c->gmf + k];
    for (int32_t k = 0; k < inputs; k++)
        z[k] = k < c->mlp_user ? vector[c->gmf + k]
                               : m->mlp_item[item * c->mlp_item + k - c->mlp_user];
    for (int32_t l = 0; l < c->layers; l++) {
        for (int32_t o = 0; o < c->width[l]; o++) {
            double sum = m->layer_bias[l][o];
            for (int32_t k = 0; k < inputs; k++) sum += m->layer_weight[l][o * inputs + k] * z[k];
            next[o] = reference_activation(c->activation[l], sum);
        }
        inputs = c->width[l];
        for (int32_t o = 0; o < inputs; o++) z[o] = next[o];
    }
    for (int32_t k = 0; k < inputs && c->layers; k++) logit += m->output_weight[c->gmf + k] * z[k];
    return logit + (c->has_item_bias ? m->item_bias[item] : 0);
}

#endif

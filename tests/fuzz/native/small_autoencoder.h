// A small autoencoder whose shape the input chooses, in exactly the memory that it asks for. Its
// tensors are those of tests/native/random_autoencoder.h, whose reference_raw is the reference.
#ifndef SMALL_AUTOENCODER_H
#define SMALL_AUTOENCODER_H

#include "../../native/random_autoencoder.h"
#include "fuzz.h"

enum { SMALL_ITEMS = 20, SMALL_WIDTH = 9, SMALL_LAYERS = 4 };

static random_autoencoder m;

static inline void small_autoencoder_draw(int32_t layers_max, int32_t activations) {
    pr_autoencoder_config *config = &m.config;
    memset(config, 0, sizeof *config);
    config->items = fuzz_from(1, SMALL_ITEMS);
    config->layers = fuzz_from(2, layers_max);
    config->has_encoder = 1;
    config->has_item_bias = fuzz_flag();
    config->is_normalized = fuzz_flag();
    config->epsilon = 0.1f;
    int32_t width = fuzz_from(1, SMALL_WIDTH), last = config->layers - 1;
    config->is_tied = fuzz_below(3) == 0;
    config->dense_layers = last > 1 && fuzz_below(3) == 0 ? fuzz_from(2, last) : 0;
    for (int32_t k = 0; k < last; k++) {
        config->width[k] = k < config->dense_layers || (config->is_tied && k == last - 1)
                               ? width
                               : fuzz_from(1, SMALL_WIDTH);
        if (k == 0) config->width[0] = width;
        config->activation[k] = fuzz_below(activations);
        config->has_norm[k] = fuzz_below(4) == 0;
    }
    for (int32_t k = 0; k <= last; k++) config->dtype[k] = fuzz_flag() ? PR_F32 : fuzz_below(4);
    config->code = config->width[last - 1];
    config->is_binarized = fuzz_below(8) == 0;
}

static inline void fill_layer(pr_autoencoder *model, int32_t k) {
    const pr_autoencoder_config *config = &m.config;
    int32_t rows = outputs_of(config, k), inputs = inputs_of(config, k), count = rows * inputs;
    int32_t dtype = config->dtype[k];
    uint8_t *stored = fuzz_zeros((uint64_t)(count * pr_dtype_bytes(dtype)));
    float *scale = fuzz_floats(rows);
    fuzz_store(dtype, count, stored, m.weight[k]);
    pr_table *table = pr_autoencoder_layer(model, k);
    REQUIRE(pr_table_set(table, 0, rows, 0, inputs, stored) == PR_OK);
    fuzz_fill(scale, rows, 0.005f);
    for (int32_t i = 0; i < count && dtype == PR_I8; i++) m.weight[k][i] *= scale[i / inputs];
    if (dtype == PR_I8) pr_table_set_scale(table, 0, rows, scale);
}

static inline pr_autoencoder *small_autoencoder_load(void) {
    const pr_autoencoder_config *config = &m.config;
    pr_autoencoder *model = pr_autoencoder_init(fuzz_zeros(pr_autoencoder_size(config)), config);
    int32_t last = config->layers - 1;
    for (int32_t k = 0; k <= last; k++) {
        if (k < last || !config->is_tied) fill_layer(model, k);
        if (config->has_norm[k]) {
            fuzz_fill(m.norm_weight[k], config->width[k], 1);
            fuzz_fill(m.norm_bias[k], config->width[k], 0.5f);
            pr_autoencoder_set(model, PR_NORM_WEIGHT + k, config->width[k], m.norm_weight[k]);
            pr_autoencoder_set(model, PR_NORM_BIAS + k, config->width[k], m.norm_bias[k]);
        }
        if (k == last && !config->has_item_bias) continue;
        fuzz_fill(m.bias[k], outputs_of(config, k), 0.3f);
        pr_autoencoder_set(model, PR_BIAS + k, outputs_of(config, k), m.bias[k]);
    }
    int32_t means = config->has_encoder ? config->width[0] : config->code;
    fuzz_fill(m.user_mean, means + 1, 0.5f);
    pr_autoencoder_set(model, PR_USER_MEAN, means, m.user_mean);
    if (!config->has_encoder) pr_autoencoder_set(model, PR_USER_BIAS, 1, m.user_mean + means);
    return model;
}

#endif

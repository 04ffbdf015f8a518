// A small GMF, MLP or NeuMF whose shape the input chooses, in exactly the memory that it asks for.
// Its tensors are those of tests/native/random_ncf.h, whose reference_logit is the reference.
#ifndef SMALL_NCF_H
#define SMALL_NCF_H

#include "../../native/random_ncf.h"
#include "fuzz.h"

enum { SMALL_ITEMS = 24, SMALL_WIDTH = 9, SMALL_LAYERS = 3 };

static random_ncf m;

// activations: of the first so many, in the order of activation.h.
static inline void small_ncf_draw(int32_t layers_max, int32_t activations) {
    pr_ncf_config *config = &m.config;
    memset(config, 0, sizeof *config);
    config->items = fuzz_from(1, SMALL_ITEMS);
    config->gmf = fuzz_below(SMALL_WIDTH + 1);
    config->layers = fuzz_below(layers_max + 1);
    if (!config->gmf && !config->layers) config->gmf = 1;
    config->has_item_bias = fuzz_flag();
    config->output = fuzz_flag() ? PR_SIGMOID : PR_IDENTITY;
    if (!config->layers) return;
    config->mlp_user = fuzz_from(1, SMALL_WIDTH);
    config->mlp_item = fuzz_from(1, SMALL_WIDTH);
    for (int32_t k = 0; k < config->layers; k++) {
        config->width[k] = fuzz_from(1, SMALL_WIDTH);
        config->activation[k] = fuzz_below(activations);
    }
}

static inline void small_ncf_fill(void) {
    const pr_ncf_config *config = &m.config;
    int32_t inputs = config->mlp_user + config->mlp_item;
    fuzz_fill(m.gmf_item, config->items * config->gmf, 1);
    fuzz_fill(m.mlp_item, config->items * config->mlp_item, 1);
    fuzz_fill(m.item_bias, config->items, 0.5f);
    for (int32_t k = 0; k < config->layers; k++) {
        fuzz_fill(m.layer_weight[k], config->width[k] * inputs, 2 / __builtin_sqrtf((float)inputs));
        fuzz_fill(m.layer_bias[k], config->width[k], 0.2f);
        inputs = config->width[k];
    }
    fuzz_fill(m.output_weight, config->gmf + (config->layers ? inputs : 0), 0.7f);
    m.output_bias = fuzz_number(1);
}

// Sets rows 0 .. rows - 1 of a tensor (rows, width) in two pieces.
static inline void small_ncf_set(pr_ncf *model, int32_t tensor, int32_t rows, int32_t width,
                                 const float *values) {
    int32_t first = fuzz_from(0, rows);
    pr_ncf_set(model, tensor, 0, first, values);
    pr_ncf_set(model, tensor, first, rows - first, values + first * width);
}

// Sets the item side in use, folded beforehand or by the model. of: the item of each row.
static inline void small_ncf_set_items(pr_ncf *model, const uint32_t *of, int32_t rows,
                                       int32_t is_folded) {
    const pr_ncf_config *config = &m.config;
    int32_t g = config->gmf, d = config->mlp_item, d1 = config->width[0];
    int32_t inputs = config->mlp_user + d;
    float *gmf = fuzz_floats(rows * g), *item = fuzz_floats(rows * d),
          *hidden = fuzz_floats(rows * d1), *bias = fuzz_floats(rows);
    for (int32_t i = 0; i < rows; i++) {
        memcpy(gmf + i * g, m.gmf_item + of[i] * (uint32_t)g, sizeof(float) * (size_t)g);
        memcpy(item + i * d, m.mlp_item + of[i] * (uint32_t)d, sizeof(float) * (size_t)d);
        bias[i] = m.item_bias[of[i]];
        for (int32_t o = 0; is_folded && o < d1; o++) {
            double sum = 0;
            for (int32_t k = 0; k < d; k++)
                sum +=
                    (double)item[i * d + k] * m.layer_weight[0][o * inputs + config->mlp_user + k];
            hidden[i * d1 + o] = absolute(sum) < 3e38 ? (float)sum : 0;
        }
    }
    if (g) small_ncf_set(model, PR_GMF_ITEM, rows, g, gmf);
    if (config->layers && is_folded) small_ncf_set(model, PR_MLP_ITEM_HIDDEN, rows, d1, hidden);
    if (config->layers && !is_folded) small_ncf_set(model, PR_MLP_ITEM, rows, d, item);
    if (config->has_item_bias) small_ncf_set(model, PR_ITEM_BIAS, rows, 1, bias);
}

static inline pr_ncf *small_ncf_load(int32_t is_folded, int32_t is_fixed) {
    static uint32_t all[SMALL_ITEMS];
    pr_ncf_config config = m.config;
    int32_t user = config.mlp_user, inputs = user + config.mlp_item, d1 = config.width[0];
    config.is_fixed = is_fixed;
    if (is_folded) config.mlp_item = 0;
    pr_ncf *model = pr_ncf_init(fuzz_zeros(pr_ncf_size(&config)), &config);
    float *half = fuzz_floats(d1 * user);
    for (int32_t i = 0; i < d1 * user; i++)
        half[i] = m.layer_weight[0][i / user * inputs + i % user];
    for (int32_t k = 0; k < config.layers; k++) {
        if (k == 0 && is_folded) inputs = user;
        small_ncf_set(model, PR_LAYER_WEIGHT + k, config.width[k], inputs,
                      is_folded && k == 0 ? half : m.layer_weight[k]);
        pr_ncf_set(model, PR_LAYER_BIAS + k, 0, 1, m.layer_bias[k]);
        inputs = config.width[k];
    }
    for (uint32_t i = 0; i < SMALL_ITEMS; i++) all[i] = i;
    small_ncf_set_items(model, all, config.items, is_folded);
    pr_ncf_set(model, PR_OUTPUT_WEIGHT, 0, 1, m.output_weight);
    pr_ncf_set(model, PR_OUTPUT_BIAS, 0, 1, &m.output_bias);
    return model;
}

// The training users' statistics: means, and covariances A A' + I / 4, zeros, or wild numbers.
static inline void small_ncf_set_users(pr_ncf *model) {
    for (int32_t block = 0; block < 2; block++) {
        int32_t n = block ? m.config.mlp_user : m.config.gmf;
        if (!n) continue;
        float *mean = fuzz_floats(n), *a = fuzz_floats(n * n), *covariance = fuzz_floats(n * n);
        fuzz_fill(mean, n, 0.3f);
        for (int32_t i = 0; i < n * n; i++) a[i] = 0.5f * fuzz_uniform();
        int32_t is_given = fuzz_flag();
        for (int32_t i = 0; i < n * n && is_given; i++) {
            covariance[i] = i / n == i % n ? 0.25f : 0;
            for (int32_t k = 0; k < n; k++) covariance[i] += a[i / n * n + k] * a[i % n * n + k];
            if (fuzz_is_wild && fuzz_draw(40) == 0) covariance[i] = fuzz_number(1);
        }
        pr_ncf_set(model, block ? PR_MLP_USER_MEAN : PR_GMF_USER_MEAN, 0, 1, mean);
        pr_ncf_set(model, block ? PR_MLP_COVARIANCE : PR_GMF_COVARIANCE, 0, n, covariance);
    }
}

// Whether both covariances have a factor; only wild ones have none.
static inline int small_ncf_ready(pr_ncf *model) {
    for (int32_t block = 0; block < 2; block++)
        if (pr_fold_in_ready(model, block, fuzz_garbage(pr_fold_in_size(model)))) {
            REQUIRE(fuzz_is_wild);
            return 0;
        }
    return 1;
}

#endif

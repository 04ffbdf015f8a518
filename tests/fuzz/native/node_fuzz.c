// The node of a CDAE user: the same bits whatever the workspace held, padding that stays zero, and
// a first step against the gradient in float64.
#include "../../../src/node.h"
#include "small_autoencoder.h"

static uint32_t *rows;
static float *weights, *sums;
static int32_t count, output;
static pr_fit_options options;

static double loss(double raw, double target) {
    if (output == PR_IDENTITY) return 0.5 * (raw - target) * (raw - target);
    return (raw > 0 ? raw : 0) + reference_log1p(reference_exp(-absolute(raw))) - target * raw;
}

// The objective without negatives.
static double objective(const float *v) {
    double total = 0, x[SMALL_ITEMS] = { 0 };
    for (int32_t k = 0; k < m.config.width[0]; k++)
        total +=
            0.5 * options.prior * (v[k] - (double)m.user_mean[k]) * (v[k] - (double)m.user_mean[k]);
    for (int32_t i = 0; i < count; i++) x[rows[i]] = weights[i];
    for (int32_t i = 0; i < count; i++) {
        if (weights[i] == 0) continue;
        x[rows[i]] = 0;
        total += loss(reference_raw(&m, x, v, (int32_t)rows[i]), 1);
        x[rows[i]] = weights[i];
    }
    return total;
}

// From a node beside the mean, so that the prior has a gradient.
static void fit(const pr_autoencoder *model, const float *start, float *node) {
    int32_t stride = pr_round_up(m.config.width[0], 4);
    memcpy(node, start, sizeof(float) * (size_t)stride);
    pr_node_fit(model, fuzz_garbage(pr_node_size(model)), sums, rows, weights, count, output,
                &options, node);
    for (int32_t k = m.config.width[0]; k < stride; k++) REQUIRE(node[k] == 0);
}

static void check_first_step(const pr_autoencoder *model, const float *start, float *node) {
    float at[SMALL_WIDTH];
    options.steps = 1, options.negatives = 0;
    fit(model, start, node);
    memcpy(at, start, sizeof(float) * (size_t)m.config.width[0]);
    for (int32_t k = 0; k < m.config.width[0]; k++) {
        float step = 0.01f;
        at[k] = start[k] + step;
        double above = objective(at);
        at[k] = start[k] - step;
        double slope = (above - objective(at)) / (2 * step);
        at[k] = start[k];
        if (absolute(slope) < 0.05) continue;
        double expected = slope > 0 ? -options.learning_rate : options.learning_rate;
        REQUIRE(absolute(node[k] - start[k] - expected) <= 1e-2 * options.learning_rate + 1e-5);
    }
}

void fuzz_node(void) {
    small_autoencoder_draw(2, PR_SELU + 1);
    m.config.is_normalized = m.config.is_binarized = m.config.has_norm[0] = 0;
    m.config.activation[0] %= PR_SELU + 1;
    pr_autoencoder *model = small_autoencoder_load();
    output = fuzz_flag() ? PR_SIGMOID : PR_IDENTITY;
    options = (pr_fit_options){ .steps = fuzz_from(0, 3),
                                .learning_rate = 0.05f,
                                .negatives = (float)fuzz_below(4),
                                .prior = 0.5f,
                                .seed = 1 + fuzz_byte() };
    count = fuzz_from(0, m.config.items < 6 ? m.config.items : 6);
    rows = fuzz_rows(count), weights = fuzz_floats(count);
    fuzz_choose_once(rows, count, m.config.items);
    for (int32_t i = 0; i < count; i++) weights[i] = fuzz_draw(5) ? fuzz_number(1) : 0;
    sums = fuzz_floats(pr_autoencoder_sums_size(model));
    pr_autoencoder_add(model, rows, weights, count, sums);
    int32_t stride = pr_round_up(m.config.width[0], 4), activation = m.config.activation[0];
    float *start = fuzz_floats(stride), *node = fuzz_floats(stride), *again = fuzz_floats(stride);
    fuzz_fill(start, m.config.width[0], 1);
    fit(model, start, node);
    fit(model, start, again);
    REQUIRE(fuzz_is_same(node, again, stride));
    if (fuzz_is_wild) return;
    REQUIRE(fuzz_is_finite(node, stride));
    if (activation == PR_IDENTITY || activation == PR_SIGMOID || activation == PR_TANH)
        check_first_step(model, start, node);
}

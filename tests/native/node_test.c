// CDAE's fitted node: a minimum of the documented objective, computed here in float64 over dense
// input.
#include "../../src/node.h"
#include "random_autoencoder.h"

enum { HISTORY = 14 };

// Agreement of the objective with two seeds of negatives.
static const double TOLERANCE_SEED = 0.03;

static random_autoencoder m;
static uint32_t rows[HISTORY];
static float weights[HISTORY], sums[2 * (WIDE + 3)], node[WIDE + 3], again[WIDE + 3];
static union {
    long long align;
    unsigned char bytes[1 << 14];
} workspace;
static pr_fit_options options;

static double loss(int32_t output, double raw, double target) {
    if (output == PR_IDENTITY) return 0.5 * (raw - target) * (raw - target);
    return (raw > 0 ? raw : 0) + reference_log1p(reference_exp(-absolute(raw))) - target * raw;
}

// The expected sum over negatives: every other item, weighted.
static double objective(int32_t output, const float *v) {
    double total = 0, x[ITEMS] = { 0 };
    for (int32_t k = 0; k < m.config.width[0]; k++)
        total += 0.5 * options.prior * (v[k] - m.user_mean[k]) * (double)(v[k] - m.user_mean[k]);
    for (int32_t i = 0; i < HISTORY; i++) x[rows[i]] = weights[i];
    for (int32_t i = 0; i < HISTORY; i++) {
        if (weights[i] == 0) continue;
        x[rows[i]] = 0;
        total += loss(output, reference_raw(&m, x, v, (int32_t)rows[i]), 1);
        x[rows[i]] = weights[i];
    }
    for (int32_t item = 0; item < ITEMS && options.negatives > 0; item++) {
        int32_t at = 0;
        while (at < HISTORY && rows[at] != (uint32_t)item) at++;
        if (at == HISTORY)
            total += options.negatives * HISTORY / (ITEMS - HISTORY) *
                     loss(output, reference_raw(&m, x, v, item), 0);
    }
    return total;
}

static pr_autoencoder *load(int32_t activation, int32_t is_tied) {
    m.config = (pr_autoencoder_config){ .items = ITEMS,
                                        .code = 18,
                                        .layers = 2,
                                        .has_encoder = 1,
                                        .has_item_bias = 1,
                                        .is_tied = is_tied,
                                        .width = { 18 },
                                        .activation = { activation } };
    random_autoencoder_fill(&m);
    pr_autoencoder *model = random_autoencoder_load(&m, 1);
    for (int32_t i = 0; i < HISTORY; i++)
        rows[i] = (uint32_t)(i * 4), weights[i] = i % 7 == 3 ? 0 : 1;
    for (int32_t k = 0; k < pr_autoencoder_sums_size(model); k++) sums[k] = 0;
    pr_autoencoder_add(model, rows, weights, HISTORY, sums);
    return model;
}

static void fit(const pr_autoencoder *model, int32_t output, float *v) {
    for (int32_t k = 0; k < model->weights.layer[0].stride; k++)
        v[k] = pr_autoencoder_user_mean(model)[k];
    pr_node_fit(model, workspace.bytes, sums, rows, weights, HISTORY, output, &options, v);
}

static int check_minimum(int32_t activation, int32_t output, int32_t is_tied) {
    pr_autoencoder *model = load(activation, is_tied);
    CHECK(model && pr_node_size(model) <= sizeof(workspace.bytes));
    options = (pr_fit_options){
        .steps = 1500, .learning_rate = 0.03f, .negatives = 0, .prior = 0.5f, .seed = 1
    };
    fit(model, output, node);
    double minimum = objective(output, node);
    CHECK(minimum < objective(output, m.user_mean));
    for (int32_t k = 0; k < 18; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            float kept = node[k];
            node[k] = kept + (float)sign * 0.02f;
            CHECK(objective(output, node) > minimum);
            node[k] = kept;
        }
    for (int32_t k = 18; k < model->weights.layer[0].stride; k++) CHECK(node[k] == 0);
    return 0;
}

static int check_draws(void) {
    pr_autoencoder *model = load(PR_SIGMOID, 0);
    options = (pr_fit_options){
        .steps = 400, .learning_rate = 0.05f, .negatives = 2, .prior = 0.5f, .seed = 1
    };
    fit(model, PR_SIGMOID, node);
    CHECK(objective(PR_SIGMOID, node) < objective(PR_SIGMOID, m.user_mean) - 0.1);
    fit(model, PR_SIGMOID, again);
    for (int32_t k = 0; k < 18; k++) CHECK(node[k] == again[k]);
    options.seed = 9;
    fit(model, PR_SIGMOID, again);
    CHECK(again[0] != node[0] &&
          is_close(objective(PR_SIGMOID, again), objective(PR_SIGMOID, node), TOLERANCE_SEED));
    return 0;
}

int run(void) {
    for (int32_t activation = PR_IDENTITY; activation <= PR_SELU; activation++) {
        if (activation == PR_RELU || activation == PR_SELU)
            continue; // have corners, where a small move may find less
        PASS(check_minimum(activation, PR_SIGMOID, activation % 2));
        PASS(check_minimum(activation, PR_IDENTITY, 0));
    }
    return check_draws();
}

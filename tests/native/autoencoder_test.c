// Autoencoders of every depth and activation: the sparse forward pass equals the dense one, changes
// leave no rounding behind, and an effect is what leaving an interaction out does.
#include "random_autoencoder.h"

enum { HISTORY = 17 };

// Of a difference of two scores.
static const double TOLERANCE_EFFECT = 2e-5;

static random_autoencoder m;
static uint32_t rows[ITEMS];
static float weights[ITEMS], sums[2 * (WIDE + 3)], vector[WIDE + 4], prepared[WIDE + 8], raw[ITEMS],
    effects[HISTORY];
static union {
    long long align;
    unsigned char bytes[1 << 14];
} workspace;

static void choose_history(void) {
    for (int32_t i = 0; i < HISTORY; i++) {
        rows[i] = (uint32_t)(i * 7 % ITEMS);
        weights[i] = i % 5 == 4 ? 0 : random_value();
    }
}

static double square_of(int32_t count) {
    double square = 0;
    for (int32_t i = 0; i < count; i++) square += (double)weights[i] * weights[i];
    return square;
}

static void score(const pr_autoencoder *model, int32_t count, const float *node) {
    for (int32_t k = 0; k < pr_autoencoder_sums_size(model); k++) sums[k] = 0;
    pr_autoencoder_add(model, rows, weights, count, sums);
    pr_autoencoder_encode(model, sums, square_of(count), node, vector);
    pr_autoencoder_prepare(model, vector, prepared);
    pr_autoencoder_score(model, prepared, 0, 0, ITEMS, raw);
}

static int agrees(int32_t count, const float *node) {
    double x[ITEMS] = { 0 };
    for (int32_t i = 0; i < count; i++) x[rows[i]] = weights[i];
    for (int32_t item = 0; item < ITEMS; item++)
        CHECK(is_close(raw[item], reference_raw(&m, x, node, item), TOLERANCE));
    return 0;
}

static int check_passes(pr_autoencoder *model) {
    float node[WIDE + 3] = { 0 };
    CHECK(model != 0);
    CHECK(pr_autoencoder_vector_size(model) == m.config.code);
    for (int32_t count = 0; count <= HISTORY; count += HISTORY) {
        score(model, count, 0);
        PASS(agrees(count, m.user_mean));
        fill_random(node, m.config.width[0], 1);
        score(model, count, node);
        PASS(agrees(count, node));
    }
    // Single rows have the same bits; one out of range is an error.
    uint32_t some[5] = { 60, 3, 3, 0, 17 }, wrong[3] = { 1, ITEMS, 2 };
    float few[5];
    CHECK(pr_autoencoder_score(model, prepared, some, 0, 5, few) == PR_OK);
    for (int i = 0; i < 5; i++) CHECK(few[i] == raw[some[i]]);
    CHECK(pr_autoencoder_score(model, prepared, wrong, 0, 3, few) == PR_ERR_ROW);
    CHECK(pr_autoencoder_score(model, prepared, 0, 1, ITEMS, raw) == PR_ERR_ROW);
    return 0;
}

static int check_effects(const pr_autoencoder *model) {
    score(model, HISTORY, 0);
    CHECK(pr_autoencoder_explain_size(model) <= sizeof(workspace.bytes));
    pr_autoencoder_explain(model, workspace.bytes, sums, square_of(HISTORY), 0, rows, weights,
                           HISTORY, 9, effects);
    for (int32_t without = 0; without < HISTORY; without++) {
        double x[ITEMS] = { 0 };
        for (int32_t i = 0; i < HISTORY; i++) x[rows[i]] = weights[i];
        double with = reference_raw(&m, x, m.user_mean, 9);
        x[rows[without]] = 0;
        CHECK(is_close(effects[without], with - reference_raw(&m, x, m.user_mean, 9),
                       TOLERANCE_EFFECT));
    }
    // Leaving out the only interaction gives an empty history, normalised or not.
    for (int32_t k = 0; k < pr_autoencoder_sums_size(model); k++) sums[k] = 0;
    pr_autoencoder_add(model, rows, weights, 1, sums);
    pr_autoencoder_explain(model, workspace.bytes, sums, square_of(1), 0, rows, weights, 1, 9,
                           effects);
    double one[ITEMS] = { 0 }, none[ITEMS] = { 0 };
    one[rows[0]] = weights[0];
    CHECK(is_close(effects[0],
                   reference_raw(&m, one, m.user_mean, 9) - reference_raw(&m, none, m.user_mean, 9),
                   TOLERANCE_EFFECT));
    return 0;
}

// Ten thousand random changes, one at a time, against the sums of the final history.
static int check_changes(const pr_autoencoder *model) {
    float followed[2 * (WIDE + 3)] = { 0 }, present[ITEMS] = { 0 }, expected[WIDE];
    double square = 0;
    for (int32_t change = 0; change < 10000; change++) {
        uint32_t row = (uint32_t)random_below(ITEMS);
        float before = -present[row], after = change % 3 ? 5 * random_value() : 0;
        pr_autoencoder_add(model, &row, &before, 1, followed);
        pr_autoencoder_add(model, &row, &after, 1, followed);
        square += (double)after * after - (double)before * before;
        present[row] = after;
    }
    pr_autoencoder_encode(model, followed, square, 0, vector);
    for (int32_t i = 0; i < ITEMS; i++) rows[i] = (uint32_t)i, weights[i] = present[i];
    for (int32_t k = 0; k < pr_autoencoder_sums_size(model); k++) sums[k] = 0;
    pr_autoencoder_add(model, rows, weights, ITEMS, sums);
    pr_autoencoder_encode(model, sums, square_of(ITEMS), 0, expected);
    for (int32_t k = 0; k < m.config.code; k++) CHECK(is_close(vector[k], expected[k], TOLERANCE));
    return 0;
}

static int check(int32_t layers, int32_t activation, int32_t is_normalized, int32_t is_tied) {
    m.config = (pr_autoencoder_config){ .items = ITEMS,
                                        .layers = layers,
                                        .has_encoder = 1,
                                        .is_tied = is_tied,
                                        .has_item_bias = !is_normalized,
                                        .is_normalized = is_normalized };
    for (int32_t k = 0; k < layers - 1; k++) {
        m.config.width[k] = WIDE - 3 * (k % 2);
        m.config.activation[k] = (activation + k) % (PR_SWISH + 1);
    }
    if (is_tied) m.config.width[layers - 2] = m.config.width[0];
    m.config.code = m.config.width[layers - 2];
    random_autoencoder_fill(&m);
    choose_history();
    pr_autoencoder *model = random_autoencoder_load(&m, 1);
    PASS(check_passes(model));
    choose_history();
    PASS(check_effects(model));
    if (layers == 2) PASS(check_changes(model));
    return 0;
}

// RecVAE's encoder: dense skips, normalisation behind every layer but the last, then a decoder with
// one of its own.
static int check_dense(int32_t dense_layers, int32_t width, float epsilon) {
    m.config = (pr_autoencoder_config){ .items = ITEMS,
                                        .code = 9,
                                        .layers = dense_layers + 3,
                                        .has_encoder = 1,
                                        .is_normalized = 1,
                                        .dense_layers = dense_layers,
                                        .epsilon = epsilon };
    for (int32_t k = 0; k < dense_layers + 2; k++) {
        m.config.width[k] = k < dense_layers ? width : 9;
        m.config.activation[k] = k == dense_layers ? PR_IDENTITY : PR_SWISH;
        m.config.has_norm[k] = k != dense_layers;
    }
    random_autoencoder_fill(&m);
    choose_history();
    pr_autoencoder *model = random_autoencoder_load(&m, 1);
    PASS(check_passes(model));
    choose_history();
    return check_effects(model);
}

static int check_binarized(void) {
    m.config = (pr_autoencoder_config){ .items = ITEMS,
                                        .code = 20,
                                        .layers = 2,
                                        .has_encoder = 1,
                                        .has_item_bias = 1,
                                        .is_binarized = 1,
                                        .width = { 20 },
                                        .activation = { PR_SIGMOID } };
    random_autoencoder_fill(&m);
    choose_history();
    score(random_autoencoder_load(&m, 1), HISTORY, 0);
    for (int32_t k = 0; k < 20; k++) CHECK(vector[k] == 0 || vector[k] == 1);
    return agrees(HISTORY, m.user_mean);
}

int run(void) {
    for (int32_t layers = 2; layers <= 6; layers++)
        for (int32_t activation = PR_IDENTITY; activation <= PR_SWISH; activation++) {
            PASS(check(layers, activation, activation % 2, 0));
            PASS(check(layers, activation, 1 - activation % 2, 1));
        }
    for (int32_t dense_layers = 2; dense_layers <= DEPTH - 3; dense_layers++)
        for (int32_t width = 16; width <= WIDE; width++)
            PASS(check_dense(dense_layers, width, width % 2 ? 0.1f : 1e-5f));
    return check_binarized();
}

// The examples of the headers of src/, word for word (tests/01-native.test.js compares them), on
// models small enough to compute by hand.
#include "../../src/autoencoder_estimate.h"
#include "../../src/candidates.h"
#include "../../src/dot_fit.h"
#include "../../src/dot_ridge.h"
#include "../../src/fold_in.h"
#include "../../src/influence.h"
#include "../../src/item_item.h"
#include "../../src/layer_norm.h"
#include "../../src/ncf_estimate.h"
#include "../../src/node.h"
#include "../../src/query.h"
#include "../../src/ranker.h"
#include "../../src/ridge.h"
#include "../../src/sequence.h"
#include "../../src/solve.h"
#include "check.h"

enum { I = 8, BYTES = 1 << 16 };

static union {
    long long align;
    unsigned char bytes[BYTES];
} model_memory, workspace_memory;
static union {
    long long align;
    unsigned char bytes[1 << 18];
} estimates_memory;
static union {
    pr_topk top;
    unsigned char bytes[sizeof(pr_topk) + 20 * sizeof(pr_topk_entry)];
} heap;
static void *const address = model_memory.bytes, *const workspace = workspace_memory.bytes;

// Two numbers per item: its index, and 1.
static const float item_embeddings[2 * I] = { 0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1 };
static const int32_t count = 2;
static const uint32_t rows[2] = { 6, 7 };
static const float ones[2] = { 1, 1 };
static float prepared[32], raw[I], effects[2];
static const pr_fit_options options = {
    .steps = 50, .learning_rate = 0.1f, .negatives = 2, .prior = 0.1f, .seed = 1
};

static void clear(void) {
    for (int32_t i = 0; i < BYTES; i++) model_memory.bytes[i] = 0;
}

// ncf.h, fold_in.h, influence.h
static int ncf(void) {
    enum { g = 2 };
    const float output[g] = { 1, 1 }, user_vector[g] = { 2, 3 };
    const float *targets = ones;
    const uint32_t item = 5;
    float vector[g];
    pr_ncf_config config = { .items = I, .gmf = g, .output = PR_SIGMOID };
    clear();
    CHECK(pr_ncf_size(&config) <= BYTES);

    pr_ncf *model = pr_ncf_init(address, &config);
    pr_ncf_set(model, PR_GMF_ITEM, 0, I, item_embeddings);
    pr_ncf_set(model, PR_OUTPUT_WEIGHT, 0, 1, output);
    pr_ncf_prepare(model, user_vector, prepared);
    pr_status status = pr_ncf_score(model, prepared, 0, 0, I, raw);
    CHECK(status == PR_OK);
    for (int32_t i = 0; i < I; i++) CHECK(raw[i] == (float)(2 * i + 3));

    CHECK(pr_fold_in_size(model) <= BYTES);
    if (pr_fold_in_ready(model, 0, workspace)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    if (pr_fold_in_ready(model, 1, workspace)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    for (int32_t k = 0; k < g; k++) vector[k] = pr_ncf_user_mean(model)[k];
    int32_t done = 0;
    do done = pr_fold_in(model, workspace, rows, targets, count, &options, done, vector);
    while (done > 0);
    pr_ncf_prepare(model, vector, prepared);
    CHECK(pr_ncf_score(model, prepared, 0, 0, I, raw) == PR_OK && raw[7] > raw[0]);

    CHECK(pr_influence_size(model, 2) <= BYTES);
    pr_influence_start(model, workspace, rows, targets, count, &options, vector);
    pr_influence_item(model, workspace, count, item, effects);
    CHECK(effects[0] > 0 && effects[1] > 0);
    return 0;
}

static void score(const uint32_t *some, int32_t n, float *scores) {
    for (int32_t i = 0; i < n; i++) scores[i] = (float)some[i];
}

// two_pass.h: estimates that are too high by 1 at most, and known to be.
static int two_passes(void) {
    pr_topk *top = &heap.top;
    const uint8_t *const excluded = 0;
    const uint32_t first = 0;
    pr_two_pass two;
    pr_arena arena = { (uintptr_t)estimates_memory.bytes };
    pr_two_pass_plan(&two, &arena);
    for (int32_t i = 0; i < count; i++) {
        two.estimate[i] = (float)rows[i] + (i % 2 ? 1 : 0);
        two.unit[i] = 1;
    }
    pr_topk_init(top, 1);

    int32_t n;
    pr_two_pass_begin(&two, rows, first, count, excluded); // two.estimate and two.unit are filled
    while ((n = pr_two_pass_next(&two, top))) {
        score(two.row, n, two.score);
        if (pr_two_pass_take(&two, n, top)) return PR_ERR_NOT_FINITE;
    }
    CHECK(top->count == 1 && top->entry[0].score == 7 && top->entry[0].position == 1);
    return 0;
}

// ncf_estimate.h: a score is twice the item's first number.
static int ncf_estimates(void) {
    pr_topk *top = &heap.top;
    const float first_layer[2 * 3] = { 1, 0, 0, 0, 1, 0 }, second[2] = { 0, 2 }, output[1] = { 1 };
    const float user_vector[1] = { 0 };
    const uint8_t *const excluded = 0;
    uint32_t rows[256];
    int32_t count = I;
    for (int32_t i = 0; i < 256; i++) rows[i] = (uint32_t)(i % I);
    pr_ncf_config config = {
        .items = I, .mlp_user = 1, .mlp_item = 2, .layers = 2, .width = { 2, 1 }
    };
    clear();
    pr_ncf *model = pr_ncf_init(model_memory.bytes, &config);
    pr_ncf_set(model, PR_LAYER_WEIGHT + 0, 0, 2, first_layer);
    pr_ncf_set(model, PR_LAYER_WEIGHT + 1, 0, 1, second);
    pr_ncf_set(model, PR_MLP_ITEM, 0, I, item_embeddings);
    pr_ncf_set(model, PR_OUTPUT_WEIGHT, 0, 1, output);
    pr_ncf_prepare(model, user_vector, prepared);
    void *const address = estimates_memory.bytes;
    CHECK(pr_ncf_estimates_size(model) <= sizeof(estimates_memory.bytes));

    pr_ncf_estimates *estimates = pr_ncf_estimates_init(model, address);
    pr_ncf_measure(estimates, prepared, rows, 256); // of some items and a user or two
    pr_topk_init(top, 20);
    pr_status status = pr_ncf_find(estimates, prepared, rows, 0, count, excluded, top);
    CHECK(status == PR_OK && pr_topk_sort(top) == I);
    for (int32_t i = 0; i < I; i++) CHECK(top->entry[i].score == (float)(2 * (I - 1 - i)));
    return 0;
}

// table_estimate.h, autoencoder_estimate.h: a score is the item's first number.
static int table_estimates(void) {
    pr_topk *top = &heap.top;
    const uint8_t *const excluded = 0;
    const float padded[4] = { 1 }, *bias = 0;
    float y[I], unit[I], scratch[4];
    const uint32_t rows[4] = { 6, 7 };
    pr_table table;
    pr_table_estimate estimate;
    pr_arena arena = { (uintptr_t)estimates_memory.bytes };
    clear();
    for (uint64_t i = 0; i < sizeof(estimates_memory.bytes); i++) estimates_memory.bytes[i] = 0;
    pr_autoencoder_config config = { .items = I, .code = 2, .layers = 1 };
    pr_autoencoder *model = pr_autoencoder_init(model_memory.bytes, &config);
    pr_table_set(pr_autoencoder_layer(model, 0), 0, I, 0, 2, item_embeddings);
    table = *pr_autoencoder_layer(model, 0);

    pr_table_estimate_plan(&estimate, &arena, &table);
    pr_table_estimate_round(&estimate, &table, scratch);
    pr_table_estimate_set(&estimate, padded);
    pr_table_estimate_dot(&estimate, bias, 0, rows, count, y, unit); // y = table[rows] x + bias
    for (int32_t i = 0; i < count; i++)
        CHECK(absolute(y[i] - rows[i]) <= unit[i] && unit[i] < 0.5f);

    for (uint64_t i = 0; i < sizeof(estimates_memory.bytes); i++) estimates_memory.bytes[i] = 0;
    CHECK(pr_autoencoder_estimates_size(model) <= sizeof(estimates_memory.bytes));
    void *const address = estimates_memory.bytes;
    const float user[3] = { 1 };
    pr_autoencoder_prepare(model, user, prepared);
    pr_autoencoder_estimates *estimates = pr_autoencoder_estimates_init(model, address);
    pr_topk_init(top, 20);
    pr_status status = pr_autoencoder_find(estimates, prepared, 0, 0, I, excluded, top);
    CHECK(status == PR_OK && pr_topk_sort(top) == I);
    for (int32_t i = 0; i < I; i++) CHECK(top->entry[i].score == (float)(I - 1 - i));
    return 0;
}

// autoencoder.h, node.h
static int autoencoder(void) {
    enum { h = 2, padded = 4 };
    const float encoder[h * I] = { [6] = 1, [7] = 1, [8] = 1 }, bias[h] = { 0, 1 };
    const float *decoder = item_embeddings, *weights = ones;
    const double square = count;
    float sums[16] = { 0 }, vector[h], node[padded];
    pr_autoencoder_config config = {
        .items = I, .code = h, .layers = 2, .has_encoder = 1, .width = { h }
    };
    clear();
    CHECK(pr_autoencoder_size(&config) <= BYTES);

    pr_autoencoder *model = pr_autoencoder_init(address, &config);
    pr_table_set(pr_autoencoder_layer(model, 0), 0, h, 0, I, encoder);
    pr_autoencoder_set(model, PR_BIAS + 0, h, bias);
    pr_table_set(pr_autoencoder_layer(model, 1), 0, I, 0, h, decoder);
    pr_autoencoder_add(model, rows, ones, count, sums);
    pr_autoencoder_encode(model, sums, count, 0, vector);
    pr_autoencoder_prepare(model, vector, prepared);
    pr_status status = pr_autoencoder_score(model, prepared, 0, 0, I, raw);
    CHECK(status == PR_OK);
    for (int32_t i = 0; i < I; i++) CHECK(raw[i] == (float)(2 * i + 1));

    CHECK(pr_node_size(model) <= BYTES);
    for (int32_t k = 0; k < padded; k++) node[k] = pr_autoencoder_user_mean(model)[k];
    pr_node_fit(model, workspace, sums, rows, weights, count, PR_SIGMOID, &options, node);
    pr_autoencoder_encode(model, sums, square, node, vector);
    CHECK(vector[0] != 2);
    return 0;
}

// ridge.h: with next to no regularisation the two targets are met.
static int ridge(void) {
    enum { code = 2 };
    const double weight = 1e-6, bias = 1e-6;
    const float targets[2] = { 6, 8 };
    float vector[code + 1];
    pr_autoencoder_config config = { .items = I, .code = code, .layers = 1 };
    clear();
    pr_autoencoder *model = pr_autoencoder_init(address, &config);
    pr_table_set(pr_autoencoder_layer(model, 0), 0, I, 0, code, item_embeddings);

    pr_ridge ridge = { model, weight, bias };
    CHECK(pr_ridge_size(&ridge, 2, 1) <= BYTES);
    pr_ridge_fit(&ridge, workspace, rows, targets, count, count < code + 1, vector);
    pr_autoencoder_prepare(model, vector, prepared);
    CHECK(pr_autoencoder_score(model, prepared, 0, 0, I, raw) == PR_OK);
    CHECK(is_close(raw[6], 6, 1e-3) && is_close(raw[7], 8, 1e-3));
    return 0;
}

// item_item.h: row i of the matrix is (i, i + 1, ...).
static int item_item(void) {
    float weight[I * I];
    for (int32_t k = 0; k < I * I; k++) weight[k] = (float)(k / I + k % I);
    pr_item_item_config config = { .items = I, .layout = PR_DENSE, .output_dtype = -1 };
    clear();
    CHECK(pr_item_item_size(&config) <= BYTES);

    pr_item_item *model = pr_item_item_init(address, &config);
    __builtin_memcpy(pr_item_item_part(model, PR_ITEM_VALUES), weight, sizeof(weight));
    uint32_t user[] = { 2, 0, 0, 0, 3, 7, 0x3f800000, 0x3f800000 }; // items 3 and 7, x = 1
    pr_status status = pr_item_item_score(model, user, 0, 0, I, raw);
    CHECK(status == PR_OK);
    for (int32_t i = 0; i < I; i++) CHECK(raw[i] == (float)(10 + 2 * i));
    return 0;
}

// dot.h, topk.h
static int dot_products(void) {
    pr_topk *top = &heap.top;
    enum { width = 2 };
    const float *item_vectors = item_embeddings, *scores = ones, vector[width] = { 5, 1 };
    clear();

    pr_dot_config config = { .items = I, .width = width, .dtype = PR_F32 };
    CHECK(pr_dot_size(&config) <= BYTES);
    pr_dot *model = pr_dot_init(address, &config);
    pr_table_set(pr_dot_table(model), 0, I, 0, width, item_vectors);
    pr_dot_items_ready(model);
    pr_dot_prepare(model, vector, prepared);
    pr_topk_init(top, 10);
    pr_dot_scan(model, prepared, 0, I, 0, top);
    pr_topk_sort(top);
    CHECK(top->count == I);
    for (uint32_t i = 0; i < I; i++)
        CHECK(top->entry[i].position == 7 - i && top->entry[i].score == (float)(5 * (7 - i) + 1));
    pr_topk_init(top, 10);
    pr_topk_push(top, scores, 0, 0, count, 0);
    CHECK(pr_topk_sort(top) == count && top->entry[0].position == 0);

    const float *ratings = ones;
    float fitted[width];
    CHECK(pr_dot_ridge_size(model) <= BYTES);
    pr_dot_ridge ridge = { .weight = { 1, 0 }, .load = { 0, 1 }, .penalty = 0.1 };
    pr_status status = pr_dot_ridge_fit(model, &ridge, workspace, rows, ratings, count, fitted);
    CHECK(status == PR_OK && fitted[0] > 0.1f && fitted[0] < 0.2f);

    clear();
    config.has_prior = 1;
    CHECK(pr_dot_size(&config) <= BYTES && pr_dot_fit_size(model, 1, 2, count) <= BYTES);
    pr_dot_init(address, &config);
    pr_table_set(pr_dot_table(model), 0, I, 0, width, item_vectors);
    if (pr_dot_fit_ready(model, workspace)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    pr_dot_fit(model, workspace, 1, rows, ones, count, &options, fitted);
    CHECK(fitted[0] > 0 && fitted[1] == 0);
    return 0;
}

// candidates.h, features.h
static int candidates(void) {
    enum { width = 2 };
    const float weight[width] = { 1, 0 }, bias[width] = { 0, 1 }, numbers[1] = { 5 };
    const float *items = item_embeddings;
    const uint32_t offsets[2] = { 0, 0 }, *ids = 0;
    float vector[width], x[1];
    pr_candidates_config config = {
        .items = I,
        .layers = 1,
        .width = { width },
        .features = { .features = 1, .feature = { { .table = -1, .inputs = PR_VALUE } } },
    };
    clear();
    CHECK(pr_candidates_size(&config) <= BYTES);

    pr_candidates *model = pr_candidates_init(address, &config);
    pr_candidates_set_weight(model, 0, 0, width, weight);
    pr_candidates_set_bias(model, 0, bias);
    pr_dot *dot = pr_candidates_dot(model);
    pr_table_set(pr_dot_table(dot), 0, I, 0, width, items);
    pr_dot_items_ready(dot);
    pr_values values = { offsets, ids, numbers };
    pr_features_encode(pr_candidates_features(model), PR_USER_SIDE, &values, x);
    CHECK(x[0] == 5);
    pr_candidates_encode(model, &values, vector);
    pr_dot_prepare(dot, vector, prepared);
    pr_dot_score(dot, prepared, 0, 0, I, raw);
    for (uint32_t i = 0; i < I; i++) CHECK(raw[i] == (float)(5 * i + 1));
    return 0;
}

// ranker.h: logit = 2 user + 3 item
static int ranker(void) {
    enum { d1 = 1 };
    const float weight[2] = { 2, 3 }, output[d1] = { 1 }, user = 5;
    float numbers[I], vector[1];
    uint32_t offsets[I + 1] = { 0 };
    for (int32_t i = 0; i < I; i++) numbers[i] = (float)i;
    const pr_values user_values = { offsets, 0, &user }, item_values = { offsets, 0, numbers };
    const pr_feature on_user = { .side = PR_USER_SIDE, .table = -1, .inputs = PR_VALUE },
                     on_item = { .side = PR_ITEM_SIDE, .table = -1, .inputs = PR_VALUE };
    pr_ranker_config config = {
        .tower = { .items = I, .mlp_user = 1, .mlp_item = 1, .layers = 1, .width = { d1 } },
        .features = { .features = 2, .feature = { on_user, on_item } },
    };
    clear();
    CHECK(pr_ranker_size(&config) <= BYTES);

    pr_ranker *model = pr_ranker_init(address, &config);
    pr_ncf_set(pr_ranker_tower(model), PR_LAYER_WEIGHT, 0, d1, weight);
    pr_ncf_set(pr_ranker_tower(model), PR_OUTPUT_WEIGHT, 0, 1, output);
    pr_ranker_set_items(model, 0, I, &item_values);
    pr_ranker_encode(model, &user_values, vector);
    pr_ncf_prepare(pr_ranker_tower(model), vector, prepared);
    pr_status status = pr_ncf_score(pr_ranker_tower(model), prepared, rows, 0, count, raw);
    CHECK(status == PR_OK && raw[0] == 28 && raw[1] == 31);
    return 0;
}

// sequence.h: units whose update gate is closed: h is tanh of the last item's first number.
static int sequence(void) {
    enum { d = 2, h = 1 };
    static const float items[] = { 0, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1 };
    const float input[3 * h * d] = { 0, 0, 0, -90, 1, 0 }, hidden[3 * h * h] = { 0 };
    const float output[d * h] = { 1, 2 };
    const uint32_t events[3] = { 7, 3, 1 };
    float state[4], vector[4];
    pr_sequence_config config = {
        .is_recurrent = 1,
        .is_tied = 1,
        .embedding = d,
        .layers = 1,
        .hidden = h,
        .has_output = 1,
        .items = { .items = I, .width = d },
    };
    clear();
    CHECK(pr_sequence_size(&config) <= BYTES);

    pr_sequence *model = pr_sequence_init(address, &config);
    pr_table_set(pr_dot_table(pr_sequence_dot(model)), 0, I, 0, d, items);
    pr_sequence_set(model, PR_SEQ_INPUT, 0, 3 * h, d, input);
    pr_sequence_set(model, PR_SEQ_HIDDEN, 0, 3 * h, h, hidden);
    pr_sequence_set(model, PR_SEQ_OUTPUT, 0, d, h, output);
    pr_sequence_ready(model);
    pr_sequence_encode(model, events, 0, 2, state, vector);
    CHECK(is_close(vector[0], reference_tanh(3), TOLERANCE));
    pr_sequence_encode(model, events, 2, 3, state, vector);
    CHECK(is_close(vector[0], reference_tanh(1), TOLERANCE) && vector[1] == 2 * vector[0]);
    pr_dot_prepare(pr_sequence_dot(model), vector, prepared);
    pr_status status = pr_dot_score(pr_sequence_dot(model), prepared, rows, 0, count, raw);
    CHECK(status == PR_OK && is_close(raw[0], 8 * reference_tanh(1), TOLERANCE));
    return 0;
}

// layer_norm.h: of -1 and 1
static int layer_norm(void) {
    const int32_t width = 2;
    const float x[4] = { -1, 1 }, weight[4] = { 2, 3 }, bias[4] = { 0, 1 };
    float y[4];
    pr_layer_norm(x, width, weight, bias, 1e-5f, y);
    CHECK(is_close(y[0], -2, TOLERANCE) && is_close(y[1], 4, 2 * TOLERANCE));
    return 0;
}

// table.h, query.h: the bounds of an int8 table are not below its products.
static int table(void) {
    enum { width = 2 };
    int8_t bytes[width * I];
    float scale[I], scratch[PR_TABLE_SCRATCH * 4], x[width] = { 0.5f, -1 }, padded[4], y[I];
    uint8_t buffer[64];
    pr_table table;
    pr_arena arena = { (uintptr_t)address };
    for (int32_t i = 0; i < width * I; i++) bytes[i] = (int8_t)item_embeddings[i];
    for (int32_t i = 0; i < I; i++) scale[i] = 2;
    clear();

    pr_table_plan(&table, &arena, PR_I8, 0, I, width);
    if (pr_table_set(&table, 0, I, 0, width, bytes)) return PR_ERR_NOT_FINITE;
    pr_table_set_scale(&table, 0, I, scale);
    pr_table_scale_columns(&table, x, padded);
    pr_table_dot(&table, padded, 0, 0, I, y, scratch);
    for (int32_t i = 0; i < I; i++) CHECK(y[i] == (float)(i - 2));

    pr_query query = { .numbers = buffer };
    const int32_t stride = table.stride;
    const float min = 5;
    CHECK(pr_query_size(stride) <= (int32_t)sizeof buffer);
    int32_t has_bounds = pr_query_fits(&table) && pr_query_make(&query, padded, stride);
    CHECK(has_bounds);
    uint32_t row = pr_query_next(&query, &table, 0, I / 2, I / 2, min);
    CHECK(row == 0);
    for (int32_t i = 0; i < I; i++) CHECK(query.bound[i] >= y[i]);
    return 0;
}

// solve.h: a = 0.1 I + m' m with m = (1, 2)
static int solve(void) {
    enum { n = 2, rows = 1 };
    const double m[4 * n] = { 1, 2 };
    double a[n * n], b[n] = { 1, 2 };
    pr_solve_begin(a, n, 0.1);
    pr_solve_gram(m, 0, rows, n, a);
    if (pr_solve_factor(a, n)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    pr_solve(a, n, b);
    CHECK(is_close(b[0], 1 / 5.1, TOLERANCE) && is_close(b[1], 2 / 5.1, TOLERANCE));
    return 0;
}

int run(void) {
    PASS(ncf());
    PASS(two_passes());
    PASS(ncf_estimates());
    PASS(table_estimates());
    PASS(autoencoder());
    PASS(ridge());
    PASS(dot_products());
    PASS(item_item());
    PASS(candidates());
    PASS(ranker());
    PASS(sequence());
    PASS(layer_norm());
    PASS(table());
    return solve();
}

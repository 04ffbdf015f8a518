// Dot products against float64: scores with every bias and the scan of each stored precision to the
// bit, the ridge fits and their reasons, the fits by Newton's method and theirs.
#include "../../src/dot_fit.h"
#include "../../src/dot_ridge.h"
#include "check.h"

enum { ITEMS = 77, WIDE = 33, HISTORY = 9, NEGATIVES = 3 };

static union {
    long long align;
    unsigned char bytes[1 << 20];
} memory, workspace_memory;
static void *const workspace = workspace_memory.bytes;
static union {
    pr_topk top;
    unsigned char bytes[8 + 8 * ITEMS];
} found, expected;
static float value[ITEMS * WIDE], item_bias[ITEMS], scale[ITEMS], mean, raw[ITEMS];
static float vector[WIDE + 1], other[WIDE + 1], prepared[WIDE + 8], covariance[WIDE * WIDE];
static int8_t bytes[ITEMS * WIDE];
static uint32_t rows[HISTORY];
static float values[HISTORY], effects[HISTORY];

static pr_dot *load(pr_dot_config config) {
    int32_t width = config.width;
    config.items = ITEMS;
    if (pr_dot_size(&config) > sizeof(memory.bytes)) return 0;
    for (uint32_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_dot *model = pr_dot_init(memory.bytes, &config);
    fill_random(value, ITEMS * width, 1);
    fill_random(item_bias, ITEMS, 1);
    fill_random(scale, ITEMS, 0.01f);
    mean = random_value();
    for (int32_t i = 0; i < ITEMS * width && config.dtype == PR_I8; i++) {
        bytes[i] = (int8_t)(random_below(256) - 128);
        value[i] = scale[i / width] * bytes[i];
    }
    const void *numbers = config.dtype == PR_I8 ? (const void *)bytes : value;
    if (pr_table_set(pr_dot_table(model), 0, ITEMS, 0, width, numbers)) return 0;
    if (config.dtype == PR_I8) pr_table_set_scale(pr_dot_table(model), 0, ITEMS, scale);
    if (config.has_item_bias) pr_dot_set(model, PR_DOT_ITEM_BIAS, 0, ITEMS, item_bias);
    if (config.has_item_bias) pr_dot_set(model, PR_DOT_MEAN, 0, 1, &mean);
    if (!config.has_item_bias) mean = 0;
    pr_dot_items_ready(model);
    if (config.has_gram) pr_dot_add_gram(model, 0, 40);
    if (config.has_gram) pr_dot_add_gram(model, 40, ITEMS - 40);
    return model;
}

// x . v of an item, with what the item's raw score has without a user.
static double score(const pr_dot *model, int32_t item, const float *v) {
    int32_t width = model->config.width;
    double sum = mean + (model->config.has_item_bias ? item_bias[item] : 0);
    for (int32_t k = 0; k < width; k++) sum += (double)value[item * width + k] * v[k];
    return sum + (model->config.has_user_bias ? v[width] : 0);
}

static int check_scores(int32_t dtype, int32_t has_bias) {
    pr_dot *model = load((pr_dot_config){ .width = 1 + random_below(WIDE),
                                          .dtype = dtype,
                                          .has_item_bias = has_bias,
                                          .has_user_bias = has_bias });
    CHECK(model != 0);
    fill_random(vector, WIDE + 1, 1);
    pr_dot_prepare(model, vector, prepared);
    CHECK(pr_dot_prepared_size(model) <= WIDE + 8);
    CHECK(pr_dot_score(model, prepared, 0, 0, ITEMS, raw) == PR_OK);
    for (int32_t i = 0; i < ITEMS; i++) CHECK(is_close(raw[i], score(model, i, vector), TOLERANCE));
    for (int32_t capacity = 0; capacity <= ITEMS; capacity += 7) {
        pr_topk_init(&found.top, capacity);
        pr_topk_init(&expected.top, capacity);
        CHECK(pr_dot_scan(model, prepared, 0, ITEMS, 0, &found.top) == PR_OK);
        pr_topk_push(&expected.top, raw, 0, 0, ITEMS, 0);
        CHECK(pr_topk_sort(&found.top) == pr_topk_sort(&expected.top));
        for (int32_t i = 0; i < found.top.count; i++)
            CHECK(found.top.entry[i].position == expected.top.entry[i].position &&
                  found.top.entry[i].score == expected.top.entry[i].score);
    }
    uint32_t last = ITEMS;
    CHECK(pr_dot_score(model, prepared, &last, 0, 1, raw) == PR_ERR_ROW);
    return 0;
}

static void make_history(void) {
    for (int32_t i = 0; i < HISTORY; i++) {
        rows[i] = (uint32_t)(i * 8 + 1);
        values[i] = 3 + random_value();
    }
}

// The documented sums, with w_i and y_i written out again.
static double ridge_loss(const pr_dot *model, const pr_dot_ridge *ridge, const float *v,
                         int32_t count) {
    int32_t width = model->config.width;
    double total = 0;
    for (int32_t k = 0; k < width; k++) total += ridge->penalty * v[k] * v[k];
    if (model->config.has_user_bias) total += ridge->bias_penalty * v[width] * v[width];
    for (int32_t item = 0; item < ITEMS && model->config.has_gram; item++)
        total += ridge->unobserved * score(model, item, v) * score(model, item, v);
    for (int32_t i = 0; i < count; i++) {
        double raw_i = score(model, (int32_t)rows[i], v);
        if (model->config.has_gram) {
            double c = 1 + 2 * values[i];
            total += c * (raw_i - 1) * (raw_i - 1) - ridge->unobserved * raw_i * raw_i;
        } else {
            total += (values[i] - raw_i) * (values[i] - raw_i);
        }
    }
    return total;
}

static int check_ridge(int32_t has_gram) {
    pr_dot_ridge ridge = { .weight = { 1, 0 }, .load = { 0, 1 }, .penalty = 0.5 };
    if (has_gram)
        ridge = (pr_dot_ridge){
            .unobserved = 0.7, .weight = { 1 - 0.7, 2 }, .load = { 1, 2 }, .penalty = 0.5
        };
    ridge.bias_penalty = ridge.shorter_bias_penalty = 0.2;
    ridge.shorter_penalty = 0.5;
    pr_dot *model = load((pr_dot_config){ .width = 11,
                                          .has_gram = has_gram,
                                          .has_item_bias = !has_gram,
                                          .has_user_bias = !has_gram });
    CHECK(model != 0 && pr_dot_ridge_size(model) <= sizeof(workspace_memory.bytes));
    make_history();
    CHECK(pr_dot_ridge_fit(model, &ridge, workspace, rows, values, HISTORY, vector) == PR_OK);
    double minimum = ridge_loss(model, &ridge, vector, HISTORY);
    for (int32_t k = 0; k < pr_dot_user_width(model); k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            float kept = vector[k];
            vector[k] += (float)sign * 0.01f;
            CHECK(ridge_loss(model, &ridge, vector, HISTORY) > minimum);
            vector[k] = kept;
        }
    for (int32_t count = 1; count <= HISTORY; count += 4) {
        pr_dot_ridge_fit(model, &ridge, workspace, rows, values, count, vector);
        CHECK(pr_dot_ridge_explain(model, &ridge, workspace, rows, values, count, 70, effects) ==
              PR_OK);
        for (int32_t i = 0; i < count; i++) {
            uint32_t row = rows[i];
            float rating = values[i];
            rows[i] = rows[count - 1], values[i] = values[count - 1];
            pr_dot_ridge_fit(model, &ridge, workspace, rows, values, count - 1, other);
            rows[i] = row, values[i] = rating;
            CHECK(is_close(effects[i], score(model, 70, vector) - score(model, 70, other),
                           TOLERANCE));
        }
    }
    // No penalty and fewer interactions than numbers: not determined.
    ridge = (pr_dot_ridge){ .weight = { 1, 0 }, .load = { 0, 1 } };
    CHECK(pr_dot_ridge_fit(model, &ridge, workspace, rows, values, HISTORY, vector) != PR_OK);
    return 0;
}

static double log1p_exp(double s) {
    return s > 0 ? s + reference_log1p(reference_exp(-s)) : reference_log1p(reference_exp(s));
}

// The identity as covariance: z is v.
static double log_loss(const pr_dot *model, const pr_fit_options *options, const float *v) {
    double total = 0, weight = options->negatives * HISTORY / (ITEMS - HISTORY);
    double penalty = (double)options->prior * (options->is_prior_each ? HISTORY : 1);
    for (int32_t k = 0; k < pr_dot_user_width(model); k++) total += 0.5 * penalty * v[k] * v[k];
    for (int32_t item = 0; item < ITEMS; item++) {
        int32_t is_seen = item % 8 == 1 && item / 8 < HISTORY;
        double s = score(model, item, v);
        total += is_seen ? log1p_exp(-s) : weight * log1p_exp(s);
    }
    return total;
}

static int check_newton(int32_t is_pairwise, float prior, int32_t is_each) {
    pr_fit_options options = {
        .negatives = NEGATIVES, .prior = prior, .is_prior_each = is_each, .seed = 7
    };
    pr_dot *model =
        load((pr_dot_config){ .width = 9, .has_item_bias = 1, .has_user_bias = 1, .has_prior = 1 });
    CHECK(model != 0);
    CHECK(pr_dot_fit_size(model, is_pairwise, NEGATIVES, HISTORY) <=
          sizeof(workspace_memory.bytes));
    CHECK(pr_dot_fit_most(model, is_pairwise, NEGATIVES) > 1000);
    CHECK(pr_dot_fit_ready(model, workspace) == PR_OK);
    make_history();
    for (int32_t i = 0; i < HISTORY; i++) values[i] = 1;
    pr_dot_fit(model, workspace, is_pairwise, rows, values, HISTORY, &options, vector);
    pr_dot_fit(model, workspace, is_pairwise, rows, values, HISTORY, &options, other);
    for (int32_t k = 0; k <= 9; k++) CHECK(vector[k] == other[k]);
    if (is_pairwise) CHECK(vector[9] == 0);
    double minimum = log_loss(model, &options, vector);
    for (int32_t k = 0; k <= 9 && !is_pairwise; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            float kept = vector[k];
            vector[k] += (float)sign * 0.02f;
            CHECK(log_loss(model, &options, vector) > minimum);
            vector[k] = kept;
        }
    // To first order: close where one interaction moves the vector little.
    options.prior = 40 * prior;
    pr_dot_fit(model, workspace, is_pairwise, rows, values, HISTORY, &options, vector);
    pr_dot_fit_explain(model, workspace, is_pairwise, rows, values, HISTORY, &options, 70, effects);
    for (int32_t i = 0; i < HISTORY && !is_pairwise; i++) {
        uint32_t row = rows[i];
        rows[i] = rows[HISTORY - 1];
        pr_dot_fit(model, workspace, is_pairwise, rows, values, HISTORY - 1, &options, other);
        rows[i] = row;
        double effect = score(model, 70, vector) - score(model, 70, other);
        CHECK(absolute(effects[i] - effect) < 0.1 * absolute(effect));
    }
    return 0;
}

// A history of all items, of one, and a covariance without a factor.
static int check_ends(void) {
    static uint32_t all[ITEMS];
    static float ones[ITEMS];
    pr_fit_options options = { .negatives = NEGATIVES, .prior = 0.5f, .seed = 7 };
    pr_dot *model = load((pr_dot_config){ .width = 5, .has_prior = 1 });
    for (int32_t i = 0; i < ITEMS; i++) all[i] = (uint32_t)i, ones[i] = 1;
    CHECK(pr_dot_fit_ready(model, workspace) == PR_OK);
    for (int32_t is_pairwise = 0; is_pairwise < 2; is_pairwise++)
        for (int32_t count = 1; count <= ITEMS; count += ITEMS - 1) {
            pr_dot_fit(model, workspace, is_pairwise, all, ones, count, &options, vector);
            for (int32_t k = 0; k < 5; k++) CHECK(absolute(vector[k]) < 100);
        }
    for (int32_t i = 0; i < 25; i++) covariance[i] = i % 6 == 0 ? -1 : 0;
    pr_dot_set(model, PR_DOT_USER_COVARIANCE, 0, 25, covariance);
    CHECK(pr_dot_fit_ready(model, workspace) == PR_ERR_NOT_POSITIVE_DEFINITE);
    return 0;
}

int run(void) {
    for (int32_t round = 0; round < 20; round++)
        for (int32_t has_bias = 0; has_bias < 2; has_bias++) {
            PASS(check_scores(PR_F32, has_bias));
            PASS(check_scores(PR_I8, has_bias));
        }
    for (int32_t kind = 0; kind < 2; kind++) {
        PASS(check_ridge(kind));
        PASS(check_newton(kind, 0.5f, 0));
        PASS(check_newton(kind, 0.1f, 1));
    }
    return check_ends();
}

// Influences against fits without the interaction.
#include "../../src/influence.h"
#include "random_ncf.h"

enum { HISTORY = 12, ITEM = 77 };

// Largest errors in shares of the largest effect: of a quadratic objective, where the influence is
// exact; of the log loss; of a tower.
static const double ERROR_QUADRATIC = 1e-5, ERROR_LOG_LOSS = 0.05, ERROR_TOWER = 0.1;

static random_ncf m;
static float covariance[WIDE * WIDE], vector[2 * WIDE], without[2 * WIDE], targets[HISTORY],
    effects[HISTORY];
static uint32_t rows[HISTORY];
static union {
    long long align;
    unsigned char bytes[1 << 20];
} workspace;

static pr_ncf *load(void) {
    pr_ncf *model = random_ncf_load(&m, 0);
    int32_t g = m.config.gmf;
    for (int32_t i = 0; i < g * g; i++) covariance[i] = (i / g == i % g ? 0.3f : 0.1f);
    random_ncf_set_users(&m, model, covariance);
    for (int32_t i = 0; i < HISTORY; i++) {
        rows[i] = (uint32_t)(i * 11);
        targets[i] = m.config.output == PR_IDENTITY ? 3 + 2 * random_value() : (float)(i % 6 != 0);
    }
    for (int32_t block = 0; block < 2; block++)
        if (pr_fold_in_ready(model, block, workspace.bytes)) return 0;
    return model;
}

static float fit(const pr_ncf *model, const pr_fit_options *options, int32_t without_i, float *to) {
    uint32_t some[HISTORY];
    float wanted[HISTORY], prepared[4 * WIDE], raw[PR_ROWS];
    uint32_t item = ITEM;
    int32_t count = 0;
    for (int32_t i = 0; i < HISTORY; i++)
        if (i != without_i) some[count] = rows[i], wanted[count++] = targets[i];
    for (int32_t k = 0; k < model->user_width; k++) to[k] = pr_ncf_user_mean(model)[k];
    int32_t done = 0;
    do done = pr_fold_in(model, workspace.bytes, some, wanted, count, options, done, to);
    while (done > 0);
    pr_ncf_prepare(model, to, prepared);
    pr_ncf_score(model, prepared, &item, 0, 1, raw);
    return raw[0];
}

// The largest difference from a new fit, in shares of the largest effect.
static double largest_error(pr_ncf *model, const pr_fit_options *options) {
    double largest = 0, error = 0;
    float with = fit(model, options, -1, vector);
    pr_influence_start(model, workspace.bytes, rows, targets, HISTORY, options, vector);
    pr_influence_item(model, workspace.bytes, HISTORY, ITEM - 1, effects);
    pr_influence_item(model, workspace.bytes, HISTORY, ITEM, effects);
    for (int32_t without_i = 0; without_i < HISTORY; without_i++) {
        double refitted = with - fit(model, options, without_i, without);
        if (absolute(refitted) > largest) largest = absolute(refitted);
        if (absolute(refitted - effects[without_i]) > error)
            error = absolute(refitted - effects[without_i]);
    }
    return error / largest;
}

int run(void) {
    pr_fit_options options = {
        .steps = 700, .learning_rate = 0.05f, .negatives = 4, .prior = 1, .seed = 1
    };
    for (int32_t g = 2; g < 24; g += 7) {
        m.config =
            (pr_ncf_config){ .items = ITEMS, .gmf = g, .output = PR_IDENTITY, .has_item_bias = 1 };
        random_ncf_fill(&m);
        // Squared error: the objective is quadratic.
        CHECK(pr_influence_size(load(), HISTORY) <= sizeof(workspace.bytes));
        CHECK(largest_error(load(), &options) < ERROR_QUADRATIC);
        m.config.output = PR_SIGMOID;
        CHECK(largest_error(load(), &options) < ERROR_LOG_LOSS);
    }
    // A tower with squared error, where nothing is drawn.
    m.config = (pr_ncf_config){ .items = ITEMS,
                                .gmf = 4,
                                .mlp_user = 5,
                                .mlp_item = 7,
                                .activation = { PR_TANH, PR_SIGMOID },
                                .output = PR_IDENTITY,
                                .layers = 2,
                                .width = { 11, 6 } };
    random_ncf_fill(&m);
    CHECK(largest_error(load(), &options) < ERROR_TOWER);
    return 0;
}

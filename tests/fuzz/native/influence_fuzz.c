// Influences: finite, the same bits whatever the workspace held; of a GMF with squared error, where
// they are exact, what a solution without the interaction gives in float64.
#include "../../../src/influence.h"
#include "small_ncf.h"

enum { HISTORY_MAX = 7 };

static uint32_t *rows;
static float *targets;
static int32_t count;
static pr_fit_options options;

// The gradient of item's raw score by z, and the score at z = 0, of a GMF.
static double gradient_of(const pr_ncf *model, uint32_t item, double *gradient) {
    pr_prior prior = pr_fit_prior(model, 0);
    int32_t g = prior.width;
    double score = m.output_bias + (m.config.has_item_bias ? m.item_bias[item] : 0);
    for (int32_t k = 0; k < g; k++) gradient[k] = 0;
    for (int32_t i = 0; i < g; i++) {
        double by_vector =
            (double)m.output_weight[i] * m.gmf_item[item * (uint32_t)g + (uint32_t)i];
        score += by_vector * prior.mean[i];
        for (int32_t k = 0; k <= i; k++) gradient[k] += by_vector * prior.factor[i * g + k];
    }
    return score;
}

// The score of `item` for the exact solution of the history without interaction `without`.
static double score_without(const pr_ncf *model, int32_t without, uint32_t item) {
    int32_t g = m.config.gmf;
    double a[SMALL_WIDTH * SMALL_WIDTH] = { 0 }, z[SMALL_WIDTH] = { 0 }, gradient[SMALL_WIDTH];
    for (int32_t k = 0; k < g; k++) a[k * g + k] = options.prior;
    for (int32_t i = 0; i < count; i++) {
        if (i == without) continue;
        double residual = targets[i] - gradient_of(model, rows[i], gradient);
        for (int32_t k = 0; k < g; k++) {
            z[k] += residual * gradient[k];
            for (int32_t j = 0; j < g; j++) a[k * g + j] += gradient[k] * gradient[j];
        }
    }
    REQUIRE(fuzz_solve(a, z, g));
    double score = gradient_of(model, item, gradient);
    for (int32_t k = 0; k < g; k++) score += gradient[k] * z[k];
    return score;
}

static void explain(const pr_ncf *model, const float *vector, uint32_t item, float *effects) {
    void *workspace = fuzz_garbage(pr_influence_size(model, count));
    pr_influence_start(model, workspace, rows, targets, count, &options, vector);
    pr_influence_item(model, workspace, count, fuzz_draw(m.config.items), effects);
    pr_influence_item(model, workspace, count, item, effects);
}

void fuzz_influence(void) {
    small_ncf_draw(2, PR_SELU + 1);
    small_ncf_fill();
    pr_ncf *model = small_ncf_load(0, 0);
    small_ncf_set_users(model);
    options = (pr_fit_options){ .steps = 2,
                                .learning_rate = 0.05f,
                                .negatives = (float)fuzz_below(5),
                                .prior = fuzz_flag() ? 1 : 0.2f,
                                .seed = 1 + fuzz_byte() };
    count = fuzz_from(0, m.config.items < HISTORY_MAX ? m.config.items : HISTORY_MAX);
    rows = fuzz_rows(count), targets = fuzz_floats(count);
    fuzz_choose_once(rows, count, m.config.items);
    for (int32_t i = 0; i < count; i++)
        targets[i] = m.config.output == PR_SIGMOID ? 1 : fuzz_number(3);
    if (!small_ncf_ready(model)) return;
    float *vector = fuzz_floats(model->user_width), *effects = fuzz_floats(count),
          *again = fuzz_floats(count);
    memcpy(vector, pr_ncf_user_mean(model), sizeof(float) * (size_t)model->user_width);
    void *workspace = fuzz_garbage(pr_fold_in_size(model));
    int32_t done = 0;
    do done = pr_fold_in(model, workspace, rows, targets, count, &options, done, vector);
    while (done);
    uint32_t item = fuzz_draw(m.config.items);
    explain(model, vector, item, effects);
    explain(model, vector, item, again);
    REQUIRE(fuzz_is_same(effects, again, count));
    if (fuzz_is_wild) return;
    REQUIRE(fuzz_is_finite(effects, count));
    if (m.config.layers || m.config.output == PR_SIGMOID) return;
    double with = score_without(model, -1, item);
    float prepared[2 * SMALL_WIDTH + 8], raw[PR_ROWS];
    pr_ncf_prepare(model, vector, prepared);
    REQUIRE(pr_ncf_score(model, prepared, &item, 0, 1, raw) == PR_OK);
    REQUIRE(is_close(raw[0], with, 2e-4));
    for (int32_t i = 0; i < count; i++)
        REQUIRE(absolute(effects[i] - (with - score_without(model, i, item))) <= 5e-3);
}

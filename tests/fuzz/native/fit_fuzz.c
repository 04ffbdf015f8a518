// Fold-in by Newton and by Adam: the same bits whatever the workspace held, a minimum where the
// method ends in one, and gradients against differences in float64.
#include "small_ncf.h"

enum { HISTORY_MAX = 8, WIDTH_MAX = 2 * SMALL_WIDTH };

static uint32_t *rows;
static float *targets;
static int32_t count;
static pr_fit_options options;

static double loss(double s, double target) {
    if (m.config.output == PR_IDENTITY) return 0.5 * (s - target) * (s - target);
    return (s > 0 ? s : 0) + reference_log1p(reference_exp(-absolute(s))) - target * s;
}

// p = mean + C z, and the objective at z, in float64; without a catalogue where nothing is drawn.
static double objective(const pr_ncf *model, const double *z, int32_t with_others) {
    float p[WIDTH_MAX];
    double total = 0, weight = options.negatives * (double)count / (m.config.items - count);
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(model, block);
        for (int32_t i = 0; i < prior.width; i++) {
            double value = prior.mean[i];
            for (int32_t k = 0; k <= i; k++) value += prior.factor[i * prior.width + k] * z[at + k];
            p[at + i] = (float)value;
        }
        at += prior.width;
    }
    for (int32_t k = 0; k < model->user_width; k++) total += 0.5 * options.prior * z[k] * z[k];
    for (int32_t item = 0; item < m.config.items; item++) {
        int32_t at = 0;
        while (at < count && rows[at] != (uint32_t)item) at++;
        if (at == count && (!with_others || m.config.output == PR_IDENTITY)) continue;
        total += (at < count ? 1 : weight) *
                 loss(reference_logit(&m, p, item), at < count ? targets[at] : 0);
    }
    return total;
}

static void whiten(const pr_ncf *model, const float *vector, double *z) {
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(model, block);
        for (int32_t i = 0; i < prior.width; i++) {
            double value = (double)vector[at + i] - prior.mean[i];
            for (int32_t k = 0; k < i; k++) value -= prior.factor[i * prior.width + k] * z[at + k];
            z[at + i] = value / prior.factor[i * prior.width + i];
        }
        at += prior.width;
    }
}

// From a vector beside the mean, so that the prior has a gradient.
static void fit(const pr_ncf *model, const float *start, float *vector) {
    memcpy(vector, start, sizeof(float) * (size_t)model->user_width);
    void *workspace = fuzz_garbage(pr_fold_in_size(model));
    int32_t done = 0, before;
    do {
        before = done;
        done = pr_fold_in(model, workspace, rows, targets, count, &options, done, vector);
        REQUIRE(done == 0 || (done > before && done < options.steps));
    } while (done);
}

// Newton's result is a minimum: no neighbour is lower.
static void check_minimum(const pr_ncf *model, const float *vector) {
    double z[WIDTH_MAX];
    whiten(model, vector, z);
    double minimum = objective(model, z, 1), slack = 1e-3 * (1 + absolute(minimum));
    for (int32_t k = 0; k < model->user_width; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double kept = z[k];
            z[k] += sign * 0.05;
            REQUIRE(objective(model, z, 1) >= minimum - slack);
            z[k] = kept;
        }
}

// Adam's first step moves each coordinate against its gradient, by the learning rate.
static void check_first_step(const pr_ncf *model, const float *start, const float *vector) {
    double z[WIDTH_MAX], moved[WIDTH_MAX];
    whiten(model, start, z);
    whiten(model, vector, moved);
    for (int32_t k = 0; k < model->user_width; k++) {
        double step = 1e-2, kept = z[k];
        z[k] = kept + step;
        double above = objective(model, z, 0);
        z[k] = kept - step;
        double slope = (above - objective(model, z, 0)) / (2 * step);
        z[k] = kept;
        if (absolute(slope) < 0.05) continue;
        double expected = slope > 0 ? -options.learning_rate : options.learning_rate;
        REQUIRE(absolute(moved[k] - kept - expected) <= 1e-2 * options.learning_rate + 1e-5);
    }
}

// ReLU and SELU have corners, where a difference is no slope.
static int is_smooth(void) {
    for (int32_t k = 0; k < m.config.layers; k++)
        if (m.config.activation[k] == PR_RELU || m.config.activation[k] == PR_SELU ||
            m.config.activation[k] == PR_ELU)
            return 0;
    return 1;
}

static void draw_history(void) {
    int32_t most = m.config.items < HISTORY_MAX ? m.config.items : HISTORY_MAX;
    count = fuzz_from(0, most);
    rows = fuzz_rows(count), targets = fuzz_floats(count);
    fuzz_choose_once(rows, count, m.config.items);
    for (int32_t i = 0; i < count; i++)
        targets[i] = m.config.output == PR_SIGMOID ? (float)(fuzz_draw(5) != 0) : fuzz_number(3);
}

static void draw_options(void) {
    options = (pr_fit_options){
        .steps = fuzz_from(1, 4),
        .learning_rate = fuzz_flag() ? 0.1f : 0.01f,
        .negatives = fuzz_flag() ? (float)fuzz_below(9) / 2 : 0,
        .prior = fuzz_flag() ? 1 : 0.1f,
        .seed = 1 + fuzz_byte(),
    };
}

void fuzz_fit(void) {
    small_ncf_draw(2, PR_SELU + 1);
    small_ncf_fill();
    pr_ncf *model = small_ncf_load(0, 0);
    small_ncf_set_users(model);
    draw_options();
    draw_history();
    if (!small_ncf_ready(model)) return;
    float *vector = fuzz_floats(model->user_width), *again = fuzz_floats(model->user_width);
    float *start = fuzz_floats(model->user_width);
    for (int32_t k = 0; k < model->user_width; k++)
        start[k] = pr_ncf_user_mean(model)[k] + fuzz_number(0.5f);
    fit(model, start, vector);
    fit(model, start, again);
    REQUIRE(fuzz_is_same(vector, again, model->user_width));
    if (fuzz_is_wild) return;
    REQUIRE(fuzz_is_finite(vector, model->user_width));
    if (!m.config.layers) {
        check_minimum(model, vector);
    } else if (is_smooth() && (m.config.output == PR_IDENTITY || options.negatives == 0)) {
        options.steps = 1;
        fit(model, start, vector);
        check_first_step(model, start, vector);
    }
}

// Fold-in: the result is a minimum of the documented objective, computed here in float64.
#include "../../src/newton.h"
#include "random_ncf.h"

enum { HISTORY = 12 };

// By how much a neighbour of a minimum may be lower: of Newton's method, and of Adam without draws.
static const double SLACK_NEWTON = 1e-3, SLACK_ADAM = 2e-3;
// Agreement of the objective from two starting points, and with two seeds of negatives.
static const double TOLERANCE_START = 1e-3, TOLERANCE_SEED = 0.05;

static random_ncf m;
static float covariance[WIDE * WIDE], vector[2 * WIDE], again[2 * WIDE], targets[HISTORY];
static uint32_t rows[HISTORY];
static pr_fit_options options;
static union {
    long long align;
    unsigned char bytes[1 << 20];
} workspace_memory;

static double reference_loss(double s, double target) {
    if (m.config.output == PR_IDENTITY) return 0.5 * (s - target) * (s - target);
    return (s > 0 ? s : 0) + reference_log1p(reference_exp(-absolute(s))) - target * s;
}

// |z|^2 with p = mean + C z, the factor C read from the model.
static double reference_prior(const pr_ncf *model, const float *p) {
    double total = 0;
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(model, block);
        double z[WIDE];
        for (int32_t i = 0; i < prior.width; i++) {
            z[i] = p[at + i] - prior.mean[i];
            for (int32_t k = 0; k < i; k++) z[i] -= prior.factor[i * prior.width + k] * z[k];
            z[i] /= prior.factor[i * prior.width + i];
            total += z[i] * z[i];
        }
        at += prior.width;
    }
    return total;
}

static double reference_objective(const pr_ncf *model, const float *p) {
    double total = 0.5 * options.prior * reference_prior(model, p);
    double weight = options.negatives * HISTORY / (double)(ITEMS - HISTORY);
    for (int32_t item = 0; item < ITEMS; item++) {
        int32_t at = 0;
        while (at < HISTORY && rows[at] != (uint32_t)item) at++;
        if (at == HISTORY && m.config.output == PR_IDENTITY) continue;
        total += (at < HISTORY ? 1 : weight) *
                 reference_loss(reference_logit(&m, p, item), at < HISTORY ? targets[at] : 0);
    }
    return total;
}

// Whether no small step along a coordinate decreases the objective by more than slack.
static int is_minimum(const pr_ncf *model, float *p, double slack) {
    double minimum = reference_objective(model, p);
    for (int32_t k = 0; k < model->user_width; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            float kept = p[k];
            p[k] = kept + (float)sign * 0.02f;
            int lower = reference_objective(model, p) < minimum - slack;
            p[k] = kept;
            if (lower) return 0;
        }
    return 1;
}

static pr_status ready(pr_ncf *model) {
    pr_status status = pr_fold_in_ready(model, 0, workspace_memory.bytes);
    return status ? status : pr_fold_in_ready(model, 1, workspace_memory.bytes);
}

static pr_ncf *load(void) {
    pr_ncf *model = random_ncf_load(&m, 0);
    int32_t g = m.config.gmf;
    // A A' + I: positive definite, correlated.
    float a[WIDE];
    fill_random(a, WIDE, 1);
    for (int32_t i = 0; i < g * g; i++)
        covariance[i] = a[i / g] * a[i % g] + (i / g == i % g ? 1 : 0);
    random_ncf_set_users(&m, model, covariance);
    if (ready(model)) return 0;
    for (int32_t i = 0; i < HISTORY; i++) {
        rows[i] = (uint32_t)(i * 11);
        targets[i] = m.config.output == PR_IDENTITY ? 3 + 2 * random_value() : (float)(i % 6 != 0);
    }
    return model;
}

// Runs a fit to its end. Returns the calls that it took.
static int32_t fit(const pr_ncf *model, const uint32_t *history, const float *wanted, int32_t count,
                   float *p) {
    int32_t done = 0, calls = 0;
    do {
        done = pr_fold_in(model, workspace_memory.bytes, history, wanted, count, &options, done, p);
        calls++;
    } while (done > 0);
    return done ? done : calls;
}

static void start_at_mean(const pr_ncf *model, float *p) {
    for (int32_t k = 0; k < model->user_width; k++) p[k] = pr_ncf_user_mean(model)[k];
}

static int check_newton(int32_t g, int32_t output, float scale) {
    m.config =
        (pr_ncf_config){ .items = ITEMS, .gmf = g, .output = output, .has_item_bias = g % 2 };
    random_ncf_fill(&m);
    for (int32_t i = 0; i < ITEMS * g; i++) m.gmf_item[i] *= scale;
    pr_ncf *model = load();
    CHECK(model != 0);
    CHECK(pr_fold_in_size(model) <= sizeof(workspace_memory.bytes));
    start_at_mean(model, vector);
    CHECK(fit(model, rows, targets, HISTORY, vector) == 1); // all in one call
    CHECK(is_minimum(model, vector, SLACK_NEWTON));
    // A far start, where undamped steps would diverge, ends in the same minimum.
    for (int32_t k = 0; k < g; k++) again[k] = 20 * random_value();
    fit(model, rows, targets, HISTORY, again);
    CHECK(is_close(reference_objective(model, again), reference_objective(model, vector),
                   TOLERANCE_START));
    return 0;
}

// With an identity output nothing is drawn, so the gradient is exact and Adam must end in a
// minimum: this checks the backward pass of every activation and width.
static int check_backward(int32_t activation, int32_t gmf, int32_t layers) {
    m.config = (pr_ncf_config){ .items = ITEMS,
                                .gmf = gmf,
                                .mlp_user = 5,
                                .mlp_item = 7,
                                .output = PR_IDENTITY,
                                .layers = layers };
    for (int32_t k = 0; k < layers; k++) {
        m.config.width[k] = 13 - 3 * k;
        // The layers of a deep tower differ: the first has the activation, then tanh, then none.
        m.config.activation[k] = k == 0 ? activation : k == 1 ? PR_TANH : PR_IDENTITY;
    }
    random_ncf_fill(&m);
    pr_ncf *model = load();
    CHECK(model != 0);
    options.steps = 3000;
    options.learning_rate = 0.05f;
    start_at_mean(model, vector);
    double before = reference_objective(model, vector);
    fit(model, rows, targets, HISTORY, vector);
    CHECK(reference_objective(model, vector) < before);
    CHECK(is_minimum(model, vector, SLACK_ADAM));
    return 0;
}

static int check_negatives(void) {
    m.config = (pr_ncf_config){ .items = ITEMS,
                                .gmf = 6,
                                .mlp_user = 5,
                                .mlp_item = 7,
                                .activation = { PR_RELU, PR_RELU },
                                .output = PR_SIGMOID,
                                .layers = 2,
                                .width = { 9, 5 } };
    random_ncf_fill(&m);
    pr_ncf *model = load();
    CHECK(model != 0);
    options.steps = 400;
    options.learning_rate = 0.1f;
    start_at_mean(model, vector);
    start_at_mean(model, again);
    double before = reference_objective(model, vector);
    fit(model, rows, targets, HISTORY, vector);
    CHECK(reference_objective(model, vector) < before - 1);
    // The same bits for a seed; another seed ends near the same optimum.
    fit(model, rows, targets, HISTORY, again);
    for (int32_t k = 0; k < model->user_width; k++) CHECK(vector[k] == again[k]);
    start_at_mean(model, again);
    options.seed = 77;
    fit(model, rows, targets, HISTORY, again);
    options.seed = 1;
    CHECK(vector[0] != again[0]);
    CHECK(is_close(reference_objective(model, again), reference_objective(model, vector),
                   TOLERANCE_SEED));
    return 0;
}

// A history of the whole catalogue has no negatives: the fit must end all the same.
static int check_all_seen(void) {
    static uint32_t all[ITEMS];
    static float ones[ITEMS];
    for (int32_t i = 0; i < ITEMS; i++) {
        all[i] = (uint32_t)i;
        ones[i] = 1;
    }
    pr_ncf *model = load();
    options.steps = 3;
    start_at_mean(model, vector);
    CHECK(fit(model, all, ones, ITEMS, vector) == 3); // a step a call
    m.config = (pr_ncf_config){ .items = ITEMS, .gmf = 3, .output = PR_SIGMOID };
    random_ncf_fill(&m);
    model = load();
    start_at_mean(model, vector);
    fit(model, all, ones, ITEMS, vector);
    for (int32_t k = 0; k < 3; k++) CHECK(absolute(vector[k]) < 1e3);
    return 0;
}

static int check_covariance(void) {
    float singular[4] = { 1, 1, 1, 1 }, wrong[4] = { 1, 2, 2, 1 };
    m.config = (pr_ncf_config){ .items = ITEMS, .gmf = 2, .output = PR_SIGMOID };
    random_ncf_fill(&m);
    pr_ncf *model = random_ncf_load(&m, 0);
    pr_ncf_set(model, PR_GMF_COVARIANCE, 0, 2, singular);
    CHECK(pr_fold_in_ready(model, 0, workspace_memory.bytes) == PR_OK);
    model = random_ncf_load(&m, 0);
    pr_ncf_set(model, PR_GMF_COVARIANCE, 0, 2, wrong);
    CHECK(pr_fold_in_ready(model, 0, workspace_memory.bytes) == PR_ERR_NOT_POSITIVE_DEFINITE);
    CHECK(pr_fold_in_ready(model, 1, workspace_memory.bytes) == PR_OK);
    return 0;
}

int run(void) {
    options = (pr_fit_options){
        .steps = 100, .learning_rate = 0.1f, .negatives = 4, .prior = 0.5f, .seed = 1
    };
    for (int32_t g = 1; g < 30; g += 3) {
        PASS(check_newton(g, PR_SIGMOID, 1));
        PASS(check_newton(g, PR_SIGMOID, 4));
        PASS(check_newton(g, PR_IDENTITY, 1));
    }
    PASS(check_negatives());
    PASS(check_all_seen());
    PASS(check_covariance());
    for (int32_t layers = 1; layers <= 3; layers++) {
        PASS(check_backward(PR_TANH, 0, layers));
        PASS(check_backward(PR_SIGMOID, 4, layers));
        PASS(check_backward(PR_IDENTITY, 3, layers));
    }
    return 0;
}

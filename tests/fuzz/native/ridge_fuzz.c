// I-AutoRec's new user: primal, dual and a changed state against Gaussian elimination in double,
// effects against a solution without the interaction.
#include "../../../src/ridge.h"
#include "small_autoencoder.h"

enum { UNKNOWNS_MAX = SMALL_WIDTH + 1, HISTORY_MAX = 10 };

static pr_ridge ridge;
static uint32_t *rows;
static float *targets;
static int32_t count, code;

// expected (code + 1) = w and b of the history without interaction `without`.
static void solve(int32_t without, double *expected) {
    int32_t n = code + 1;
    double a[UNKNOWNS_MAX * UNKNOWNS_MAX] = { 0 };
    for (int32_t k = 0; k < n; k++) {
        a[k * n + k] = k < code ? ridge.weight : ridge.bias;
        expected[k] = a[k * n + k] * m.user_mean[k];
    }
    for (int32_t i = 0; i < count; i++) {
        if (i == without) continue;
        double c[UNKNOWNS_MAX];
        for (int32_t k = 0; k < n; k++) c[k] = k < code ? weight_at(&m, 0, (int32_t)rows[i], k) : 1;
        for (int32_t k = 0; k < n; k++) {
            expected[k] += c[k] * targets[i];
            for (int32_t j = 0; j < n; j++) a[k * n + j] += c[k] * c[j];
        }
    }
    REQUIRE(fuzz_solve(a, expected, n));
}

static double score(const double *vector, uint32_t item) {
    double sum = vector[code];
    for (int32_t k = 0; k < code; k++) sum += weight_at(&m, 0, (int32_t)item, k) * vector[k];
    return sum;
}

static void check_close(const float *vector) {
    double expected[UNKNOWNS_MAX];
    if (fuzz_is_wild) return;
    solve(-1, expected);
    for (int32_t k = 0; k <= code; k++) REQUIRE(is_close(vector[k], expected[k], 1e-4));
}

static void check_fits(void) {
    for (int32_t is_dual = 0; is_dual < 2; is_dual++) {
        float *vector = fuzz_floats(code + 1), *again = fuzz_floats(code + 1);
        for (int32_t turn = 0; turn < 2; turn++)
            pr_ridge_fit(&ridge, fuzz_garbage(pr_ridge_size(&ridge, count, is_dual)), rows, targets,
                         count, is_dual, turn ? again : vector);
        REQUIRE(fuzz_is_same(vector, again, code + 1));
        check_close(vector);
    }
}

static void check_effects(void) {
    uint32_t item = fuzz_draw(m.config.items);
    double with[UNKNOWNS_MAX], without[UNKNOWNS_MAX];
    for (int32_t is_dual = 0; is_dual < 2; is_dual++) {
        float *effects = fuzz_floats(count);
        pr_ridge_explain(&ridge, fuzz_garbage(pr_ridge_size(&ridge, count, is_dual)), rows, targets,
                         count, is_dual, item, effects);
        if (fuzz_is_wild) continue;
        solve(-1, with);
        for (int32_t i = 0; i < count; i++) {
            solve(i, without);
            REQUIRE(is_close(effects[i], score(with, item) - score(without, item), 2e-4));
        }
    }
}

// A state of some of the interactions, then the others added; another added and withdrawn.
static void check_changes(void) {
    int32_t begun = fuzz_from(0, count);
    double *state = fuzz_garbage((uint64_t)pr_ridge_state_size(&ridge) * sizeof(double));
    pr_status status = pr_ridge_start(&ridge, fuzz_garbage(pr_ridge_size(&ridge, begun, 0)), rows,
                                      targets, begun, state);
    for (int32_t i = begun; i < count && !status; i++)
        status = pr_ridge_change(&ridge, fuzz_garbage(pr_ridge_size(&ridge, 1, 0)), rows[i],
                                 targets[i], 1, state);
    uint32_t other = fuzz_draw(m.config.items);
    float target = fuzz_number(2);
    for (int sign = 1; sign >= -1 && !status; sign -= 2)
        status = pr_ridge_change(&ridge, fuzz_garbage(pr_ridge_size(&ridge, 1, 0)), other, target,
                                 sign, state);
    if (status) {
        REQUIRE(fuzz_is_wild || status == PR_ERR_PRECISION);
        return;
    }
    float *vector = fuzz_floats(code + 1);
    pr_ridge_finish(&ridge, fuzz_garbage(pr_ridge_size(&ridge, 1, 0)), state, vector);
    check_close(vector);
}

void fuzz_ridge(void) {
    code = fuzz_from(1, SMALL_WIDTH);
    m.config = (pr_autoencoder_config){ .items = fuzz_from(1, SMALL_ITEMS),
                                        .code = code,
                                        .layers = 1,
                                        .dtype = { fuzz_below(4) },
                                        .has_item_bias = 0 };
    pr_autoencoder *model = small_autoencoder_load();
    ridge = (pr_ridge){ model, fuzz_flag() ? 0.1 : 4, fuzz_flag() ? 0.1 : 2 };
    count = fuzz_from(0, HISTORY_MAX);
    rows = fuzz_rows(count), targets = fuzz_floats(count);
    fuzz_choose(rows, count, m.config.items);
    fuzz_fill(targets, count, 3);
    check_fits();
    check_effects();
    check_changes();
    // The score of the vector is w . code + b.
    float *vector = fuzz_floats(code + 1), *raw = fuzz_floats(m.config.items);
    float *prepared = fuzz_floats(pr_autoencoder_prepared_size(model));
    fuzz_fill(vector, code + 1, 1);
    pr_autoencoder_prepare(model, vector, prepared);
    REQUIRE(pr_autoencoder_score(model, prepared, 0, 0, m.config.items, raw) == PR_OK);
    for (uint32_t item = 0; item < (uint32_t)m.config.items && !fuzz_is_wild; item++) {
        double w[UNKNOWNS_MAX];
        for (int32_t k = 0; k <= code; k++) w[k] = vector[k];
        REQUIRE(is_close(raw[item], score(w, item), 2e-5));
    }
}

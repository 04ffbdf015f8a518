// I-AutoRec's new user: primal and dual have the same minimum, a changed state equals a new fit,
// and an effect is what a fit without the interaction gives.
#include "../../src/ridge.h"
#include "random_autoencoder.h"

enum { CODE = 9, HISTORY_MAX = 40 };

static random_autoencoder m;
static uint32_t rows[HISTORY_MAX];
static float targets[HISTORY_MAX], primal[CODE + 1], dual[CODE + 1], other[CODE + 1];
static float by_primal[HISTORY_MAX], by_dual[HISTORY_MAX];
static union {
    long long align;
    double doubles[1 << 13];
} workspace, state;

static double objective(const pr_ridge *ridge, const float *vector, int32_t count) {
    double total =
        ridge->bias * (vector[CODE] - m.user_mean[CODE]) * (vector[CODE] - m.user_mean[CODE]);
    for (int32_t k = 0; k < CODE; k++)
        total += ridge->weight * (vector[k] - m.user_mean[k]) * (vector[k] - m.user_mean[k]);
    for (int32_t i = 0; i < count; i++) {
        double residual = targets[i] - vector[CODE];
        for (int32_t k = 0; k < CODE; k++)
            residual -= (double)m.weight[0][(int32_t)rows[i] * CODE + k] * vector[k];
        total += residual * residual;
    }
    return total;
}

static double score(const float *vector, uint32_t item) {
    double sum = vector[CODE];
    for (int32_t k = 0; k < CODE; k++)
        sum += (double)m.weight[0][(int32_t)item * CODE + k] * vector[k];
    return sum;
}

static int is_minimum(const pr_ridge *ridge, float *vector, int32_t count) {
    double minimum = objective(ridge, vector, count);
    for (int32_t k = 0; k <= CODE; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            float kept = vector[k];
            vector[k] = kept + (float)sign * 0.01f;
            int lower = objective(ridge, vector, count) < minimum;
            vector[k] = kept;
            if (lower) return 0;
        }
    return 1;
}

static int check(const pr_ridge *ridge, int32_t count) {
    CHECK(pr_ridge_size(ridge, count, 0) <= sizeof(workspace) &&
          pr_ridge_size(ridge, count, 1) <= sizeof(workspace));
    pr_ridge_fit(ridge, workspace.doubles, rows, targets, count, 0, primal);
    pr_ridge_fit(ridge, workspace.doubles, rows, targets, count, 1, dual);
    for (int32_t k = 0; k <= CODE; k++) CHECK(is_close(primal[k], dual[k], TOLERANCE));
    CHECK(is_minimum(ridge, primal, count));
    for (int32_t k = 0; k <= CODE && count == 0; k++) CHECK(primal[k] == m.user_mean[k]);
    pr_ridge_explain(ridge, workspace.doubles, rows, targets, count, 0, 7, by_primal);
    pr_ridge_explain(ridge, workspace.doubles, rows, targets, count, 1, 7, by_dual);
    for (int32_t i = 0; i < count; i++) {
        uint32_t row = rows[i];
        float target = targets[i];
        rows[i] = rows[count - 1], targets[i] = targets[count - 1];
        pr_ridge_fit(ridge, workspace.doubles, rows, targets, count - 1, 0, other);
        rows[i] = row, targets[i] = target;
        CHECK(is_close(by_primal[i], score(primal, 7) - score(other, 7), TOLERANCE));
        CHECK(is_close(by_dual[i], by_primal[i], TOLERANCE));
    }
    return 0;
}

static int check_changes(const pr_ridge *ridge) {
    CHECK(8 * (uint64_t)pr_ridge_state_size(ridge) <= sizeof(state));
    CHECK(pr_ridge_start(ridge, workspace.doubles, rows, targets, 20, state.doubles) == PR_OK);
    int32_t count = 20;
    for (int32_t change = 0; change < 10000; change++) {
        int32_t grows = count <= 1 || (count < HISTORY_MAX && random_value() > 0);
        if (!grows) count--;
        CHECK(pr_ridge_change(ridge, workspace.doubles, rows[count], targets[count], grows ? 1 : -1,
                              state.doubles) == PR_OK);
        if (grows) count++;
    }
    pr_ridge_finish(ridge, workspace.doubles, state.doubles, other);
    pr_ridge_fit(ridge, workspace.doubles, rows, targets, count, 1, dual);
    for (int32_t k = 0; k <= CODE; k++) CHECK(is_close(other[k], dual[k], TOLERANCE));
    return 0;
}

int run(void) {
    m.config = (pr_autoencoder_config){ .items = ITEMS, .code = CODE, .layers = 1 };
    random_autoencoder_fill(&m);
    pr_autoencoder *model = random_autoencoder_load(&m, 1);
    CHECK(model != 0 && pr_autoencoder_vector_size(model) == CODE + 1);
    for (int32_t i = 0; i < HISTORY_MAX; i++)
        rows[i] = (uint32_t)(i * 13 % ITEMS), targets[i] = 3 + 2 * random_value();
    for (int strong = 0; strong < 3; strong++) {
        pr_ridge ridge = { model, strong ? 4.0 * strong : 0.05, strong == 2 ? 0.1 : 2 };
        for (int32_t count = 0; count <= HISTORY_MAX; count += count < 12 ? 1 : 7)
            PASS(check(&ridge, count));
        PASS(check_changes(&ridge));
    }
    // The score of the vector is w . code + b.
    float prepared[CODE + 8], raw[ITEMS];
    pr_autoencoder_prepare(model, dual, prepared);
    CHECK(pr_autoencoder_score(model, prepared, 0, 0, ITEMS, raw) == PR_OK);
    for (uint32_t item = 0; item < ITEMS; item++)
        CHECK(is_close(raw[item], score(dual, item), TOLERANCE));
    return 0;
}

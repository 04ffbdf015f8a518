#include "dot_ridge.h"

#include "solve.h"

// The least ratio of squared pivots: further apart, they leave too few digits.
static const double CONDITION_MIN = 1e-11;

// n is the user width, stride pr_solve_stride(n).
typedef struct ridge_scratch {
    float *row; // (stride of the table)
    double *system; // (n, stride), then its factor
    double *tile; // (PR_DOT_TILE, stride) vectors of items
    double *weights; // (PR_DOT_TILE)
    double *sums; // (n) sum of y_i x_i
    double *vector; // (n)
    double *item; // (n)
    double *half; // (n)
} ridge_scratch;

typedef struct ridge_fit {
    const pr_dot *model;
    const pr_dot_ridge *ridge;
    const uint32_t *rows; // (count)
    const float *values; // (count)
    int32_t count;
    int32_t n;
    ridge_scratch scratch;
} ridge_fit;

static ridge_scratch plan(const pr_dot *model, pr_arena *arena) {
    int32_t n = pr_dot_user_width(model);
    return (ridge_scratch){
        .row = pr_arena_floats(arena, 1, model->items.table.stride),
        .system = pr_solve_take(arena, n, n),
        .tile = pr_solve_take(arena, PR_DOT_TILE, n),
        .weights = pr_solve_take(arena, 1, PR_DOT_TILE),
        .sums = pr_solve_take(arena, 1, n),
        .vector = pr_solve_take(arena, 1, n),
        .item = pr_solve_take(arena, 1, n),
        .half = pr_solve_take(arena, 1, n),
    };
}

uint64_t pr_dot_ridge_size(const pr_dot *model) {
    pr_arena arena = { 0 };
    plan(model, &arena);
    return arena.at;
}

// x (n) = an item's vector and, of a model with user biases, 1.
static void read_item(const ridge_fit *fit, uint32_t row, double *x) {
    pr_table_row(&fit->model->items.table, row, fit->scratch.row);
    x[fit->n - 1] = 1;
    for (int32_t k = 0; k < fit->model->config.width; k++) x[k] = fit->scratch.row[k];
}

static double weight_of(const ridge_fit *fit, int32_t i) {
    return fit->ridge->weight[0] + fit->ridge->weight[1] * fit->values[i];
}

static double load_of(const ridge_fit *fit, int32_t i) {
    const pr_dot *model = fit->model;
    double bias = model->config.has_item_bias ? model->items.bias[fit->rows[i]] : 0;
    return fit->ridge->load[0] + fit->ridge->load[1] * fit->values[i] - *model->weights.mean - bias;
}

// Adds up to PR_DOT_TILE interactions from `start` on to the system and to the sums.
static void add_tile(const ridge_fit *fit, int32_t start) {
    const ridge_scratch *scratch = &fit->scratch;
    int32_t n = fit->n, stride = pr_solve_stride(n);
    for (int32_t r = 0; r < PR_DOT_TILE; r++) {
        int32_t i = start + r;
        double *x = scratch->tile + r * stride;
        x[stride - 1] = 0;
        scratch->weights[r] = i < fit->count ? weight_of(fit, i) : 0;
        // Rows past the end have weight 0.
        if (i >= fit->count) continue;
        read_item(fit, fit->rows[i], x);
        for (int32_t k = 0; k < n; k++) scratch->sums[k] += load_of(fit, i) * x[k];
    }
    pr_solve_gram(scratch->tile, scratch->weights, PR_DOT_TILE, n, scratch->system);
}

// system = the factor, vector = the minimum.
static pr_status solve(const ridge_fit *fit, double penalty, double bias_penalty) {
    const ridge_scratch *scratch = &fit->scratch;
    double *system = scratch->system;
    int32_t n = fit->n, width = fit->model->config.width;
    int64_t stride = pr_solve_stride(n);
    pr_solve_begin(system, n, penalty);
    if (width < n) system[width * (stride + 1)] = bias_penalty;
    for (int64_t i = 0; fit->model->config.has_gram && i < width * stride; i++)
        system[i] += fit->ridge->unobserved * fit->model->weights.gram[i];
    __builtin_memset(scratch->sums, 0, (uint32_t)n * sizeof(double));
    __builtin_memset(scratch->tile, 0, (uint32_t)(PR_DOT_TILE * stride) * sizeof(double));
    for (int32_t start = 0; start < fit->count; start += PR_DOT_TILE) add_tile(fit, start);
    if (pr_solve_factor(system, n)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    __builtin_memcpy(scratch->vector, scratch->sums, (uint32_t)n * sizeof(double));
    pr_solve(system, n, scratch->vector);
    return pr_solve_is_precise(system, n, CONDITION_MIN) ? PR_OK : PR_ERR_PRECISION;
}

static ridge_fit begin(const pr_dot *model, const pr_dot_ridge *ridge, void *workspace,
                       const uint32_t *rows, const float *values, int32_t count) {
    pr_arena arena = { (uintptr_t)workspace };
    return (ridge_fit){
        .model = model,
        .ridge = ridge,
        .rows = rows,
        .values = values,
        .count = count,
        .n = pr_dot_user_width(model),
        .scratch = plan(model, &arena),
    };
}

pr_status pr_dot_ridge_fit(const pr_dot *model, const pr_dot_ridge *ridge, void *workspace,
                           const uint32_t *rows, const float *values, int32_t count,
                           float *vector) {
    ridge_fit fit = begin(model, ridge, workspace, rows, values, count);
    pr_status status = solve(&fit, ridge->penalty, ridge->bias_penalty);
    for (int32_t k = 0; k < fit.n; k++) vector[k] = (float)fit.scratch.vector[k];
    return status;
}

// With M the inverse of the system of the shorter history's penalties, all interactions in it, and
// d its solution: without i the solution is d + M x_i (w_i x_i . d - y_i) / (1 - w_i x_i . M x_i)
// (Sherman and Morrison).
static void effects_of(const ridge_fit *fit, double more, float *effects) {
    const ridge_scratch *scratch = &fit->scratch;
    pr_solve(scratch->system, fit->n, scratch->item);
    for (int32_t i = 0; i < fit->count; i++) {
        read_item(fit, fit->rows[i], scratch->tile);
        effects[i] =
            (float)(more + pr_solve_leave_out(scratch->system, fit->n, scratch->tile,
                                              weight_of(fit, i), load_of(fit, i), scratch->vector,
                                              scratch->item, scratch->half));
    }
}

pr_status pr_dot_ridge_explain(const pr_dot *model, const pr_dot_ridge *ridge, void *workspace,
                               const uint32_t *rows, const float *values, int32_t count,
                               uint32_t item, float *effects) {
    ridge_fit fit = begin(model, ridge, workspace, rows, values, count);
    pr_status status = solve(&fit, ridge->penalty, ridge->bias_penalty);
    if (status) return status;
    read_item(&fit, item, fit.scratch.item);
    double score = pr_solve_dot(fit.scratch.item, fit.scratch.vector, fit.n);
    if (count == 1) {
        // Without a history the vector is zeros.
        effects[0] = (float)score;
        return PR_OK;
    }
    status = solve(&fit, ridge->shorter_penalty, ridge->shorter_bias_penalty);
    if (status) return status;
    score -= pr_solve_dot(fit.scratch.item, fit.scratch.vector, fit.n);
    effects_of(&fit, score, effects);
    return PR_OK;
}

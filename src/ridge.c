#include "ridge.h"

#include "simd.h"
#include "solve.h"

// The least ratio of squared pivots of a primal system that is to be changed; further apart, they
// leave too few digits. A dual system is never changed.
static const double CONDITION_MIN = 1e-10;

// width: of the system, n or, of the dual, count.
typedef struct ridge_scratch {
    float *row; // (code, padded)
    double *codes; // C (count, n), or C' (n, count) for the dual
    double *state; // the system (width, stride) and, of the primal, C't (n)
    double *residual; // t (count)
    double *deviation; // d (n)
    double *item; // c (n) of the item to be explained, then its solution
    double *column; // (width)
} ridge_scratch;

typedef struct ridge_fit {
    const pr_ridge *ridge;
    int32_t n; // unknowns: code + 1
    int32_t count; // interactions
    int32_t is_dual;
    ridge_scratch scratch;
} ridge_fit;

static int32_t unknowns(const pr_ridge *ridge) { return ridge->model->config.code + 1; }

static uint64_t state_size(int32_t width) {
    return (uint64_t)pr_solve_stride(width) * ((uint64_t)width + 1);
}

static double *take_doubles(pr_arena *arena, uint64_t count) {
    return pr_arena_take(arena, sizeof(double) * count);
}

static ridge_fit plan(const pr_ridge *ridge, pr_arena *arena, int32_t count, int32_t is_dual) {
    int32_t n = unknowns(ridge), width = is_dual ? count : n, rows = is_dual ? n : count;
    uint64_t larger = (uint64_t)(n > count ? n : count);
    uint64_t codes = (uint64_t)pr_solve_rows(rows) * (uint64_t)pr_solve_stride(width);
    return (ridge_fit){
        .ridge = ridge,
        .n = n,
        .count = count,
        .is_dual = is_dual,
        .scratch = {
            .row = pr_arena_floats(arena, 1, ridge->model->weights.layer[0].stride),
            .codes = take_doubles(arena, codes),
            .state = take_doubles(arena, state_size(width)),
            .residual = take_doubles(arena, larger),
            .deviation = take_doubles(arena, larger),
            .item = take_doubles(arena, larger),
            .column = take_doubles(arena, larger),
        },
    };
}

uint64_t pr_ridge_size(const pr_ridge *ridge, int32_t count, int32_t is_dual) {
    pr_arena arena = { 0 };
    plan(ridge, &arena, count, is_dual);
    return arena.at;
}

int32_t pr_ridge_state_size(const pr_ridge *ridge) { return (int32_t)state_size(unknowns(ridge)); }

// ---- codes and targets

// The column that turns b into one more coordinate of w.
static double bias_column(const pr_ridge *ridge) {
    return __builtin_sqrt(ridge->weight / ridge->bias);
}

// c (n), step doubles apart = the code of an item (code), then the column of the bias. Leaves the
// code in the scratch's row.
static void read_code(const ridge_fit *fit, uint32_t row, double *c, int64_t step) {
    const float *code = fit->scratch.row;
    pr_table_row(&fit->ridge->model->weights.layer[0], row, fit->scratch.row);
    for (int32_t k = 0; k < fit->n - 1; k++) c[k * step] = code[k];
    c[(fit->n - 1) * step] = bias_column(fit->ridge);
}

// The residual at the means of a target whose item's code is in the scratch's row.
static double residual_of(const ridge_fit *fit, float target) {
    const float *mean = fit->ridge->model->weights.user_mean;
    double residual = (double)target - mean[fit->n - 1];
    for (int32_t k = 0; k < fit->n - 1; k++) residual -= (double)mean[k] * fit->scratch.row[k];
    return residual;
}

// codes = C (count, n), or C' (n, count) for the dual; residual = t (count).
static void read_history(const ridge_fit *fit, const uint32_t *rows, const float *targets) {
    int32_t height = fit->is_dual ? fit->n : fit->count,
            stride = pr_solve_stride(fit->is_dual ? fit->count : fit->n);
    double *codes = fit->scratch.codes;
    __builtin_memset(codes, 0, (uint32_t)(pr_solve_rows(height) * stride) * sizeof(double));
    for (int32_t i = 0; i < fit->count; i++) {
        if (fit->is_dual)
            read_code(fit, rows[i], codes + i, stride);
        else
            read_code(fit, rows[i], codes + (int64_t)i * stride, 1);
        fit->scratch.residual[i] = residual_of(fit, targets[i]);
    }
}

// vector (n) = means + d
static void write_vector(const ridge_fit *fit, float *vector) {
    const float *mean = fit->ridge->model->weights.user_mean;
    const double *deviation = fit->scratch.deviation;
    int32_t last = fit->n - 1;
    for (int32_t k = 0; k < last; k++) vector[k] = (float)(mean[k] + deviation[k]);
    vector[last] = (float)(mean[last] + deviation[last] * bias_column(fit->ridge));
}

// ---- the dual

// state = the factor of K (count, count) = C C' + weight I; column = alpha (count) = K^-1 t.
static pr_status solve_dual(const ridge_fit *fit) {
    const ridge_scratch *scratch = &fit->scratch;
    pr_solve_begin(scratch->state, fit->count, fit->ridge->weight);
    pr_solve_gram(scratch->codes, 0, fit->n, fit->count, scratch->state);
    if (pr_solve_factor(scratch->state, fit->count)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    __builtin_memcpy(scratch->column, scratch->residual, (uint32_t)fit->count * sizeof(double));
    pr_solve(scratch->state, fit->count, scratch->column);
    return PR_OK;
}

// d (n) = C' (n, count) alpha (count)
static pr_status fit_dual(const ridge_fit *fit) {
    const ridge_scratch *scratch = &fit->scratch;
    int64_t stride = pr_solve_stride(fit->count);
    if (solve_dual(fit)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    for (int32_t k = 0; k < fit->n; k++)
        scratch->deviation[k] =
            pr_solve_dot(scratch->codes + k * stride, scratch->column, fit->count);
    return PR_OK;
}

// Leaving i out subtracts alpha_i / (K^-1)_ii times column i of K^-1 from alpha.
static pr_status explain_dual(const ridge_fit *fit, float *effects) {
    const ridge_scratch *scratch = &fit->scratch;
    double *by_item = scratch->deviation, *unit = scratch->residual;
    int64_t stride = pr_solve_stride(fit->count);
    if (solve_dual(fit)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    // by_item (count) = K^-1 C (count, n) c (n)
    __builtin_memset(by_item, 0, (uint32_t)fit->count * sizeof(double));
    for (int32_t k = 0; k < fit->n; k++)
        for (int32_t i = 0; i < fit->count; i++)
            by_item[i] += scratch->codes[k * stride + i] * scratch->item[k];
    pr_solve(scratch->state, fit->count, by_item);
    for (int32_t i = 0; i < fit->count; i++) {
        for (int32_t j = 0; j < fit->count; j++) unit[j] = j == i;
        pr_solve_half(scratch->state, fit->count, unit);
        double inverse = pr_solve_dot(unit, unit, fit->count); // (K^-1)_ii
        effects[i] = (float)(scratch->column[i] / inverse * by_item[i]);
    }
    return PR_OK;
}

// ---- the primal

// C't (n), behind the factor of the system.
static double *sums_of(const ridge_fit *fit, double *state) {
    return state + (int64_t)fit->n * pr_solve_stride(fit->n);
}

// state = the factor of A (n, n) = C'C + weight I, then C't (n).
static pr_status start_primal(const ridge_fit *fit, double *state) {
    const double *residual = fit->scratch.residual;
    double *sums = sums_of(fit, state);
    pr_solve_begin(state, fit->n, fit->ridge->weight);
    pr_solve_gram(fit->scratch.codes, 0, fit->count, fit->n, state);
    __builtin_memset(sums, 0, (uint32_t)fit->n * sizeof(double));
    for (int32_t i = 0; i < fit->count; i++) {
        const double *c = fit->scratch.codes + (int64_t)i * pr_solve_stride(fit->n);
        for (int32_t k = 0; k < fit->n; k++) sums[k] += c[k] * residual[i];
    }
    return pr_solve_factor(state, fit->n);
}

// d (n) = A^-1 C't
static void finish_primal(const ridge_fit *fit, const double *state) {
    const double *sums = state + (int64_t)fit->n * pr_solve_stride(fit->n);
    __builtin_memcpy(fit->scratch.deviation, sums, (uint32_t)fit->n * sizeof(double));
    pr_solve(state, fit->n, fit->scratch.deviation);
}

static pr_status fit_primal(const ridge_fit *fit) {
    if (start_primal(fit, fit->scratch.state)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    finish_primal(fit, fit->scratch.state);
    return PR_OK;
}

static pr_status explain_primal(const ridge_fit *fit, float *effects) {
    const ridge_scratch *scratch = &fit->scratch;
    int64_t stride = pr_solve_stride(fit->n);
    if (fit_primal(fit)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    pr_solve(scratch->state, fit->n, scratch->item);
    for (int32_t i = 0; i < fit->count; i++)
        effects[i] = (float)pr_solve_leave_out(scratch->state, fit->n, scratch->codes + i * stride,
                                               1, scratch->residual[i], scratch->deviation,
                                               scratch->item, scratch->column);
    return PR_OK;
}

// ---- the interface

static ridge_fit begin(const pr_ridge *ridge, void *workspace, int32_t count, int32_t is_dual) {
    pr_arena arena = { (uintptr_t)workspace };
    return plan(ridge, &arena, count, is_dual);
}

void pr_ridge_fit(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                  const float *targets, int32_t count, int32_t is_dual, float *vector) {
    ridge_fit fit = begin(ridge, workspace, count, is_dual);
    read_history(&fit, rows, targets);
    if (is_dual ? fit_dual(&fit) : fit_primal(&fit))
        __builtin_memset(fit.scratch.deviation, 0, (uint32_t)fit.n * sizeof(double));
    write_vector(&fit, vector);
}

void pr_ridge_explain(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, int32_t is_dual, uint32_t item,
                      float *effects) {
    ridge_fit fit = begin(ridge, workspace, count, is_dual);
    read_code(&fit, item, fit.scratch.item, 1);
    read_history(&fit, rows, targets);
    if (is_dual ? explain_dual(&fit, effects) : explain_primal(&fit, effects))
        __builtin_memset(effects, 0, (uint32_t)count * sizeof(float));
}

pr_status pr_ridge_start(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                         const float *targets, int32_t count, double *state) {
    ridge_fit fit = begin(ridge, workspace, count, 0);
    read_history(&fit, rows, targets);
    if (start_primal(&fit, state)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    return pr_solve_is_precise(state, fit.n, CONDITION_MIN) ? PR_OK : PR_ERR_PRECISION;
}

pr_status pr_ridge_change(const pr_ridge *ridge, void *workspace, uint32_t row, float target,
                          double sign, double *state) {
    ridge_fit fit = begin(ridge, workspace, 1, 0);
    double *sums = sums_of(&fit, state), *c = fit.scratch.item;
    read_code(&fit, row, c, 1);
    double residual = residual_of(&fit, target);
    for (int32_t k = 0; k < fit.n; k++) sums[k] += sign * residual * c[k];
    return pr_solve_change(state, fit.n, c, sign);
}

void pr_ridge_finish(const pr_ridge *ridge, void *workspace, const double *state, float *vector) {
    ridge_fit fit = begin(ridge, workspace, 1, 0);
    finish_primal(&fit, state);
    write_vector(&fit, vector);
}

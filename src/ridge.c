#include "ridge.h"

#include "simd.h"
#include "solve.h"

// Pivots of the primal further apart than this leave too few digits to follow changes by; the dual
// may have them.
static const double CONDITION = 1e-10;

// n = code + 1 unknowns, `count` interactions; the system has the width of the smaller or of the
// other, as told.
typedef struct places {
    int32_t n, count, is_dual;
    float *row; // (code, padded)
    double *codes; // C (count, n), or C' (n, count) for the dual
    double *state; // the system (width, stride) and, of the primal, C't (n)
    double *residual; // t (count)
    double *deviation; // d (n)
    double *item; // the item to be explained: c (n), then its solution
    double *column; // (width)
} places;

static int32_t unknowns(const pr_ridge *ridge) { return ridge->model->config.code + 1; }

static uint64_t state_size(int32_t width) {
    return (uint64_t)pr_solve_stride(width) * ((uint64_t)width + 1);
}

static places plan(const pr_ridge *ridge, pr_arena *arena, int32_t count, int32_t is_dual) {
    int32_t n = unknowns(ridge), width = is_dual ? count : n, rows = is_dual ? n : count;
    uint64_t larger = (uint64_t)(n > count ? n : count);
    places at = { .n = n, .count = count, .is_dual = is_dual };
    at.row = pr_arena_floats(arena, 1, ridge->model->layer[0].stride);
    at.codes =
        pr_arena_take(arena, 8 * (uint64_t)pr_solve_rows(rows) * (uint64_t)pr_solve_stride(width));
    at.state = pr_arena_take(arena, 8 * state_size(width));
    at.residual = pr_arena_take(arena, 8 * larger);
    at.deviation = pr_arena_take(arena, 8 * larger);
    at.item = pr_arena_take(arena, 8 * larger);
    at.column = pr_arena_take(arena, 8 * larger);
    return at;
}

uint64_t pr_ridge_size(const pr_ridge *ridge, int32_t count, int32_t is_dual) {
    pr_arena arena = { 0 };
    plan(ridge, &arena, count, is_dual);
    return arena.at;
}

int32_t pr_ridge_state_size(const pr_ridge *ridge) { return (int32_t)state_size(unknowns(ridge)); }

// ---- codes and targets

// What the column of the bias holds: with it, one weight holds all coordinates.
static double bias_column(const pr_ridge *ridge) {
    return __builtin_sqrt(ridge->weight / ridge->bias);
}

// c[k * step] = coordinate k of an item's code with the bias behind it
static void read_code(const pr_ridge *ridge, const places *at, uint32_t row, double *c,
                      int64_t step) {
    pr_table_row(&ridge->model->layer[0], row, at->row);
    for (int32_t k = 0; k < at->n - 1; k++) c[k * step] = at->row[k];
    c[(at->n - 1) * step] = bias_column(ridge);
}

// What the means leave of a target. at->row holds the item's code.
static double residual_of(const pr_ridge *ridge, const places *at, float target) {
    const float *mean = ridge->model->user_mean;
    double left = (double)target - mean[at->n - 1];
    for (int32_t k = 0; k < at->n - 1; k++) left -= (double)mean[k] * at->row[k];
    return left;
}

static void read_history(const pr_ridge *ridge, const places *at, const uint32_t *rows,
                         const float *targets) {
    int32_t across = at->is_dual ? at->n : at->count,
            stride = pr_solve_stride(at->is_dual ? at->count : at->n);
    for (int64_t i = 0; i < (int64_t)pr_solve_rows(across) * stride; i++) at->codes[i] = 0;
    for (int32_t i = 0; i < at->count; i++) {
        if (at->is_dual)
            read_code(ridge, at, rows[i], at->codes + i, stride);
        else
            read_code(ridge, at, rows[i], at->codes + (int64_t)i * stride, 1);
        at->residual[i] = residual_of(ridge, at, targets[i]);
    }
}

// vector = means + d
static void write_vector(const pr_ridge *ridge, const places *at, float *vector) {
    const float *mean = ridge->model->user_mean;
    for (int32_t k = 0; k < at->n; k++)
        vector[k] = (float)(mean[k] + at->deviation[k] * (k < at->n - 1 ? 1 : bias_column(ridge)));
}

// ---- the dual

// The factor of CC' + weight I, and alpha in at->column.
static int32_t solve_dual(const pr_ridge *ridge, const places *at) {
    pr_solve_begin(at->state, at->count, ridge->weight);
    pr_solve_gram(at->codes, at->n, at->count, at->state);
    if (pr_solve_factor(at->state, at->count)) return -1;
    for (int32_t i = 0; i < at->count; i++) at->column[i] = at->residual[i];
    pr_solve(at->state, at->count, at->column);
    return 0;
}

static int32_t fit_dual(const pr_ridge *ridge, const places *at) {
    int64_t stride = pr_solve_stride(at->count);
    if (solve_dual(ridge, at)) return -1;
    for (int32_t k = 0; k < at->n; k++)
        at->deviation[k] = pr_solve_dot(at->codes + k * stride, at->column, at->count);
    return 0;
}

// Leaving i out takes alpha_i / (K^-1)_ii times column i of K^-1 from alpha, K = CC' + weight I.
static int32_t explain_dual(const pr_ridge *ridge, const places *at, float *effects) {
    int64_t stride = pr_solve_stride(at->count);
    if (solve_dual(ridge, at)) return -1;
    for (int32_t i = 0; i < at->count; i++) at->deviation[i] = 0; // here: C c, then K^-1 C c
    for (int32_t k = 0; k < at->n; k++)
        for (int32_t i = 0; i < at->count; i++)
            at->deviation[i] += at->codes[k * stride + i] * at->item[k];
    pr_solve(at->state, at->count, at->deviation);
    for (int32_t i = 0; i < at->count; i++) {
        for (int32_t j = 0; j < at->count; j++) at->residual[j] = j == i;
        pr_solve_half(at->state, at->count, at->residual);
        double inverse = pr_solve_dot(at->residual, at->residual, at->count);
        effects[i] = (float)(at->column[i] / inverse * at->deviation[i]);
    }
    return 0;
}

// ---- the primal

static double *sums_of(const places *at, double *state) {
    return state + (int64_t)at->n * pr_solve_stride(at->n);
}

static int32_t start_primal(const pr_ridge *ridge, const places *at, double *state) {
    double *sums = sums_of(at, state);
    int64_t stride = pr_solve_stride(at->n);
    pr_solve_begin(state, at->n, ridge->weight);
    pr_solve_gram(at->codes, at->count, at->n, state);
    for (int32_t k = 0; k < at->n; k++) sums[k] = 0;
    for (int32_t i = 0; i < at->count; i++)
        for (int32_t k = 0; k < at->n; k++) sums[k] += at->codes[i * stride + k] * at->residual[i];
    return pr_solve_factor(state, at->n);
}

static void finish_primal(const places *at, const double *state) {
    const double *sums = sums_of(at, (double *)state);
    for (int32_t k = 0; k < at->n; k++) at->deviation[k] = sums[k];
    pr_solve(state, at->n, at->deviation);
}

static int32_t fit_primal(const pr_ridge *ridge, const places *at) {
    if (start_primal(ridge, at, at->state)) return -1;
    finish_primal(at, at->state);
    return 0;
}

// Leaving i out moves d by A^-1 c_i e_i / (1 - h_i), A = C'C + weight I: residual e_i, leverage h_i
// = c_i' A^-1 c_i.
static int32_t explain_primal(const pr_ridge *ridge, const places *at, float *effects) {
    int64_t stride = pr_solve_stride(at->n);
    if (fit_primal(ridge, at)) return -1;
    pr_solve(at->state, at->n, at->item);
    for (int32_t i = 0; i < at->count; i++) {
        const double *c = at->codes + i * stride;
        double error = at->residual[i] - pr_solve_dot(c, at->deviation, at->n);
        for (int32_t k = 0; k < at->n; k++) at->column[k] = c[k];
        pr_solve_half(at->state, at->n, at->column);
        double leverage = pr_solve_dot(at->column, at->column, at->n);
        effects[i] = (float)(pr_solve_dot(c, at->item, at->n) * error / (1 - leverage));
    }
    return 0;
}

// ---- what others call

static places place(const pr_ridge *ridge, void *workspace, int32_t count, int32_t is_dual) {
    pr_arena arena = { (uintptr_t)workspace };
    return plan(ridge, &arena, count, is_dual);
}

void pr_ridge_fit(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                  const float *targets, int32_t count, int32_t is_dual, float *vector) {
    places at = place(ridge, workspace, count, is_dual);
    read_history(ridge, &at, rows, targets);
    if (is_dual ? fit_dual(ridge, &at) : fit_primal(ridge, &at))
        for (int32_t k = 0; k < at.n; k++) at.deviation[k] = 0;
    write_vector(ridge, &at, vector);
}

void pr_ridge_explain(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, int32_t is_dual, uint32_t item,
                      float *effects) {
    places at = place(ridge, workspace, count, is_dual);
    read_code(ridge, &at, item, at.item, 1);
    read_history(ridge, &at, rows, targets);
    if (is_dual ? explain_dual(ridge, &at, effects) : explain_primal(ridge, &at, effects))
        for (int32_t i = 0; i < count; i++) effects[i] = 0;
}

int32_t pr_ridge_start(const pr_ridge *ridge, void *workspace, const uint32_t *rows,
                       const float *targets, int32_t count, double *state) {
    places at = place(ridge, workspace, count, 0);
    read_history(ridge, &at, rows, targets);
    if (start_primal(ridge, &at, state)) return -1;
    double least = state[0], most = state[0];
    for (int32_t k = 0; k < at.n; k++) {
        double pivot = state[(int64_t)k * pr_solve_stride(at.n) + k];
        least = pivot < least ? pivot : least;
        most = pivot > most ? pivot : most;
    }
    return least * least > CONDITION * most * most ? 0 : -1;
}

int32_t pr_ridge_change(const pr_ridge *ridge, void *workspace, uint32_t row, float target,
                        double sign, double *state) {
    places at = place(ridge, workspace, 1, 0);
    double *sums = sums_of(&at, state);
    read_code(ridge, &at, row, at.item, 1);
    double residual = residual_of(ridge, &at, target);
    for (int32_t k = 0; k < at.n; k++) sums[k] += sign * residual * at.item[k];
    return pr_solve_change(state, at.n, at.item, sign);
}

void pr_ridge_finish(const pr_ridge *ridge, void *workspace, const double *state, float *vector) {
    places at = place(ridge, workspace, 1, 0);
    finish_primal(&at, state);
    write_vector(ridge, &at, vector);
}

#include "newton.h"

#include "loss.h"

enum {
    ITERATIONS_MAX = 50,
    HALVINGS_MAX = 20,
    TILE = 64, // items whose rows are weighed and summed together
};

static const float DECREASE_ENOUGH = 1e-4f; // Armijo: of what the gradient promises
// Where a step promises no more than half of this, in units of the loss, it lands so near the
// minimum that the next one would promise its square: it is the last, and is taken without looking
// again.
static const float LAST_DECREMENT = 1e-2f;

// The loss and its derivatives at one point, by p: the padded stride of the item table rules the
// shapes.
typedef struct evaluation {
    double loss;
    float *gradient; // (stride)
    float *hessian; // (stride, stride), the lower triangle
} evaluation;

typedef struct newton {
    const pr_ncf *model;
    const pr_fit_options *options;
    pr_prior prior;
    const uint32_t *rows; // history (count)
    const float *targets; // (count)
    int32_t count;
    evaluation now;
    float *z, *trial, *step; // (g)
    float *vector; // (g) p of the point under evaluation
    float *prepared; // (stride) output . p
    float *by_z; // (g) gradient
    float *solve; // (g, g) Hessian by z, then its factor
    float *product; // (g, g) H C
    float *item; // (TILE, stride) the rows of a tile
    float *weighed; // (TILE, stride) the same, each by its curvature
} newton;

static void plan(newton *fit, const pr_ncf *model, pr_arena *arena) {
    int32_t g = model->config.gmf, stride = model->gmf_stride;
    fit->now.gradient = pr_arena_floats(arena, 1, stride);
    fit->now.hessian = pr_arena_floats(arena, stride, stride);
    fit->z = pr_arena_floats(arena, 1, g);
    fit->trial = pr_arena_floats(arena, 1, g);
    fit->step = pr_arena_floats(arena, 1, g);
    fit->vector = pr_arena_floats(arena, 1, g);
    fit->prepared = pr_arena_floats(arena, 1, stride);
    fit->by_z = pr_arena_floats(arena, 1, g);
    fit->solve = pr_arena_floats(arena, g, g);
    fit->product = pr_arena_floats(arena, g, g);
    fit->item = pr_arena_floats(arena, TILE, stride);
    fit->weighed = pr_arena_floats(arena, TILE, stride);
}

uint64_t pr_newton_size(const pr_ncf *model) {
    newton fit;
    pr_arena arena = { 0 };
    plan(&fit, model, &arena);
    return arena.at;
}

// h (stride, stride) lower triangle += weighed' (stride, TILE) item (TILE, stride), a 4 x 4 corner
// at a time in registers.
static void add_outer_products(const float *item, const float *weighed, int32_t stride, float *h) {
    for (int32_t i = 0; i < stride; i += 4)
        for (int32_t j = 0; j <= i; j += 4) {
            const float *value = item + j, *weight = weighed + i;
            pr_f4 sum[4];
#pragma GCC unroll 4
            for (int c = 0; c < 4; c++) sum[c] = pr_f4_load(h + (i + c) * stride + j);
            for (int32_t r = 0; r < TILE; r++, value += stride, weight += stride) {
                pr_f4 four = pr_f4_load(value);
#pragma GCC unroll 4
                for (int c = 0; c < 4; c++)
                    sum[c] = pr_f4_fma(pr_f4_load1(weight + c), four, sum[c]);
            }
#pragma GCC unroll 4
            for (int c = 0; c < 4; c++) pr_f4_store(h + (i + c) * stride + j, sum[c]);
        }
}

// Adds a phi(s) - b s over up to TILE items, and its derivatives, to the evaluation; a and b
// (TILE), 0 past `filled`.
static void add_tile(newton *fit, const uint32_t *rows, int32_t filled, const float *a,
                     const float *b) {
    int32_t stride = fit->model->gmf_stride, output = fit->model->config.output;
    float logit[TILE], curvature[TILE];
    pr_ncf_score(fit->model, fit->prepared, rows, 0, filled, logit);
    for (int32_t r = filled; r < TILE; r++) logit[r] = 0;
    for (int32_t r = 0; r < TILE; r += 4) {
        pr_f4 s = pr_f4_load(logit + r), weight = pr_f4_load(a + r), target = pr_f4_load(b + r);
        pr_f4 slope = pr_loss_slope(output, s);
        pr_f4 value = pr_f4_sub(pr_f4_mul(weight, pr_loss_value(output, s)), pr_f4_mul(target, s));
        fit->now.loss += pr_f4_sum(value);
        pr_f4_store(logit + r, pr_f4_sub(pr_f4_mul(weight, slope),
                                         target)); // the residual takes the logit's place
        pr_f4_store(curvature + r, pr_f4_mul(weight, pr_loss_curvature(output, slope)));
    }
    for (int32_t r = 0; r < TILE; r++) {
        const float *row =
            fit->model->items.gmf_item + (uint64_t)rows[r < filled ? r : 0] * (uint32_t)stride;
        pr_f4 residual = pr_f4_set1(logit[r]), weight = pr_f4_set1(curvature[r]);
        for (int32_t k = 0; k < stride; k += 4) {
            pr_f4 value = pr_f4_load(row + k);
            pr_f4_store(fit->item + r * stride + k, value);
            pr_f4_store(fit->weighed + r * stride + k, pr_f4_mul(weight, value));
            float *gradient = fit->now.gradient + k;
            pr_f4_store(gradient, pr_f4_fma(residual, value, pr_f4_load(gradient)));
        }
    }
    add_outer_products(fit->item, fit->weighed, stride, fit->now.hessian);
}

// Every item as one that was not chosen, with weight w.
static void add_catalogue(newton *fit, float weight) {
    int32_t items = fit->model->config.items;
    float a[TILE], b[TILE];
    uint32_t rows[TILE];
    for (int32_t start = 0; start < items; start += TILE) {
        int32_t filled = items - start < TILE ? items - start : TILE;
        for (int32_t r = 0; r < TILE; r++) {
            rows[r] = (uint32_t)(start + (r < filled ? r : 0));
            a[r] = r < filled ? weight : 0;
            b[r] = 0;
        }
        add_tile(fit, rows, filled, a, b);
    }
}

// The history with weight 1, less the share that add_catalogue has counted of it.
static void add_history(newton *fit, float counted) {
    float a[TILE], b[TILE];
    for (int32_t start = 0; start < fit->count; start += TILE) {
        int32_t filled = fit->count - start < TILE ? fit->count - start : TILE;
        for (int32_t r = 0; r < TILE; r++) {
            a[r] = r < filled ? 1 - counted : 0;
            b[r] = r < filled ? fit->targets[start + r] : 0;
        }
        add_tile(fit, fit->rows + start, filled, a, b);
    }
}

// solve (g, g) = C' (output output' . H) C + prior I, and by_z = C' (output . gradient) + prior z
static void change_variables(newton *fit, const float *z) {
    int32_t g = fit->model->config.gmf, stride = fit->model->gmf_stride;
    const float *output = fit->model->gmf_output, *factor = fit->prior.factor;
    for (int32_t i = 0; i < g; i++) fit->now.gradient[i] *= output[i];
    pr_prior_gradient(&fit->prior, fit->now.gradient, fit->by_z);
    for (int32_t i = 0; i < g; i++) {
        float *row = fit->product + i * g;
        for (int32_t j = 0; j < g; j++) row[j] = 0;
        for (int32_t k = 0; k < g; k++) {
            float h = k <= i ? fit->now.hessian[i * stride + k] : fit->now.hessian[k * stride + i];
            for (int32_t j = 0; j <= k; j++)
                row[j] += output[i] * output[k] * h * factor[k * g + j];
        }
    }
    for (int32_t i = 0; i < g * g; i++) fit->solve[i] = 0;
    for (int32_t k = 0; k < g; k++)
        for (int32_t i = 0; i <= k; i++)
            for (int32_t j = 0; j < g; j++)
                fit->solve[i * g + j] += factor[k * g + i] * fit->product[k * g + j];
    for (int32_t i = 0; i < g; i++) {
        fit->by_z[i] += fit->options->prior * z[i];
        fit->solve[i * g + i] += fit->options->prior;
    }
}

static void evaluate(newton *fit, const float *z) {
    int32_t g = fit->model->config.gmf, stride = fit->model->gmf_stride,
            items = fit->model->config.items;
    int32_t others = items - fit->count;
    fit->now.loss = 0;
    for (int32_t i = 0; i < stride; i++) fit->now.gradient[i] = 0;
    for (int32_t i = 0; i < stride * stride; i++) fit->now.hessian[i] = 0;
    pr_prior_vector(&fit->prior, z, fit->vector);
    pr_ncf_prepare(fit->model, fit->vector, fit->prepared);
    int32_t implicit = fit->model->config.output == PR_SIGMOID && others > 0;
    float weight = implicit ? fit->options->negatives * (float)fit->count / (float)others : 0;
    if (implicit) add_catalogue(fit, weight);
    add_history(fit, weight);
    for (int32_t i = 0; i < g; i++) fit->now.loss += 0.5 * fit->options->prior * z[i] * z[i];
    change_variables(fit, z);
}

// step = H^-1 gradient; what the loss would fall by, to second order, is half the result. Negative
// where H is no good.
static float newton_step(newton *fit) {
    int32_t g = fit->model->config.gmf;
    float decrement = 0;
    if (pr_cholesky(fit->solve, g)) return -1;
    for (int32_t i = 0; i < g; i++) fit->step[i] = fit->by_z[i];
    pr_cholesky_solve(fit->solve, g, fit->step);
    for (int32_t i = 0; i < g; i++) decrement += fit->by_z[i] * fit->step[i];
    return decrement;
}

// trial = z - length step
static void move(newton *fit, float length) {
    for (int32_t i = 0; i < fit->prior.width; i++)
        fit->trial[i] = fit->z[i] - length * fit->step[i];
}

static void accept(newton *fit) {
    for (int32_t i = 0; i < fit->prior.width; i++) fit->z[i] = fit->trial[i];
}

// Moves z along -step as far as the loss falls enough; 0 where it does not.
static int32_t backtrack(newton *fit, float decrement) {
    double before = fit->now.loss;
    float length = 1;
    for (int32_t halving = 0; halving < HALVINGS_MAX; halving++, length /= 2) {
        move(fit, length);
        evaluate(fit, fit->trial);
        if (fit->now.loss <= before - (double)(DECREASE_ENOUGH * length * decrement)) {
            accept(fit);
            return 1;
        }
    }
    return 0;
}

// One iteration; 0 where it was the last.
static int32_t iterate(newton *fit) {
    float decrement = newton_step(fit);
    if (!(decrement > 0)) return 0;
    if (decrement > LAST_DECREMENT) return backtrack(fit, decrement);
    move(fit, 1);
    accept(fit);
    return 0;
}

int32_t pr_newton_fit(const pr_ncf *model, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, const pr_fit_options *options,
                      float *vector) {
    newton fit = {
        .model = model, .options = options, .rows = rows, .targets = targets, .count = count
    };
    pr_arena arena = { (uintptr_t)workspace };
    int32_t iterations = 1;
    plan(&fit, model, &arena);
    fit.prior = pr_fit_prior(model, 0);
    pr_prior_whiten(&fit.prior, vector, fit.z);
    evaluate(&fit, fit.z);
    while (iterations < ITERATIONS_MAX && iterate(&fit)) iterations++;
    pr_prior_vector(&fit.prior, fit.z, vector);
    return iterations;
}

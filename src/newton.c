#include "newton.h"

#include "fit_batch.h"
#include "loss.h"
#include "solve.h"

enum {
    ITERATIONS_MAX = 50,
    HALVINGS_MAX = 20,
    TILE = 64, // items weighted and summed together
};

// Armijo's condition: the share of the promised decrease that a step must reach.
static const float DECREASE_MIN = 1e-4f;

// Steps that promise at most half of NEAR_DECREMENT, in units of the loss, are so near the minimum
// that the next one promises about the square of it: they are taken as they are, since a float's
// loss may not show such a decrease. One of LAST_DECREMENT is the last: it ends within 1e-5 of the
// minimum.
static const float NEAR_DECREMENT = 1e-2f, LAST_DECREMENT = 1e-4f;

// stride is that of the item table's rows, gmf_stride.
typedef struct newton_scratch {
    float *gradient; // (stride) of the loss by p
    float *hessian; // (stride, stride) of the loss by p, the lower triangle
    float *z, *trial; // (g)
    float *vector; // (g) p of the point evaluated
    float *prepared; // (stride) output p
    float *by_z; // (g) gradient by z
    float *product; // (g, g) H C
    float *item; // (TILE, stride) the item rows of a tile
    float *weighted; // (TILE, stride) the same, each times its curvature
    double *system; // (g, pr_solve_stride(g)) Hessian by z, then its factor
    double *step; // (g)
} newton_scratch;

typedef struct newton {
    const pr_ncf *model;
    const pr_fit_options *options;
    const uint32_t *rows; // history (count)
    const float *targets; // (count)
    int32_t count;
    pr_prior prior;
    double loss; // at the point evaluated
    float work, spent; // of an evaluation, of all
    newton_scratch scratch;
} newton;

static newton_scratch plan(const pr_ncf *model, pr_arena *arena) {
    int32_t g = model->config.gmf, stride = model->gmf_stride;
    uint64_t system = sizeof(double) * (uint64_t)g * (uint64_t)pr_solve_stride(g);
    return (newton_scratch){
        .gradient = pr_arena_floats(arena, 1, stride),
        .hessian = pr_arena_floats(arena, stride, stride),
        .z = pr_arena_floats(arena, 1, g),
        .trial = pr_arena_floats(arena, 1, g),
        .vector = pr_arena_floats(arena, 1, g),
        .prepared = pr_arena_floats(arena, 1, stride),
        .by_z = pr_arena_floats(arena, 1, g),
        .product = pr_arena_floats(arena, g, g),
        .item = pr_arena_floats(arena, TILE, stride),
        .weighted = pr_arena_floats(arena, TILE, stride),
        .system = pr_arena_take(arena, system),
        .step = pr_arena_take(arena, sizeof(double) * (uint64_t)g),
    };
}

uint64_t pr_newton_size(const pr_ncf *model) {
    pr_arena arena = { 0 };
    plan(model, &arena);
    return arena.at;
}

// h (stride, stride), the lower triangle, += weighted' (stride, TILE) item (TILE, stride), in
// blocks of 4 x 4 held in registers.
static void add_outer_products(const float *item, const float *weighted, int32_t stride, float *h) {
    for (int32_t i = 0; i < stride; i += 4)
        for (int32_t j = 0; j <= i; j += 4) {
            const float *value = item + j, *weight = weighted + i;
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

// Adds residual_r item_r to the gradient (stride) and curvature_r item_r' item_r to the Hessian,
// for the items rows (TILE).
static void add_derivatives(newton *fit, const uint32_t *rows, int32_t filled,
                            const float *residuals, const float *curvatures) {
    newton_scratch *scratch = &fit->scratch;
    int32_t stride = fit->model->gmf_stride;
    for (int32_t r = 0; r < TILE; r++) {
        const float *row =
            fit->model->items.gmf_item + (uint64_t)rows[r < filled ? r : 0] * (uint32_t)stride;
        pr_f4 residual = pr_f4_set1(residuals[r]), weight = pr_f4_set1(curvatures[r]);
        for (int32_t k = 0; k < stride; k += 4) {
            pr_f4 value = pr_f4_load(row + k);
            pr_f4_store(scratch->item + r * stride + k, value);
            pr_f4_store(scratch->weighted + r * stride + k, pr_f4_mul(weight, value));
            float *gradient = scratch->gradient + k;
            pr_f4_store(gradient, pr_f4_fma(residual, value, pr_f4_load(gradient)));
        }
    }
    add_outer_products(scratch->item, scratch->weighted, stride, scratch->hessian);
}

// Adds a phi(s) - b s over up to TILE items, and its derivatives; a and b (TILE), 0 past `filled`.
static void add_tile(newton *fit, const uint32_t *rows, int32_t filled, const float *a,
                     const float *b) {
    int32_t output = fit->model->config.output;
    float raw[TILE], residual[TILE], curvature[TILE];
    pr_ncf_score(fit->model, fit->scratch.prepared, rows, 0, filled, raw);
    for (int32_t r = filled; r < TILE; r++) raw[r] = 0;
    for (int32_t r = 0; r < TILE; r += 4) {
        pr_f4 s = pr_f4_load(raw + r), weight = pr_f4_load(a + r), target = pr_f4_load(b + r);
        pr_f4 slope = pr_loss_slope(output, s);
        pr_f4 value = pr_f4_sub(pr_f4_mul(weight, pr_loss_value(output, s)), pr_f4_mul(target, s));
        fit->loss += pr_f4_sum(value);
        pr_f4_store(residual + r, pr_f4_sub(pr_f4_mul(weight, slope), target));
        pr_f4_store(curvature + r, pr_f4_mul(weight, pr_loss_curvature(output, slope)));
    }
    add_derivatives(fit, rows, filled, residual, curvature);
}

// Adds every item with target 0 and this weight.
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

// Adds the history with weight 1, less the weight that add_catalogue has counted already.
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

// system (g, g) = C' (output output' . H) C + prior I, the upper triangle.
static void change_hessian(newton *fit) {
    int32_t g = fit->model->config.gmf, stride = fit->model->gmf_stride;
    const float *output = fit->model->weights.gmf_output, *factor = fit->prior.factor;
    const float *hessian = fit->scratch.hessian;
    double *system = fit->scratch.system;
    for (int32_t i = 0; i < g; i++) {
        float *row = fit->scratch.product + i * g;
        for (int32_t j = 0; j < g; j++) row[j] = 0;
        for (int32_t k = 0; k < g; k++) {
            float h = k <= i ? hessian[i * stride + k] : hessian[k * stride + i];
            for (int32_t j = 0; j <= k; j++)
                row[j] += output[i] * output[k] * h * factor[k * g + j];
        }
    }
    pr_solve_begin(system, g, fit->options->prior);
    for (int32_t k = 0; k < g; k++)
        for (int32_t i = 0; i <= k; i++)
            for (int32_t j = i; j < g; j++)
                system[i * pr_solve_stride(g) + j] +=
                    factor[k * g + i] * fit->scratch.product[k * g + j];
}

// by_z (g) = C' (output . gradient) + prior z
static void change_gradient(newton *fit, const float *z) {
    newton_scratch *scratch = &fit->scratch;
    for (int32_t i = 0; i < fit->prior.width; i++)
        scratch->gradient[i] *= fit->model->weights.gmf_output[i];
    pr_prior_gradient(&fit->prior, scratch->gradient, scratch->by_z);
    for (int32_t i = 0; i < fit->prior.width; i++) scratch->by_z[i] += fit->options->prior * z[i];
}

// The loss at z (g), its gradient and its Hessian by z.
static void evaluate(newton *fit, const float *z) {
    int32_t stride = fit->model->gmf_stride, others = fit->model->config.items - fit->count;
    int32_t is_implicit = fit->model->config.output == PR_SIGMOID && others > 0;
    float weight = is_implicit ? fit->options->negatives * (float)fit->count / (float)others : 0;
    fit->loss = 0;
    fit->spent += fit->work;
    for (int32_t i = 0; i < stride; i++) fit->scratch.gradient[i] = 0;
    for (int32_t i = 0; i < stride * stride; i++) fit->scratch.hessian[i] = 0;
    pr_prior_vector(&fit->prior, z, fit->scratch.vector);
    pr_ncf_prepare(fit->model, fit->scratch.vector, fit->scratch.prepared);
    if (is_implicit) add_catalogue(fit, weight);
    add_history(fit, weight);
    for (int32_t i = 0; i < fit->prior.width; i++)
        fit->loss += 0.5 * fit->options->prior * z[i] * z[i];
    change_gradient(fit, z);
    change_hessian(fit);
}

// step (g) = H^-1 gradient. Half the result is what the loss falls by, to second order; negative
// where H is not positive definite.
static float newton_step(newton *fit) {
    int32_t g = fit->model->config.gmf;
    double *system = fit->scratch.system, *step = fit->scratch.step, decrement = 0;
    pr_solve_regularise(system, g);
    if (pr_solve_factor(system, g)) return -1;
    for (int32_t i = 0; i < g; i++) step[i] = fit->scratch.by_z[i];
    pr_solve(system, g, step);
    for (int32_t i = 0; i < g; i++) decrement += fit->scratch.by_z[i] * step[i];
    return (float)decrement;
}

// trial = z - length step
static void move(newton *fit, double length) {
    newton_scratch *scratch = &fit->scratch;
    for (int32_t i = 0; i < fit->prior.width; i++)
        scratch->trial[i] = (float)(scratch->z[i] - length * scratch->step[i]);
}

static void accept(newton *fit) {
    for (int32_t i = 0; i < fit->prior.width; i++) fit->scratch.z[i] = fit->scratch.trial[i];
}

// Moves z along -step as far as the loss decreases enough. Returns whether it does.
static int32_t backtrack(newton *fit, float decrement) {
    double before = fit->loss;
    float length = 1;
    for (int32_t halving = 0; halving < HALVINGS_MAX; halving++, length /= 2) {
        if (fit->spent + fit->work > PR_FIT_WORK) break;
        move(fit, length);
        evaluate(fit, fit->scratch.trial);
        if (fit->loss <= before - (double)(DECREASE_MIN * length * decrement)) {
            accept(fit);
            return 1;
        }
    }
    return 0;
}

// One iteration. Returns 0 after the last.
static int32_t iterate(newton *fit) {
    float decrement = newton_step(fit);
    if (!(decrement > 0)) return 0;
    if (decrement > NEAR_DECREMENT) return backtrack(fit, decrement);
    move(fit, 1);
    accept(fit);
    if (decrement <= LAST_DECREMENT) return 0;
    evaluate(fit, fit->scratch.z);
    return 1;
}

// Multiply-adds of an evaluation: the derivatives over the items, and the change of variables,
// whose steps are outside vectors.
float pr_newton_work(const pr_ncf *model, int32_t count) {
    float stride = (float)model->gmf_stride, items = (float)(model->config.items + count);
    return items * (stride / 2 + 8) * (stride + 8) + 5 * stride * stride * stride;
}

int32_t pr_newton_fit(const pr_ncf *model, void *workspace, const uint32_t *rows,
                      const float *targets, int32_t count, const pr_fit_options *options,
                      float *vector) {
    pr_arena arena = { (uintptr_t)workspace };
    newton fit = {
        .model = model,
        .options = options,
        .rows = rows,
        .targets = targets,
        .count = count,
        .prior = pr_fit_prior(model, 0),
        .work = pr_newton_work(model, count),
        .scratch = plan(model, &arena),
    };
    int32_t iterations = 1;
    pr_prior_whiten(&fit.prior, vector, fit.scratch.z);
    evaluate(&fit, fit.scratch.z);
    while (iterations < ITERATIONS_MAX && iterate(&fit)) iterations++;
    pr_prior_vector(&fit.prior, fit.scratch.z, vector);
    return 0;
}

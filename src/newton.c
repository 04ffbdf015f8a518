#include "newton.h"

#include "fit_batch.h"
#include "loss.h"
#include "solve.h"

enum { ITERATIONS_MAX = 50, HALVINGS_MAX = 20, TILE = PR_NEWTON_TILE };

// Armijo's condition: the share of the promised decrease that a step must reach.
static const float DECREASE_MIN = 1e-4f;

// Steps that promise at most half of NEAR_DECREMENT, in units of the loss, are so near the minimum
// that the next one promises about the square of it: they are taken as they are, since a float's
// loss may not show such a decrease. One of LAST_DECREMENT is the last: it ends within 1e-5 of the
// minimum.
static const float NEAR_DECREMENT = 1e-2f, LAST_DECREMENT = 1e-4f;

typedef struct newton_scratch {
    float *gradient; // (stride) of the loss by p
    float *lighter; // (stride) its change where the history has one interaction less
    float *hessian; // (stride, stride) of the loss by p, the lower triangle
    float *z, *trial; // (width)
    float *vector; // (stride) p of the point evaluated, padding zero
    float *by_z; // (width) gradient by z
    float *product; // (width, width) H C
    float *weighted; // (TILE, stride) the rows of a tile, each times its curvature
    double *system; // (width, pr_solve_stride(width)) Hessian by z, then its factor
    double *step; // (width)
    double *item, *other; // (width) of pr_newton_effects
    double *group; // (group, width) rows of an interaction's terms
    double *inner; // (group, pr_solve_stride(group))
    double *along, *across; // (group)
    pr_newton_tile tile;
} newton_scratch;

typedef struct newton {
    const pr_newton_problem *problem;
    int32_t width;
    double loss; // at the point evaluated
    float work, spent; // of an evaluation, of all
    newton_scratch *scratch;
} newton;

static newton_scratch plan(pr_arena *arena, int32_t width, int32_t group) {
    int32_t stride = pr_round_up(width, 4);
    return (newton_scratch){
        .gradient = pr_arena_floats(arena, 1, stride),
        .lighter = pr_arena_floats(arena, 1, stride),
        .hessian = pr_arena_floats(arena, stride, stride),
        .z = pr_arena_floats(arena, 1, width),
        .trial = pr_arena_floats(arena, 1, width),
        .vector = pr_arena_floats(arena, 1, stride),
        .by_z = pr_arena_floats(arena, 1, width),
        .product = pr_arena_floats(arena, width, width),
        .weighted = pr_arena_floats(arena, TILE, stride),
        .system = pr_solve_take(arena, width, width),
        .step = pr_solve_take(arena, 1, width),
        .item = pr_solve_take(arena, 1, width),
        .other = pr_solve_take(arena, 1, width),
        .group = pr_solve_take(arena, group, width),
        .inner = pr_solve_take(arena, group, group),
        .along = pr_solve_take(arena, 1, group),
        .across = pr_solve_take(arena, 1, group),
        .tile = { .x = pr_arena_floats(arena, TILE, stride) },
    };
}

uint64_t pr_newton_size(int32_t width, int32_t group) {
    pr_arena arena = { 0 };
    plan(&arena, width, group);
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

// Reads up to TILE terms from `first` on, less than TILE before `end`. The others are zeros.
static void read_tile(newton *fit, int32_t first, int32_t end) {
    const pr_newton_problem *problem = fit->problem;
    pr_newton_tile *tile = &fit->scratch->tile;
    for (int32_t i = 0; i < TILE * problem->stride; i += 4) pr_f4_store(tile->x + i, pr_f4_zero());
    for (int32_t r = 0; r < TILE; r++)
        tile->offset[r] = tile->a[r] = tile->b[r] = tile->less[r] = 0;
    problem->read(problem->context, first, end - first < TILE ? end - first : TILE, tile);
}

static float raw_of(const newton *fit, const float *x) {
    pr_f4 sum = pr_f4_zero();
    for (int32_t k = 0; k < fit->problem->stride; k += 4)
        sum = pr_f4_fma(pr_f4_load(x + k), pr_f4_load(fit->scratch->vector + k), sum);
    return pr_f4_sum(sum);
}

// Adds residual x to the gradient, and a row of `weighted` for the Hessian.
static void add_row(newton *fit, int32_t r, float residual, float curvature, float lighter) {
    newton_scratch *scratch = fit->scratch;
    int32_t stride = fit->problem->stride;
    pr_f4 by = pr_f4_set1(residual), weight = pr_f4_set1(curvature), less = pr_f4_set1(lighter);
    for (int32_t k = 0; k < stride; k += 4) {
        pr_f4 value = pr_f4_load(scratch->tile.x + r * stride + k);
        float *gradient = scratch->gradient + k, *changed = scratch->lighter + k;
        pr_f4_store(scratch->weighted + r * stride + k, pr_f4_mul(weight, value));
        pr_f4_store(gradient, pr_f4_fma(by, value, pr_f4_load(gradient)));
        pr_f4_store(changed, pr_f4_fma(less, value, pr_f4_load(changed)));
    }
}

// residual, curvature and the residual's change (TILE each) of the terms in the tile. Returns their
// loss.
static float tile_slopes(newton *fit, float *residual, float *curvature, float *lighter) {
    int32_t output = fit->problem->output;
    const pr_newton_tile *tile = &fit->scratch->tile;
    float raw[TILE], loss = 0;
    for (int32_t r = 0; r < TILE; r++)
        raw[r] = raw_of(fit, tile->x + r * fit->problem->stride) + tile->offset[r];
    for (int32_t r = 0; r < TILE; r += 4) {
        pr_f4 s = pr_f4_load(raw + r), a = pr_f4_load(tile->a + r), b = pr_f4_load(tile->b + r);
        pr_f4 slope = pr_loss_slope(output, s);
        loss += pr_f4_sum(pr_f4_sub(pr_f4_mul(a, pr_loss_value(output, s)), pr_f4_mul(b, s)));
        pr_f4_store(residual + r, pr_f4_sub(pr_f4_mul(a, slope), b));
        pr_f4_store(curvature + r, pr_f4_mul(a, pr_loss_curvature(output, slope)));
        pr_f4_store(lighter + r, pr_f4_mul(pr_f4_load(tile->less + r), slope));
    }
    return loss;
}

// system (width, width) = C' H C + penalty I, the upper triangle.
static void change_hessian(newton *fit) {
    int32_t n = fit->width, stride = fit->problem->stride;
    const float *factor = fit->problem->prior.factor, *hessian = fit->scratch->hessian;
    double *system = fit->scratch->system;
    for (int32_t i = 0; i < n; i++) {
        float *row = fit->scratch->product + i * n;
        for (int32_t j = 0; j < n; j++) row[j] = 0;
        for (int32_t k = 0; k < n; k++) {
            float h = k <= i ? hessian[i * stride + k] : hessian[k * stride + i];
            for (int32_t j = 0; j <= k; j++) row[j] += h * factor[k * n + j];
        }
    }
    pr_solve_begin(system, n, fit->problem->penalty);
    for (int32_t k = 0; k < n; k++)
        for (int32_t i = 0; i <= k; i++)
            for (int32_t j = i; j < n; j++)
                system[i * pr_solve_stride(n) + j] +=
                    factor[k * n + i] * fit->scratch->product[k * n + j];
}

// The loss at z (width), its gradient and its Hessian by z.
static void evaluate(newton *fit, const float *z) {
    const pr_newton_problem *problem = fit->problem;
    newton_scratch *scratch = fit->scratch;
    int32_t stride = problem->stride;
    float residual[TILE], curvature[TILE], lighter[TILE];
    fit->loss = 0;
    fit->spent += fit->work;
    for (int32_t i = 0; i < stride; i++)
        scratch->gradient[i] = scratch->lighter[i] = scratch->vector[i] = 0;
    __builtin_memset(scratch->hessian, 0, (uint32_t)(stride * stride) * sizeof(float));
    pr_prior_vector(&problem->prior, z, scratch->vector);
    for (int32_t first = 0; first < problem->terms; first += TILE) {
        read_tile(fit, first, problem->terms);
        fit->loss += tile_slopes(fit, residual, curvature, lighter);
        for (int32_t r = 0; r < TILE; r++) add_row(fit, r, residual[r], curvature[r], lighter[r]);
        add_outer_products(scratch->tile.x, scratch->weighted, stride, scratch->hessian);
    }
    pr_prior_gradient(&problem->prior, scratch->gradient, scratch->by_z);
    for (int32_t i = 0; i < fit->width; i++) {
        scratch->by_z[i] += problem->penalty * z[i];
        fit->loss += 0.5 * problem->penalty * z[i] * z[i];
    }
    change_hessian(fit);
}

// step (width) = H^-1 gradient. Half the result is what the loss falls by, to second order;
// negative where H is not positive definite.
static float newton_step(newton *fit) {
    int32_t n = fit->width;
    double *system = fit->scratch->system, *step = fit->scratch->step, decrement = 0;
    pr_solve_regularise(system, n);
    if (pr_solve_factor(system, n)) return -1;
    for (int32_t i = 0; i < n; i++) step[i] = fit->scratch->by_z[i];
    pr_solve(system, n, step);
    for (int32_t i = 0; i < n; i++) decrement += fit->scratch->by_z[i] * step[i];
    return (float)decrement;
}

// trial = z - length step
static void move(newton *fit, double length) {
    newton_scratch *scratch = fit->scratch;
    for (int32_t i = 0; i < fit->width; i++)
        scratch->trial[i] = (float)(scratch->z[i] - length * scratch->step[i]);
}

static void accept(newton *fit) {
    __builtin_memcpy(fit->scratch->z, fit->scratch->trial, (uint32_t)fit->width * sizeof(float));
}

// Moves z along -step as far as the loss decreases enough. Returns whether it does.
static int32_t backtrack(newton *fit, float decrement) {
    double before = fit->loss;
    float length = 1;
    for (int32_t halving = 0; halving < HALVINGS_MAX; halving++, length /= 2) {
        if (fit->spent + fit->work > PR_FIT_WORK) break;
        move(fit, length);
        evaluate(fit, fit->scratch->trial);
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
    evaluate(fit, fit->scratch->z);
    return 1;
}

// Multiply-adds of an evaluation: the derivatives over the terms, and the change of variables,
// whose steps are outside vectors.
float pr_newton_work(int32_t width, float terms) {
    float stride = (float)pr_round_up(width, 4);
    return terms * (stride / 2 + 8) * (stride + 8) + 5 * stride * stride * stride;
}

void pr_newton_fit(const pr_newton_problem *problem, void *workspace, float *vector) {
    pr_arena arena = { (uintptr_t)workspace };
    newton_scratch scratch = plan(&arena, problem->prior.width, 0);
    newton fit = {
        .problem = problem,
        .width = problem->prior.width,
        .work = pr_newton_work(problem->prior.width, (float)problem->terms),
        .scratch = &scratch,
    };
    int32_t iterations = 1;
    pr_prior_whiten(&problem->prior, vector, scratch.z);
    evaluate(&fit, scratch.z);
    while (iterations < ITERATIONS_MAX && iterate(&fit)) iterations++;
    pr_prior_vector(&problem->prior, scratch.z, vector);
}

// ---- effects

// by_z (width) = C' x (width), in double.
static void whiten(newton *fit, const float *x, double *by_z) {
    pr_prior_gradient(&fit->problem->prior, x, fit->scratch->trial);
    for (int32_t k = 0; k < fit->width; k++) by_z[k] = fit->scratch->trial[k];
}

// With M the inverse Hessian, X (group, width) the terms of an interaction, K their curvatures and
// g the change of the gradient without them: (H - X'KX)^-1 g = M g + M X'S (I - S X M X'S)^-1 S X M
// g with S the root of K (Sherman, Morrison and Woodbury). The curvature of a single term may be
// below 0, a correction of another: then K = -S S.
static float effect_of(newton *fit, int32_t first, int32_t group) {
    newton_scratch *scratch = fit->scratch;
    int32_t n = fit->width, stride = pr_solve_stride(group), row = pr_solve_stride(n);
    float residual[TILE], curvature[TILE], lighter[TILE];
    double effect = 0, sign = 1, own[PR_NEWTON_GROUP_MAX], root[PR_NEWTON_GROUP_MAX];
    for (int32_t start = 0; start < group; start += TILE) {
        read_tile(fit, first + start, first + group);
        tile_slopes(fit, residual, curvature, lighter);
        for (int32_t r = 0; r < TILE && start + r < group; r++) {
            int32_t t = start + r;
            double *x = scratch->group + t * row;
            whiten(fit, scratch->tile.x + r * fit->problem->stride, x);
            own[t] = residual[r] + lighter[r];
            sign = curvature[r] < 0 ? -1 : 1;
            root[t] = __builtin_sqrt(sign * curvature[r]);
            scratch->along[t] = pr_solve_dot(x, scratch->item, n);
            scratch->across[t] = pr_solve_dot(x, scratch->other, n);
            effect -= own[t] * scratch->along[t];
            pr_solve_half(scratch->system, n, x);
        }
    }
    for (int32_t t = 0; t < group; t++)
        for (int32_t s = 0; s < group; s++) {
            double product = pr_solve_dot(scratch->group + t * row, scratch->group + s * row, n);
            scratch->inner[t * stride + s] = (t == s) - sign * root[t] * root[s] * product;
            scratch->across[t] -= own[s] * product;
        }
    for (int32_t t = 0; t < group; t++) scratch->across[t] *= root[t];
    if (pr_solve_factor(scratch->inner, group)) return 0;
    pr_solve(scratch->inner, group, scratch->across);
    for (int32_t t = 0; t < group; t++)
        effect += sign * root[t] * scratch->along[t] * scratch->across[t];
    return (float)effect;
}

void pr_newton_effects(const pr_newton_problem *problem, void *workspace, const float *vector,
                       const float *item, int32_t begin, int32_t group, int32_t count,
                       float *effects) {
    pr_arena arena = { (uintptr_t)workspace };
    newton_scratch scratch = plan(&arena, problem->prior.width, group);
    newton fit = { .problem = problem, .width = problem->prior.width, .scratch = &scratch };
    int32_t n = fit.width;
    pr_prior_whiten(&problem->prior, vector, scratch.z);
    evaluate(&fit, scratch.z);
    whiten(&fit, scratch.lighter, scratch.other);
    for (int32_t k = 0; k < n; k++) scratch.other[k] += (double)(problem->less * scratch.z[k]);
    whiten(&fit, item, scratch.item);
    double common = 0;
    int32_t is_factored = pr_solve_factor(scratch.system, n) == PR_OK;
    if (is_factored) {
        pr_solve(scratch.system, n, scratch.item);
        common = pr_solve_dot(scratch.item, scratch.other, n);
        pr_solve(scratch.system, n, scratch.other);
    }
    for (int32_t i = 0; i < count; i++)
        effects[i] = is_factored ? (float)common + effect_of(&fit, begin + group * i, group) : 0;
}

#include "influence.h"

#include "loss.h"
#include "solve.h"

enum { TILE = PR_TILE * PR_ROWS, SAMPLE_MAX = 4096 };

// What the start finds out for every item, beside the arrays.
typedef struct findings {
    double weight, shorter; // of each other item, now and with one interaction less
    int32_t is_factored; // whether the Hessian is positive definite
} findings;

typedef struct influence {
    const pr_ncf *model;
    const pr_fit_options *options;
    int32_t count, width; // of the history; of z
    float *prepared; // (gmf_stride + hidden)
    float *raw; // (count) the history's scores
    float *by_user; // (PR_TILE, e padded, PR_ROWS)
    float *by_vector; // (width) the gradient of one raw score
    float *by_z; // (TILE, width) of a tile's
    findings *found;
    double *weighed; // (TILE, stride) a tile's gradients, each times the root of its curvature
    double *hessian; // (width, stride), then its factor
    double *others; // (width) the gradient of all that was not chosen, each of weight 1
    double *history; // (count, width) the gradients of the history's scores
    double *targets; // (count)
    double *leverage; // (count) gradient_i . H^-1 gradient_i
    double *pull; // (width) H^-1 times the others' gradient
    double *toward; // (width) H^-1 times the gradient of an item's score
} influence;

static influence plan(const pr_ncf *model, pr_arena *arena, int32_t count) {
    influence at = { .model = model, .count = count, .width = model->user_width };
    uint64_t stride = (uint64_t)pr_solve_stride(at.width), width = (uint64_t)at.width;
    at.prepared = pr_arena_floats(arena, 1, pr_ncf_prepared_size(model));
    at.raw = pr_arena_floats(arena, 1, count);
    at.by_user = pr_arena_floats(arena, TILE, pr_round_up(model->config.mlp_user, PR_PANEL));
    at.by_vector = pr_arena_floats(arena, 1, at.width);
    at.by_z = pr_arena_floats(arena, TILE, at.width);
    at.found = pr_arena_take(arena, sizeof(findings));
    at.weighed = pr_arena_take(arena, 8 * TILE * stride);
    at.hessian = pr_arena_take(arena, 8 * width * stride);
    at.others = pr_arena_take(arena, 8 * width);
    at.history = pr_arena_take(arena, 8 * width * (uint64_t)count);
    at.targets = pr_arena_take(arena, 8 * (uint64_t)count);
    at.leverage = pr_arena_take(arena, 8 * (uint64_t)count);
    at.pull = pr_arena_take(arena, 8 * width);
    at.toward = pr_arena_take(arena, 8 * width);
    return at;
}

uint64_t pr_influence_size(const pr_ncf *model, int32_t count) {
    pr_arena arena = { 0 };
    plan(model, &arena, count);
    return arena.at;
}

// The raw scores of a tile's rows, and by_z (TILE, width): their gradients by z.
static void tile_gradients(influence *at, const uint32_t *rows, float *raw) {
    static const float ones[TILE] = { [0 ... TILE - 1] = 1 };
    const pr_ncf *model = at->model;
    int32_t g = model->config.gmf, e = model->config.mlp_user, padded = pr_round_up(e, PR_PANEL);
    pr_ncf_tile_forward(model, at->prepared, rows, PR_TILE, raw);
    if (e)
        pr_dense_forward(&model->backward[0], pr_ncf_tile_backward(model, ones), model->hidden,
                         PR_TILE, at->by_user);
    for (int32_t r = 0; r < TILE; r++) {
        const float *row = model->items.gmf_item + (uint64_t)rows[r] * (uint32_t)model->gmf_stride;
        const float *user = at->by_user + r / PR_ROWS * padded * PR_ROWS + r % PR_ROWS;
        for (int32_t k = 0; k < g; k++) at->by_vector[k] = model->gmf_output[k] * row[k];
        for (int32_t k = 0; k < e; k++) at->by_vector[g + k] = user[k * PR_ROWS];
        for (int32_t block = 0, k = 0; block < 2; block++) {
            pr_prior prior = pr_fit_prior(model, block);
            pr_prior_gradient(&prior, at->by_vector + k, at->by_z + r * at->width + k);
            k += prior.width;
        }
    }
}

// A scalar through the loss's vector functions: the slope and the curvature at a raw score.
static void derivatives(const influence *at, float raw, double *slope, double *curvature) {
    pr_f4 first = pr_loss_slope(at->model->config.output, pr_f4_set1(raw));
    *slope = pr_f4_first(first);
    *curvature = pr_f4_first(pr_loss_curvature(at->model->config.output, first));
}

// Adds a tile to the Hessian, `filled` rows each of this weight, and to the others' gradient with
// weight `other`. raw (TILE) gets the scores.
static void add_tile(influence *at, const uint32_t *rows, int32_t filled, double weight,
                     double other, float *raw) {
    int32_t stride = pr_solve_stride(at->width);
    tile_gradients(at, rows, raw);
    for (int32_t r = 0; r < TILE; r++) {
        double slope, curvature, *to = at->weighed + r * stride;
        const float *gradient = at->by_z + r * at->width;
        derivatives(at, raw[r], &slope, &curvature);
        double root = r < filled ? __builtin_sqrt(weight * curvature) : 0;
        for (int32_t k = 0; k < at->width; k++) to[k] = root * gradient[k];
        for (int32_t k = at->width; k < stride; k++) to[k] = 0;
        for (int32_t k = 0; k < at->width && r < filled; k++)
            at->others[k] += other * slope * gradient[k];
    }
    pr_solve_gram(at->weighed, filled, at->width, at->hessian);
}

// The whole catalogue with the others' weight, or so many items of it with more.
static void add_catalogue(influence *at) {
    int32_t items = at->model->config.items, step = (items + SAMPLE_MAX - 1) / SAMPLE_MAX;
    int32_t sampled = (items + step - 1) / step;
    double each = (double)items / sampled;
    float raw[TILE];
    for (int32_t start = 0; start < sampled; start += TILE) {
        uint32_t rows[TILE];
        int32_t filled = sampled - start < TILE ? sampled - start : TILE;
        for (int32_t r = 0; r < TILE; r++)
            rows[r] = (uint32_t)((start + (r < filled ? r : 0)) * step);
        add_tile(at, rows, filled, at->found->weight * each, each, raw);
    }
}

// The history with weight 1, less what the catalogue has counted of it; its gradients are kept.
static void add_history(influence *at, const uint32_t *rows) {
    for (int32_t start = 0; start < at->count; start += TILE) {
        uint32_t tile[TILE];
        float raw[TILE];
        int32_t filled = at->count - start < TILE ? at->count - start : TILE;
        for (int32_t r = 0; r < TILE; r++) tile[r] = rows[start + (r < filled ? r : 0)];
        add_tile(at, tile, filled, 1 - at->found->weight, -1, raw);
        for (int32_t i = 0; i < filled; i++) at->raw[start + i] = raw[i];
        for (int32_t i = 0; i < filled * at->width; i++)
            at->history[(int64_t)start * at->width + i] = at->by_z[i];
    }
}

// The weight of each of the others where `count` were chosen; ratings say nothing of what was not
// rated.
static double weight_of(const influence *at, int32_t count) {
    int32_t others = at->model->config.items - count;
    int32_t is_implicit = at->model->config.output == PR_SIGMOID && others > 0;
    return is_implicit ? (double)at->options->negatives * count / others : 0;
}

void pr_influence_start(const pr_ncf *model, void *workspace, const uint32_t *rows,
                        const float *targets, int32_t count, const pr_fit_options *options,
                        const float *vector) {
    pr_arena arena = { (uintptr_t)workspace };
    influence at = plan(model, &arena, count);
    at.options = options;
    at.found->weight = weight_of(&at, count);
    at.found->shorter = weight_of(&at, count - 1);
    pr_ncf_prepare(model, vector, at.prepared);
    pr_solve_begin(at.hessian, at.width, options->prior);
    for (int32_t k = 0; k < at.width; k++) at.others[k] = 0;
    if (at.found->weight > 0) add_catalogue(&at);
    add_history(&at, rows);
    at.found->is_factored = !pr_solve_factor(at.hessian, at.width);
    for (int32_t k = 0; k < at.width; k++) at.pull[k] = at.others[k];
    if (at.found->is_factored) pr_solve(at.hessian, at.width, at.pull);
    for (int32_t i = 0; i < count; i++) {
        for (int32_t k = 0; k < at.width; k++) at.toward[k] = at.history[(int64_t)i * at.width + k];
        if (at.found->is_factored) pr_solve_half(at.hessian, at.width, at.toward);
        at.leverage[i] = pr_solve_dot(at.toward, at.toward, at.width);
        at.targets[i] = targets[i];
    }
}

// What a score falls by without interaction i.
static double effect_of(const influence *at, int32_t i) {
    const double *gradient = at->history + (int64_t)i * at->width;
    double slope, curvature, along = pr_solve_dot(at->toward, gradient, at->width);
    double weight = at->found->weight, shorter = at->found->shorter;
    derivatives(at, at->raw[i], &slope, &curvature);
    // The gradient changes by -(own gradient_i - lighter others), and kept is what the Hessian
    // loses of i.
    double own = slope - at->targets[i] - shorter * slope, lighter = weight - shorter,
           kept = (1 - shorter) * curvature;
    double across = own * at->leverage[i] + lighter * pr_solve_dot(at->pull, gradient, at->width);
    double without_i = kept * along * across / (1 - kept * at->leverage[i]);
    return -(own * along + lighter * pr_solve_dot(at->toward, at->others, at->width) + without_i);
}

void pr_influence_item(const pr_ncf *model, void *workspace, int32_t count, uint32_t item,
                       float *effects) {
    pr_arena arena = { (uintptr_t)workspace };
    influence at = plan(model, &arena, count);
    uint32_t tile[TILE];
    float raw[TILE];
    for (int32_t r = 0; r < TILE; r++) tile[r] = item;
    tile_gradients(&at, tile, raw);
    for (int32_t k = 0; k < at.width; k++) at.toward[k] = at.by_z[k];
    if (at.found->is_factored) pr_solve(at.hessian, at.width, at.toward);
    for (int32_t i = 0; i < count; i++)
        effects[i] = at.found->is_factored ? (float)effect_of(&at, i) : 0;
}

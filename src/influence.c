#include "influence.h"

#include "loss.h"
#include "solve.h"

enum { TILE = PR_TILE * PR_ROWS, SAMPLE_MAX = 4096 };

// Results of pr_influence_start that are no arrays.
typedef struct summary {
    double weight; // of each other item
    double shorter_weight; // of each other item, with one interaction less
    int32_t is_factored; // whether the Hessian is positive definite
} summary;

typedef struct influence_scratch {
    float *prepared; // (gmf_stride + hidden)
    float *raw; // (count) the history's scores
    float *by_user; // (PR_TILE, e padded, PR_ROWS)
    float *by_vector; // (width) the gradient of one raw score
    float *by_z; // (TILE, width) of a tile's raw scores
    summary *summary;
    double *weighted; // (TILE, stride) a tile's gradients, each times the root of its curvature
    double *hessian; // (width, stride), then its factor
    double *others; // (width) the gradient of all other items, each of weight 1
    double *history; // (count, width) the gradients of the history's scores
    double *targets; // (count)
    double *leverage; // (count) gradient_i . H^-1 gradient_i
    double *by_others; // (width) H^-1 others
    double *by_item; // (width) H^-1 gradient of an item's score
} influence_scratch;

typedef struct influence {
    const pr_ncf *model;
    const pr_fit_options *options;
    int32_t count; // of the history
    int32_t width; // of z
    influence_scratch scratch;
} influence;

static double *take_doubles(pr_arena *arena, uint64_t rows, uint64_t width) {
    return pr_arena_take(arena, sizeof(double) * rows * width);
}

static influence plan(const pr_ncf *model, pr_arena *arena, int32_t count) {
    int32_t width = model->user_width, e = model->config.mlp_user;
    uint64_t n = (uint64_t)count, w = (uint64_t)width, stride = (uint64_t)pr_solve_stride(width);
    return (influence){
        .model = model,
        .count = count,
        .width = width,
        .scratch = {
            .prepared = pr_arena_floats(arena, 1, pr_ncf_prepared_size(model)),
            .raw = pr_arena_floats(arena, 1, count),
            .by_user = pr_arena_floats(arena, TILE, pr_round_up(e, PR_PANEL)),
            .by_vector = pr_arena_floats(arena, 1, width),
            .by_z = pr_arena_floats(arena, TILE, width),
            .summary = pr_arena_take(arena, sizeof(summary)),
            .weighted = take_doubles(arena, TILE, stride),
            .hessian = take_doubles(arena, w, stride),
            .others = take_doubles(arena, 1, w),
            .history = take_doubles(arena, n, w),
            .targets = take_doubles(arena, 1, n),
            .leverage = take_doubles(arena, 1, n),
            .by_others = take_doubles(arena, 1, w),
            .by_item = take_doubles(arena, 1, w),
        },
    };
}

uint64_t pr_influence_size(const pr_ncf *model, int32_t count) {
    pr_arena arena = { 0 };
    plan(model, &arena, count);
    return arena.at;
}

// raw (TILE) = the scores of rows (TILE), by_z (TILE, width) = their gradients by z
static void tile_gradients(influence *work, const uint32_t *rows, float *raw) {
    static const float ones[TILE] = { [0 ... TILE - 1] = 1 };
    const pr_ncf *model = work->model;
    int32_t g = model->config.gmf, e = model->config.mlp_user, padded = pr_round_up(e, PR_PANEL);
    pr_ncf_tile_forward(model, work->scratch.prepared, rows, PR_TILE, raw);
    if (e)
        pr_dense_forward(&model->weights.backward[0], pr_ncf_tile_backward(model, ones),
                         model->hidden, PR_TILE, work->scratch.by_user);
    for (int32_t r = 0; r < TILE; r++) {
        const float *row = model->items.gmf_item + (uint64_t)rows[r] * (uint32_t)model->gmf_stride;
        const float *user = work->scratch.by_user + r / PR_ROWS * padded * PR_ROWS + r % PR_ROWS;
        for (int32_t k = 0; k < g; k++)
            work->scratch.by_vector[k] = model->weights.gmf_output[k] * row[k];
        for (int32_t k = 0; k < e; k++) work->scratch.by_vector[g + k] = user[k * PR_ROWS];
        for (int32_t block = 0, k = 0; block < 2; block++) {
            pr_prior prior = pr_fit_prior(model, block);
            pr_prior_gradient(&prior, work->scratch.by_vector + k,
                              work->scratch.by_z + r * work->width + k);
            k += prior.width;
        }
    }
}

// Slope and curvature of the loss at one raw score.
static void derivatives(const influence *work, float raw, double *slope, double *curvature) {
    pr_f4 first = pr_loss_slope(work->model->config.output, pr_f4_set1(raw));
    *slope = pr_f4_first(first);
    *curvature = pr_f4_first(pr_loss_curvature(work->model->config.output, first));
}

// Adds the first `filled` rows of a tile to the Hessian, each with this weight, and to the others'
// gradient with weight `other`. raw (TILE) = the scores.
static void add_tile(influence *work, const uint32_t *rows, int32_t filled, double weight,
                     double other, float *raw) {
    int32_t stride = pr_solve_stride(work->width);
    tile_gradients(work, rows, raw);
    for (int32_t r = 0; r < TILE; r++) {
        double slope, curvature, *to = work->scratch.weighted + r * stride;
        const float *gradient = work->scratch.by_z + r * work->width;
        derivatives(work, raw[r], &slope, &curvature);
        double root = r < filled ? __builtin_sqrt(weight * curvature) : 0;
        for (int32_t k = 0; k < work->width; k++) to[k] = root * gradient[k];
        for (int32_t k = work->width; k < stride; k++) to[k] = 0;
        for (int32_t k = 0; k < work->width && r < filled; k++)
            work->scratch.others[k] += other * slope * gradient[k];
    }
    pr_solve_gram(work->scratch.weighted, 0, filled, work->width, work->scratch.hessian);
}

// Adds the catalogue with the weight of the others, or a sample of it with more.
static void add_catalogue(influence *work) {
    int32_t items = work->model->config.items, step = (items + SAMPLE_MAX - 1) / SAMPLE_MAX;
    int32_t sampled = (items + step - 1) / step;
    double each = (double)items / sampled;
    float raw[TILE];
    for (int32_t start = 0; start < sampled; start += TILE) {
        uint32_t rows[TILE];
        int32_t filled = sampled - start < TILE ? sampled - start : TILE;
        for (int32_t r = 0; r < TILE; r++)
            rows[r] = (uint32_t)((start + (r < filled ? r : 0)) * step);
        add_tile(work, rows, filled, work->scratch.summary->weight * each, each, raw);
    }
}

// Adds the history with weight 1, less what the catalogue has counted already, and keeps its scores
// and gradients.
static void add_history(influence *work, const uint32_t *rows) {
    for (int32_t start = 0; start < work->count; start += TILE) {
        uint32_t tile[TILE];
        float raw[TILE];
        int32_t filled = work->count - start < TILE ? work->count - start : TILE;
        for (int32_t r = 0; r < TILE; r++) tile[r] = rows[start + (r < filled ? r : 0)];
        add_tile(work, tile, filled, 1 - work->scratch.summary->weight, -1, raw);
        for (int32_t i = 0; i < filled; i++) work->scratch.raw[start + i] = raw[i];
        for (int32_t i = 0; i < filled * work->width; i++)
            work->scratch.history[(int64_t)start * work->width + i] = work->scratch.by_z[i];
    }
}

// The weight of each other item with a history of `count`. An item without a rating has none.
static double weight_of(const influence *work, int32_t count) {
    int32_t others = work->model->config.items - count;
    int32_t is_implicit = work->model->config.output == PR_SIGMOID && others > 0;
    return is_implicit ? (double)work->options->negatives * count / others : 0;
}

// by_others and leverage, by the Hessian's factor.
static void solve_shared(influence *work) {
    influence_scratch *scratch = &work->scratch;
    __builtin_memcpy(scratch->by_others, scratch->others, (uint32_t)work->width * sizeof(double));
    pr_solve(scratch->hessian, work->width, scratch->by_others);
    for (int32_t i = 0; i < work->count; i++) {
        double *half = scratch->by_item;
        for (int32_t k = 0; k < work->width; k++)
            half[k] = scratch->history[(int64_t)i * work->width + k];
        pr_solve_half(scratch->hessian, work->width, half);
        scratch->leverage[i] = pr_solve_dot(half, half, work->width);
    }
}

void pr_influence_start(const pr_ncf *model, void *workspace, const uint32_t *rows,
                        const float *targets, int32_t count, const pr_fit_options *options,
                        const float *vector) {
    pr_arena arena = { (uintptr_t)workspace };
    influence work = plan(model, &arena, count);
    influence_scratch *scratch = &work.scratch;
    summary *summary = scratch->summary;
    work.options = options;
    summary->weight = weight_of(&work, count);
    summary->shorter_weight = weight_of(&work, count - 1);
    pr_ncf_prepare(model, vector, scratch->prepared);
    pr_solve_begin(scratch->hessian, work.width, options->prior);
    __builtin_memset(scratch->others, 0, (uint32_t)work.width * sizeof(double));
    if (summary->weight > 0) add_catalogue(&work);
    add_history(&work, rows);
    for (int32_t i = 0; i < count; i++) scratch->targets[i] = targets[i];
    summary->is_factored = pr_solve_factor(scratch->hessian, work.width) == PR_OK;
    if (summary->is_factored) solve_shared(&work);
}

// By how much the score of an item, of gradient by_item, falls without interaction i.
static double effect_of(const influence *work, int32_t i) {
    const double *gradient = work->scratch.history + (int64_t)i * work->width;
    double slope, curvature, along = pr_solve_dot(work->scratch.by_item, gradient, work->width);
    double weight = work->scratch.summary->weight, shorter = work->scratch.summary->shorter_weight;
    derivatives(work, work->scratch.raw[i], &slope, &curvature);
    // The gradient changes by -(own gradient_i - lighter others). The Hessian loses kept times the
    // outer product of gradient_i.
    double own = slope - work->scratch.targets[i] - shorter * slope, lighter = weight - shorter,
           kept = (1 - shorter) * curvature;
    double across = own * work->scratch.leverage[i] +
                    lighter * pr_solve_dot(work->scratch.by_others, gradient, work->width);
    double without_i = kept * along * across / (1 - kept * work->scratch.leverage[i]);
    return -(own * along +
             lighter * pr_solve_dot(work->scratch.by_item, work->scratch.others, work->width) +
             without_i);
}

void pr_influence_item(const pr_ncf *model, void *workspace, int32_t count, uint32_t item,
                       float *effects) {
    pr_arena arena = { (uintptr_t)workspace };
    influence work = plan(model, &arena, count);
    uint32_t tile[TILE];
    float raw[TILE];
    for (int32_t r = 0; r < TILE; r++) tile[r] = item;
    tile_gradients(&work, tile, raw);
    for (int32_t k = 0; k < work.width; k++) work.scratch.by_item[k] = work.scratch.by_z[k];
    if (work.scratch.summary->is_factored)
        pr_solve(work.scratch.hessian, work.width, work.scratch.by_item);
    for (int32_t i = 0; i < count; i++)
        effects[i] = work.scratch.summary->is_factored ? (float)effect_of(&work, i) : 0;
}

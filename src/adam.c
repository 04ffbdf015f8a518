#include "adam.h"

#include "adam_step.h"
#include "fit_batch.h"
#include "loss.h"

enum {
    TILE = PR_TILE * PR_ROWS,
    SLICES = 8, // calls that a fit takes: the caller may do something else between them
};

typedef struct adam_scratch {
    pr_adam z; // (g + e) the parameters, whitened
    float *by_z; // (g + e) gradient by z
    float *vector; // (g + e)
    float *by_vector; // (g + e, then PR_PANEL of padding) gradient by the vector
    float *prepared; // (gmf_stride + hidden)
    float *by_gmf; // (gmf_stride) sum over items of residual . item row
    float *by_hidden; // (hidden) gradient by the user half of the first layer
    uint32_t *random; // the generator's state between two calls
} adam_scratch;

typedef struct adam {
    const pr_ncf *model;
    const pr_fit_options *options;
    const uint32_t *rows; // history (count)
    const float *targets; // (count)
    int32_t count;
    pr_negatives negatives;
    pr_fit_batch batch;
    adam_scratch scratch;
} adam;

static void plan(adam *fit, const pr_ncf *model, pr_arena *arena) {
    int32_t width = model->user_width;
    adam_scratch *scratch = &fit->scratch;
    pr_negatives_plan(&fit->negatives, arena, model->config.items);
    scratch->z.count = width;
    scratch->z.value = pr_arena_floats(arena, 1, width);
    scratch->z.first = pr_arena_floats(arena, 1, width);
    scratch->z.second = pr_arena_floats(arena, 1, width);
    scratch->by_z = pr_arena_floats(arena, 1, width);
    scratch->by_vector = pr_arena_floats(arena, 1, width + PR_PANEL);
    scratch->vector = pr_arena_floats(arena, 1, width);
    scratch->prepared = pr_arena_floats(arena, 1, pr_ncf_prepared_size(model));
    scratch->by_gmf = pr_arena_floats(arena, 1, model->gmf_stride);
    scratch->by_hidden = pr_arena_floats(arena, 1, model->hidden);
    scratch->random = pr_arena_take(arena, sizeof(uint32_t));
}

uint64_t pr_adam_size(const pr_ncf *model) {
    adam fit;
    pr_arena arena = { 0 };
    plan(&fit, model, &arena);
    return arena.at;
}

static void set_zero(float *values, int32_t count) {
    for (int32_t i = 0; i < count; i++) values[i] = 0;
}

// by_gmf (gmf_stride) += residual' (TILE) gmf_item (TILE rows, gmf_stride)
static void gmf_backward(adam *fit, const uint32_t *rows, const float *residual) {
    int32_t stride = fit->model->gmf_stride;
    for (int32_t r = 0; r < TILE; r++) {
        const float *row = fit->model->items.gmf_item + (uint64_t)rows[r] * (uint32_t)stride;
        pr_f4 weight = pr_f4_load1(residual + r);
        for (int32_t k = 0; k < stride; k += 4)
            pr_f4_store(fit->scratch.by_gmf + k, pr_f4_fma(weight, pr_f4_load(row + k),
                                                           pr_f4_load(fit->scratch.by_gmf + k)));
    }
}

// by_hidden (hidden) += the gradient by the first layer, summed over the rows of the tile
static void tower_backward(adam *fit, const float *residual) {
    int32_t width = fit->model->hidden;
    const float *gradient = pr_ncf_tile_backward(fit->model, residual);
    for (int32_t block = 0; block < PR_TILE; block++)
        for (int32_t k = 0; k < width; k++, gradient += PR_ROWS)
            fit->scratch.by_hidden[k] +=
                pr_f4_sum(pr_f4_add(pr_f4_load(gradient), pr_f4_load(gradient + 4)));
}

// Forward and backward pass of a tile. weight (TILE) is 0 for rows that only fill the tile up.
static void tile_step(adam *fit, const uint32_t *rows, const float *weight, const float *target) {
    float residual[TILE];
    int32_t output = fit->model->config.output;
    pr_ncf_tile_forward(fit->model, fit->scratch.prepared, rows, PR_TILE, residual);
    for (int32_t r = 0; r < TILE; r += 4) {
        pr_f4 slope = pr_loss_slope(output, pr_f4_load(residual + r));
        pr_f4_store(residual + r,
                    pr_f4_mul(pr_f4_load(weight + r), pr_f4_sub(slope, pr_f4_load(target + r))));
    }
    gmf_backward(fit, rows, residual);
    if (fit->model->config.layers) tower_backward(fit, residual);
}

// Adds the history or its part of this step, then fresh negatives, a tile at a time.
static void batch_step(adam *fit, int32_t step) {
    int32_t every = fit->batch.every, first = step % every;
    int32_t count = (fit->count - first + every - 1) / every, total = count + fit->negatives.draws;
    uint32_t rows[TILE];
    float weight[TILE], target[TILE];
    for (int32_t start = 0; start < total; start += TILE) {
        for (int32_t r = 0; r < TILE; r++) {
            int32_t i = start + r;
            int32_t at = first + i * every;
            rows[r] = i < count   ? fit->rows[at]
                      : i < total ? pr_negatives_draw(&fit->negatives)
                                  : fit->rows[0];
            target[r] = i < count ? fit->targets[at] : 0;
            weight[r] = i < count ? (float)every : i < total ? fit->negatives.weight : 0;
        }
        tile_step(fit, rows, weight, target);
    }
}

static void vector_of(const adam *fit, float *vector) {
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(fit->model, block);
        pr_prior_vector(&prior, fit->scratch.z.value + at, vector + at);
        at += prior.width;
    }
}

// by_z (g + e) = gradient of the loss at z
static void gradient_step(adam *fit, int32_t step) {
    const pr_ncf *model = fit->model;
    int32_t g = model->config.gmf;
    vector_of(fit, fit->scratch.vector);
    pr_ncf_prepare(model, fit->scratch.vector, fit->scratch.prepared);
    set_zero(fit->scratch.by_gmf, model->gmf_stride);
    set_zero(fit->scratch.by_hidden, model->hidden);
    batch_step(fit, step);
    for (int32_t k = 0; k < g; k++)
        fit->scratch.by_vector[k] = model->weights.gmf_output[k] * fit->scratch.by_gmf[k];
    if (model->config.layers)
        pr_dense_forward_one(&model->weights.backward[0], fit->scratch.by_hidden,
                             fit->scratch.by_vector + g);
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(model, block);
        pr_prior_gradient(&prior, fit->scratch.by_vector + at, fit->scratch.by_z + at);
        at += prior.width;
    }
    for (int32_t k = 0; k < model->user_width; k++)
        fit->scratch.by_z[k] += fit->options->prior * fit->scratch.z.value[k];
}

// Multiply-adds of the forward and backward pass of a row.
static float row_work(const pr_ncf *model) {
    const pr_ncf_config *config = &model->config;
    float work = (float)(64 + 4 * model->gmf_stride);
    for (int32_t k = 0, inputs = 0; k < config->layers; inputs = config->width[k++])
        work += (float)(2 * inputs + 16) * (float)config->width[k];
    return work;
}

// Multiply-adds of a step beside its rows, at most: the prior's factors, outside vectors, and the
// user's half of the first layer.
static float step_work(const pr_ncf *model) {
    return (float)model->user_width * (float)(4 * model->user_width + 2 * model->hidden);
}

static void begin(adam *fit, const float *vector) {
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(fit->model, block);
        pr_prior_whiten(&prior, vector + at, fit->scratch.z.value + at);
        at += prior.width;
    }
}

int32_t pr_adam_fit(const pr_ncf *model, void *workspace, const uint32_t *rows,
                    const float *targets, int32_t count, const pr_fit_options *options,
                    int32_t done, float *vector) {
    adam fit = {
        .model = model, .options = options, .rows = rows, .targets = targets, .count = count
    };
    pr_arena arena = { (uintptr_t)workspace };
    plan(&fit, model, &arena);
    // An item without a rating is no negative.
    float wanted = model->config.output == PR_SIGMOID ? options->negatives : 0;
    pr_negatives_begin(&fit.negatives, rows, count, wanted, options->seed);
    pr_fit_batch_plan(&fit.batch, count, &fit.negatives, options->steps, TILE, row_work(model),
                      step_work(model));
    if (fit.batch.steps == 0) return -1;
    if (done)
        fit.negatives.random = *fit.scratch.random;
    else
        begin(&fit, vector);
    pr_adam_begin(&fit.scratch.z, done);
    int32_t end = done + fit.batch.steps / SLICES + 1;
    if (end > fit.batch.steps) end = fit.batch.steps;
    for (int32_t step = done; step < end; step++) {
        gradient_step(&fit, step);
        pr_adam_step(&fit.scratch.z, fit.scratch.by_z, step, fit.batch.steps,
                     options->learning_rate);
    }
    *fit.scratch.random = fit.negatives.random;
    vector_of(&fit, vector);
    return end < fit.batch.steps ? end : 0;
}

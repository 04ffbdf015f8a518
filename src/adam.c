#include "adam.h"

#include "adam_step.h"
#include "loss.h"
#include "negatives.h"

enum { TILE = PR_TILE * PR_ROWS };

typedef struct adam {
    const pr_ncf *model;
    const pr_fit_options *options;
    const uint32_t *rows; // history (count)
    const float *targets; // (count)
    int32_t count;
    pr_negatives negatives;
    pr_adam z; // (g + e) the parameters
    float *by_z; // (g + e)
    float *by_vector; // (g + e, room for padding)
    float *vector; // (g + e)
    float *prepared; // (gmf_stride + hidden)
    float *by_gmf; // (gmf_stride) sum over items of residual . item row
    float *by_hidden; // (hidden) gradient of the user half of the first layer
} adam;

static void plan(adam *fit, const pr_ncf *model, pr_arena *arena) {
    int32_t width = model->user_width;
    pr_negatives_plan(&fit->negatives, arena, model->config.items);
    fit->z.count = width;
    fit->z.value = pr_arena_floats(arena, 1, width);
    fit->z.first = pr_arena_floats(arena, 1, width);
    fit->z.second = pr_arena_floats(arena, 1, width);
    fit->by_z = pr_arena_floats(arena, 1, width);
    fit->by_vector = pr_arena_floats(arena, 1, width + PR_PANEL);
    fit->vector = pr_arena_floats(arena, 1, width);
    fit->prepared = pr_arena_floats(arena, 1, pr_ncf_prepared_size(model));
    fit->by_gmf = pr_arena_floats(arena, 1, model->gmf_stride);
    fit->by_hidden = pr_arena_floats(arena, 1, model->hidden);
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

// Gradient of the GMF half: by_gmf += residual_r . item row of r.
static void gmf_backward(adam *fit, const uint32_t *rows, const float *residual) {
    int32_t stride = fit->model->gmf_stride;
    for (int32_t r = 0; r < TILE; r++) {
        const float *row = fit->model->items.gmf_item + (uint64_t)rows[r] * (uint32_t)stride;
        pr_f4 weight = pr_f4_load1(residual + r);
        for (int32_t k = 0; k < stride; k += 4)
            pr_f4_store(fit->by_gmf + k,
                        pr_f4_fma(weight, pr_f4_load(row + k), pr_f4_load(fit->by_gmf + k)));
    }
}

// Gradient of the user half of the first layer: by_hidden += that of every row.
static void tower_backward(adam *fit, const float *residual) {
    int32_t width = fit->model->hidden;
    const float *gradient = pr_ncf_tile_backward(fit->model, residual);
    for (int32_t i = 0; i < PR_TILE * width; i++) {
        const float *eight = gradient + i * PR_ROWS;
        fit->by_hidden[i % width] += pr_f4_sum(pr_f4_add(pr_f4_load(eight), pr_f4_load(eight + 4)));
    }
}

// One tile of items through the model and back. weight (TILE) is 0 for rows that only fill the tile
// up.
static void tile_step(adam *fit, const uint32_t *rows, const float *weight, const float *target) {
    float residual[TILE];
    int32_t output = fit->model->config.output;
    pr_ncf_tile_forward(fit->model, fit->prepared, rows, PR_TILE, residual);
    for (int32_t r = 0; r < TILE; r += 4) {
        pr_f4 slope = pr_loss_slope(output, pr_f4_load(residual + r));
        pr_f4_store(residual + r,
                    pr_f4_mul(pr_f4_load(weight + r), pr_f4_sub(slope, pr_f4_load(target + r))));
    }
    gmf_backward(fit, rows, residual);
    tower_backward(fit, residual);
}

// The history, then fresh negatives, a tile at a time.
static void batch_step(adam *fit) {
    int32_t total = fit->count + fit->negatives.draws;
    uint32_t rows[TILE];
    float weight[TILE], target[TILE];
    for (int32_t start = 0; start < total; start += TILE) {
        for (int32_t r = 0; r < TILE; r++) {
            int32_t i = start + r;
            rows[r] = i < fit->count ? fit->rows[i]
                      : i < total    ? pr_negatives_draw(&fit->negatives)
                                     : fit->rows[0];
            target[r] = i < fit->count ? fit->targets[i] : 0;
            weight[r] = i < fit->count ? 1 : i < total ? fit->negatives.weight : 0;
        }
        tile_step(fit, rows, weight, target);
    }
}

static void vector_of(const adam *fit, float *vector) {
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(fit->model, block);
        pr_prior_vector(&prior, fit->z.value + at, vector + at);
        at += prior.width;
    }
}

// by_z at the present z.
static void gradient_step(adam *fit) {
    const pr_ncf *model = fit->model;
    int32_t g = model->config.gmf;
    vector_of(fit, fit->vector);
    pr_ncf_prepare(model, fit->vector, fit->prepared);
    set_zero(fit->by_gmf, model->gmf_stride);
    set_zero(fit->by_hidden, model->hidden);
    batch_step(fit);
    for (int32_t k = 0; k < g; k++) fit->by_vector[k] = model->gmf_output[k] * fit->by_gmf[k];
    pr_dense_forward_one(&model->backward[0], fit->by_hidden, fit->by_vector + g);
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(model, block);
        pr_prior_gradient(&prior, fit->by_vector + at, fit->by_z + at);
        at += prior.width;
    }
    for (int32_t k = 0; k < model->user_width; k++)
        fit->by_z[k] += fit->options->prior * fit->z.value[k];
}

int32_t pr_adam_fit(const pr_ncf *model, void *workspace, const uint32_t *rows,
                    const float *targets, int32_t count, const pr_fit_options *options,
                    float *vector) {
    adam fit = {
        .model = model, .options = options, .rows = rows, .targets = targets, .count = count
    };
    pr_arena arena = { (uintptr_t)workspace };
    plan(&fit, model, &arena);
    // Ratings say nothing of what was not rated.
    float wanted = model->config.output == PR_SIGMOID ? options->negatives : 0;
    pr_negatives_begin(&fit.negatives, rows, count, wanted, options->seed);
    for (int32_t block = 0, at = 0; block < 2; block++) {
        pr_prior prior = pr_fit_prior(model, block);
        pr_prior_whiten(&prior, vector + at, fit.z.value + at);
        at += prior.width;
    }
    pr_adam_begin(&fit.z);
    for (int32_t step = 0; step < options->steps; step++) {
        gradient_step(&fit);
        pr_adam_step(&fit.z, fit.by_z, step, options->steps, options->learning_rate);
    }
    vector_of(&fit, vector);
    return options->steps;
}

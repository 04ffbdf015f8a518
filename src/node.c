#include "node.h"

#include "activation.h"
#include "adam_step.h"
#include "fit_batch.h"
#include "loss.h"

typedef struct node_scratch {
    float *first, *second; // (stride) moments of Adam
    float *gradient; // (stride) by the node
    float *hidden; // (stride) the hidden layer
    float *sums; // (2, stride) without an interaction
    float *item; // (stride) a row of the item table
    float *by_hidden; // (stride) gradient by the hidden layer
} node_scratch;

typedef struct node_fit {
    const pr_autoencoder *model;
    const float *sums;
    int32_t output, width, stride; // of the hidden layer
    pr_negatives negatives;
    pr_fit_batch batch;
    pr_adam node; // (stride) with its padding, which stays 0
    node_scratch scratch;
} node_fit;

static void plan(node_fit *fit, const pr_autoencoder *model, pr_arena *arena) {
    int32_t stride = model->weights.layer[0].stride;
    fit->model = model;
    fit->width = model->weights.layer[0].width;
    fit->stride = stride;
    pr_negatives_plan(&fit->negatives, arena, model->config.items);
    fit->scratch = (node_scratch){
        .first = pr_arena_floats(arena, 1, stride),
        .second = pr_arena_floats(arena, 1, stride),
        .gradient = pr_arena_floats(arena, 1, stride),
        .hidden = pr_arena_floats(arena, 1, stride),
        .sums = pr_arena_floats(arena, 1, pr_autoencoder_sums_size(model)),
        .item = pr_arena_floats(arena, 1, stride),
        .by_hidden = pr_arena_floats(arena, 1, stride),
    };
}

uint64_t pr_node_size(const pr_autoencoder *model) {
    node_fit fit = { 0 };
    pr_arena arena = { 0 };
    plan(&fit, model, &arena);
    return arena.at;
}

// The sums without one interaction.
static const float *leave_out(node_fit *fit, uint32_t row, float weight) {
    float withdrawn = -weight;
    __builtin_memcpy(fit->scratch.sums, fit->sums,
                     (uint32_t)pr_autoencoder_sums_size(fit->model) * sizeof(float));
    pr_autoencoder_add(fit->model, &row, &withdrawn, 1, fit->scratch.sums);
    return fit->scratch.sums;
}

static void forward(node_fit *fit, const float *sums) {
    pr_autoencoder_first_layer(fit->model, sums, 0, fit->node.value, fit->scratch.hidden);
}

// by_hidden += weight (slope of the loss of an item - target) (row of the item)
static void add_item(node_fit *fit, uint32_t row, float target, float weight) {
    const pr_autoencoder *model = fit->model;
    int32_t last = model->config.layers - 1;
    const pr_table *table = &model->weights.layer[last];
    float raw = model->config.has_item_bias ? model->weights.bias[last][row] : 0;
    pr_table_row(table, row, fit->scratch.item);
    pr_table_scale_columns(table, fit->scratch.item, fit->scratch.item);
    for (int32_t k = 0; k < fit->width; k++) raw += fit->scratch.item[k] * fit->scratch.hidden[k];
    float residual = weight * (pr_f4_first(pr_loss_slope(fit->output, pr_f4_set1(raw))) - target);
    for (int32_t k = 0; k < fit->width; k++)
        fit->scratch.by_hidden[k] += residual * fit->scratch.item[k];
}

// gradient += by_hidden . slope of the activation; by_hidden = 0
static void backward(node_fit *fit) {
    pr_activation_backward(fit->model->config.activation[0], fit->scratch.hidden,
                           fit->scratch.by_hidden, fit->stride);
    for (int32_t k = 0; k < fit->width; k++) fit->scratch.gradient[k] += fit->scratch.by_hidden[k];
    for (int32_t k = 0; k < fit->stride; k++) fit->scratch.by_hidden[k] = 0;
}

static void gradient_at(node_fit *fit, const uint32_t *rows, const float *weights, int32_t count,
                        float prior, int32_t step) {
    int32_t every = fit->batch.every;
    const float *mean = fit->model->weights.user_mean;
    for (int32_t k = 0; k < fit->stride; k++)
        fit->scratch.gradient[k] = prior * (fit->node.value[k] - mean[k]);
    for (int32_t i = step % every; i < count; i += every) {
        if (weights[i] == 0) continue;
        forward(fit, leave_out(fit, rows[i], weights[i]));
        add_item(fit, rows[i], 1, (float)every);
        backward(fit);
    }
    forward(fit, fit->sums);
    for (int32_t draw = 0; draw < fit->negatives.draws; draw++)
        add_item(fit, pr_negatives_draw(&fit->negatives), 0, fit->negatives.weight);
    backward(fit);
}

void pr_node_fit(const pr_autoencoder *model, void *workspace, const float *sums,
                 const uint32_t *rows, const float *weights, int32_t count, int32_t output,
                 const pr_fit_options *options, float *node) {
    node_fit fit = { .sums = sums, .output = output };
    pr_arena arena = { (uintptr_t)workspace };
    plan(&fit, model, &arena);
    fit.node.value = node;
    fit.node.first = fit.scratch.first;
    fit.node.second = fit.scratch.second;
    fit.node.count = fit.width;
    for (int32_t k = 0; k < fit.stride; k++) fit.scratch.by_hidden[k] = fit.scratch.gradient[k] = 0;
    pr_negatives_begin(&fit.negatives, rows, count, options->negatives, options->seed);
    // An interaction copies the sums and computes the layer without it, mostly outside vectors.
    float work = (float)(64 * fit.stride);
    pr_fit_batch_plan(&fit.batch, count, &fit.negatives, options->steps, 4, work, work);
    pr_adam_begin(&fit.node, 0);
    for (int32_t step = 0; step < fit.batch.steps; step++) {
        gradient_at(&fit, rows, weights, count, options->prior, step);
        pr_adam_step(&fit.node, fit.scratch.gradient, step, fit.batch.steps,
                     options->learning_rate);
    }
}

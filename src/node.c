#include "node.h"

#include "activation.h"
#include "adam_step.h"
#include "loss.h"
#include "negatives.h"

typedef struct node_fit {
    const pr_autoencoder *model;
    int32_t output, width, stride; // of the hidden layer
    const float *sums;
    pr_negatives negatives;
    pr_adam node; // (stride) with its padding, which stays 0
    float *gradient; // (stride)
    float *hidden; // (stride) a hidden layer
    float *without; // (2, stride) the sums without an interaction
    float *item; // (stride) a row of the item table
    float *by_hidden; // (stride) a gradient by the hidden layer
} node_fit;

static void plan(node_fit *fit, const pr_autoencoder *model, pr_arena *arena) {
    fit->model = model;
    fit->width = model->layer[0].width;
    fit->stride = model->layer[0].stride;
    pr_negatives_plan(&fit->negatives, arena, model->config.items);
    fit->without = pr_arena_floats(arena, 1, pr_autoencoder_sums_size(model));
    float **places[] = { &fit->node.first, &fit->node.second, &fit->gradient,
                         &fit->hidden,     &fit->item,        &fit->by_hidden };
    for (uint32_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        *places[i] = pr_arena_floats(arena, 1, fit->stride);
}

uint64_t pr_node_size(const pr_autoencoder *model) {
    node_fit fit = { 0 };
    pr_arena arena = { 0 };
    plan(&fit, model, &arena);
    return arena.at;
}

// The sums without an interaction.
static const float *leave_out(node_fit *fit, uint32_t row, float weight) {
    float withdrawn = -weight;
    __builtin_memcpy(fit->without, fit->sums,
                     (uint32_t)pr_autoencoder_sums_size(fit->model) * sizeof(float));
    pr_autoencoder_add(fit->model, &row, &withdrawn, 1, fit->without);
    return fit->without;
}

static void forward(node_fit *fit, const float *sums) {
    pr_autoencoder_first_layer(fit->model, sums, 0, fit->node.value, fit->hidden);
}

// by_hidden += weight * (slope of the loss of an item against its target) * its row
static void add_item(node_fit *fit, uint32_t row, float target, float weight) {
    const pr_table *table = &fit->model->layer[fit->model->config.layers - 1];
    float raw =
        fit->model->config.has_item_bias ? fit->model->bias[fit->model->config.layers - 1][row] : 0;
    pr_table_row(table, row, fit->item);
    pr_table_scale_columns(table, fit->item, fit->item);
    for (int32_t k = 0; k < fit->width; k++) raw += fit->item[k] * fit->hidden[k];
    float residual = weight * (pr_f4_first(pr_loss_slope(fit->output, pr_f4_set1(raw))) - target);
    for (int32_t k = 0; k < fit->width; k++) fit->by_hidden[k] += residual * fit->item[k];
}

// gradient += by_hidden * the activation's slope, and by_hidden = 0
static void backward(node_fit *fit) {
    pr_activation_backward(fit->model->config.activation[0], fit->hidden, fit->by_hidden,
                           fit->stride);
    for (int32_t k = 0; k < fit->width; k++) fit->gradient[k] += fit->by_hidden[k];
    for (int32_t k = 0; k < fit->stride; k++) fit->by_hidden[k] = 0;
}

static void gradient_at(node_fit *fit, const uint32_t *rows, const float *weights, int32_t count,
                        float prior) {
    const float *mean = fit->model->user_mean;
    for (int32_t k = 0; k < fit->stride; k++)
        fit->gradient[k] = prior * (fit->node.value[k] - mean[k]);
    for (int32_t i = 0; i < count; i++) {
        if (weights[i] == 0) continue;
        forward(fit, leave_out(fit, rows[i], weights[i]));
        add_item(fit, rows[i], 1, 1);
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
    fit.node.count = fit.width;
    for (int32_t k = 0; k < fit.stride; k++) fit.by_hidden[k] = fit.gradient[k] = 0;
    pr_negatives_begin(&fit.negatives, rows, count, options->negatives, options->seed);
    pr_adam_begin(&fit.node);
    for (int32_t step = 0; step < options->steps; step++) {
        gradient_at(&fit, rows, weights, count, options->prior);
        pr_adam_step(&fit.node, fit.gradient, step, options->steps, options->learning_rate);
    }
}

#include "dot_fit.h"

#include "activation.h"
#include "fit_batch.h"
#include "newton.h"
#include "simd.h"

// A fit has work for so many evaluations; a fit from near the minimum takes so many as a rule.
enum { EVALUATIONS = 4, EVALUATIONS_NEAR = 2 };

typedef struct dot_fit {
    const pr_dot *model;
    const pr_fit_options *options;
    const uint32_t *rows; // (count)
    const float *targets; // (count)
    int32_t count; // without the one left out
    int32_t left_out; // an interaction; as many as there are: none
    int32_t group; // terms of an interaction: pairs, or 1
    int32_t catalogue; // terms before those of the history
    int32_t every; // so many-th item is a term of the catalogue
    float weight, less; // of such a term; its change with one interaction less
    float *vector, *other, *item; // (user width)
    float *row; // (stride of the table)
    uint32_t *drawn; // (count, group) the other items of the pairs
    pr_negatives negatives;
    void *newton; // its workspace
} dot_fit;

static int32_t group_of(int32_t is_pairwise, float negatives) {
    return is_pairwise ? (int32_t)negatives : 1;
}

static dot_fit plan(const pr_dot *model, pr_arena *arena, int32_t count, int32_t is_pairwise,
                    int32_t group) {
    dot_fit fit = { .model = model, .count = count, .left_out = count, .group = group };
    int32_t width = pr_dot_user_width(model);
    fit.vector = pr_arena_floats(arena, 1, width);
    fit.other = pr_arena_floats(arena, 1, width);
    fit.item = pr_arena_floats(arena, 1, width);
    fit.row = pr_arena_floats(arena, 1, model->items.table.stride);
    fit.drawn = pr_arena_take(arena, is_pairwise ? 4 * (uint64_t)count * (uint64_t)group : 0);
    pr_negatives_plan(&fit.negatives, arena, model->config.items);
    fit.newton = pr_arena_take(arena, pr_newton_size(width, group));
    return fit;
}

uint64_t pr_dot_fit_size(const pr_dot *model, int32_t is_pairwise, float negatives, int32_t count) {
    int32_t width = pr_dot_user_width(model);
    uint64_t factor = pr_prior_factor_size(width);
    pr_arena arena = { 0 };
    plan(model, &arena, count, is_pairwise, group_of(is_pairwise, negatives));
    return arena.at < factor ? factor : arena.at;
}

// Terms of a fit that there is work for.
static float terms_of(const pr_dot *model) {
    int32_t width = pr_dot_user_width(model);
    float fixed = pr_newton_work(width, 0), one = pr_newton_work(width, 1) - fixed;
    return (PR_FIT_WORK / EVALUATIONS - fixed) / one;
}

// Of the terms of a log loss, the history takes half at most.
int32_t pr_dot_fit_most(const pr_dot *model, int32_t is_pairwise, float negatives) {
    float terms = terms_of(model);
    return (int32_t)(terms / (float)(is_pairwise ? group_of(1, negatives) : 2));
}

pr_status pr_dot_fit_ready(pr_dot *model, void *workspace) {
    int32_t n = pr_dot_user_width(model);
    return pr_prior_factor(model->weights.covariance, n, workspace);
}

// x = sign times the row of an item, added to x.
static void add_item(const dot_fit *fit, uint32_t row, float sign, float *x, float *offset) {
    const pr_dot *model = fit->model;
    pr_table_row(&model->items.table, row, fit->row);
    for (int32_t k = 0; k < model->config.width; k++) x[k] += sign * fit->row[k];
    if (model->config.has_user_bias) x[model->config.width] += sign;
    if (model->config.has_item_bias) *offset += sign * model->items.bias[row];
}

static void read_pairs(const void *context, int32_t first, int32_t count, pr_newton_tile *tile) {
    const dot_fit *fit = context;
    int32_t stride = pr_round_up(pr_dot_user_width(fit->model), 4);
    for (int32_t r = 0; r < count; r++) {
        int32_t term = first + r + (first + r >= fit->left_out * fit->group ? fit->group : 0);
        add_item(fit, fit->rows[term / fit->group], 1, tile->x + r * stride, &tile->offset[r]);
        add_item(fit, fit->drawn[term], -1, tile->x + r * stride, &tile->offset[r]);
        tile->a[r] = tile->b[r] = 1 / (float)fit->group;
    }
}

// Items have the target 0 and one weight; the history's have a weight of 1, of which the catalogue
// has counted a part already.
static void read_items(const void *context, int32_t first, int32_t count, pr_newton_tile *tile) {
    const dot_fit *fit = context;
    int32_t stride = pr_round_up(pr_dot_user_width(fit->model), 4);
    for (int32_t r = 0; r < count; r++) {
        int32_t term = first + r, i = term - fit->catalogue;
        i += i >= fit->left_out;
        uint32_t row = i < 0 ? (uint32_t)(term * fit->every) : fit->rows[i];
        int32_t is_counted = fit->every && row % (uint32_t)fit->every == 0;
        tile->offset[r] = *fit->model->weights.mean;
        add_item(fit, row, 1, tile->x + r * stride, &tile->offset[r]);
        tile->a[r] = i < 0 ? fit->weight : 1 - (is_counted ? fit->weight : 0);
        tile->b[r] = i < 0 ? 0 : fit->targets[i];
        tile->less[r] = i < 0 ? fit->less : is_counted ? -fit->less : 0;
    }
}

// As many draws for each interaction, whatever the number of other items.
static void draw(dot_fit *fit) {
    pr_negatives_begin(&fit->negatives, fit->rows, fit->count, (float)fit->group,
                       fit->options->seed);
    for (int32_t i = 0; i < fit->count * fit->group; i++)
        fit->drawn[i] = pr_negatives_draw(&fit->negatives);
}

// The weight of each other item with a history of `count`.
static float weight_of(const dot_fit *fit, int32_t count) {
    return fit->options->negatives * (float)count / (float)(fit->model->config.items - count);
}

static void choose_catalogue(dot_fit *fit) {
    int32_t items = fit->model->config.items;
    float most = terms_of(fit->model) - (float)fit->count;
    if (items <= fit->count) return;
    fit->every = (int32_t)((float)items / most) + 1;
    fit->catalogue = (items + fit->every - 1) / fit->every;
    float each = (float)items / (float)fit->catalogue;
    fit->weight = each * weight_of(fit, fit->count);
    fit->less = each * weight_of(fit, fit->count - 1) - fit->weight;
}

static dot_fit begin(const pr_dot *model, void *workspace, int32_t is_pairwise,
                     const uint32_t *rows, const float *targets, int32_t count,
                     const pr_fit_options *options) {
    pr_arena arena = { (uintptr_t)workspace };
    dot_fit fit =
        plan(model, &arena, count, is_pairwise, group_of(is_pairwise, options->negatives));
    fit.options = options;
    fit.rows = rows;
    fit.targets = targets;
    if (!is_pairwise) choose_catalogue(&fit);
    // Without other items there are no pairs.
    if (is_pairwise && count >= model->config.items) fit.count = 0;
    if (is_pairwise && fit.count) draw(&fit);
    return fit;
}

static pr_newton_problem problem_of(const dot_fit *fit, int32_t is_pairwise) {
    const pr_dot *model = fit->model;
    int32_t width = pr_dot_user_width(model);
    float prior = fit->options->prior;
    // Without interactions, that of one: the mean user.
    int32_t is_each = fit->options->is_prior_each && fit->count;
    return (pr_newton_problem){
        .context = fit,
        .read = is_pairwise ? read_pairs : read_items,
        .terms = fit->catalogue + fit->count * fit->group,
        .stride = pr_round_up(width, 4),
        .output = PR_SIGMOID,
        .penalty = is_each ? prior * (float)fit->count : prior,
        .less = is_each ? -prior : 0,
        .prior = { width, model->weights.user_mean, model->weights.covariance },
    };
}

static void minimise(const dot_fit *fit, const pr_newton_problem *problem, float *vector) {
    __builtin_memcpy(vector, problem->prior.mean, (uint32_t)problem->prior.width * sizeof(float));
    pr_newton_fit(problem, fit->newton, vector);
}

void pr_dot_fit(const pr_dot *model, void *workspace, int32_t is_pairwise, const uint32_t *rows,
                const float *targets, int32_t count, const pr_fit_options *options, float *vector) {
    dot_fit fit = begin(model, workspace, is_pairwise, rows, targets, count, options);
    pr_newton_problem problem = problem_of(&fit, is_pairwise);
    minimise(&fit, &problem, vector);
}

// item . (vector - the minimum without interaction i, searched from vector)
static float effect_of(const dot_fit *fit, int32_t is_pairwise, int32_t i) {
    dot_fit without = *fit;
    without.count--;
    without.left_out = i;
    if (!is_pairwise) choose_catalogue(&without);
    pr_newton_problem problem = problem_of(&without, is_pairwise);
    double effect = 0;
    __builtin_memcpy(fit->other, fit->vector, (uint32_t)problem.prior.width * sizeof(float));
    pr_newton_fit(&problem, fit->newton, fit->other);
    for (int32_t k = 0; k < problem.prior.width; k++)
        effect += (double)fit->item[k] * (fit->vector[k] - fit->other[k]);
    return (float)effect;
}

void pr_dot_fit_explain(const pr_dot *model, void *workspace, int32_t is_pairwise,
                        const uint32_t *rows, const float *targets, int32_t count,
                        const pr_fit_options *options, uint32_t item, float *effects) {
    dot_fit fit = begin(model, workspace, is_pairwise, rows, targets, count, options);
    pr_newton_problem problem = problem_of(&fit, is_pairwise);
    int32_t width = problem.prior.width;
    float offset = 0, each = EVALUATIONS_NEAR * pr_newton_work(width, (float)problem.terms);
    minimise(&fit, &problem, fit.vector);
    __builtin_memset(fit.item, 0, (uint32_t)width * sizeof(float));
    add_item(&fit, item, 1, fit.item, &offset);
    __builtin_memset(effects, 0, (uint32_t)count * sizeof(float));
    if ((float)fit.count * each > PR_FIT_WORK)
        pr_newton_effects(&problem, fit.newton, fit.vector, fit.item, fit.catalogue, fit.group,
                          fit.count, effects);
    else
        for (int32_t i = 0; i < fit.count; i++) effects[i] = effect_of(&fit, is_pairwise, i);
}

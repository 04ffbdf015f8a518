#include "fold_in.h"

#include "activation.h"
#include "adam.h"
#include "fit_batch.h"
#include "newton.h"

// Newton's method is for models that have work for so many.
enum { EVALUATIONS = 12 };

static int32_t width_of(const pr_ncf *model, int32_t block) {
    return block ? model->config.mlp_user : model->config.gmf;
}

uint64_t pr_fold_in_size(const pr_ncf *model) {
    uint64_t size = pr_adam_size(model),
             newton = model->config.layers ? 0 : pr_newton_size(model->config.gmf, 0);
    if (size < newton) size = newton;
    for (int32_t block = 0; block < 2; block++) {
        uint64_t factor = pr_prior_factor_size(width_of(model, block));
        if (size < factor) size = factor;
    }
    return size;
}

pr_status pr_fold_in_ready(pr_ncf *model, int32_t block, void *workspace) {
    return pr_prior_factor(model->weights.covariance[block], width_of(model, block), workspace);
}

// A GMF's fit: the history's terms, behind those of the catalogue where the loss has them.
typedef struct gmf_fit {
    const pr_ncf *model;
    const uint32_t *rows; // (count)
    const float *targets; // (count)
    int32_t catalogue; // its terms: all items, or 0
    float weight; // of a term of the catalogue
} gmf_fit;

// Items have the target 0 and one weight; the history's have a weight of 1, of which the catalogue
// has counted a part already.
static void read_terms(const void *context, int32_t first, int32_t count, pr_newton_tile *tile) {
    const gmf_fit *fit = context;
    const pr_ncf *model = fit->model;
    int32_t stride = model->gmf_stride;
    for (int32_t r = 0; r < count; r++) {
        int32_t term = first + r, i = term - fit->catalogue;
        uint32_t row = i < 0 ? (uint32_t)term : fit->rows[i];
        const float *q = model->items.gmf_item + (uint64_t)row * (uint32_t)stride;
        for (int32_t k = 0; k < stride; k += 4) {
            pr_f4 weight = pr_f4_load(model->weights.gmf_output + k);
            pr_f4_store(tile->x + r * stride + k, pr_f4_mul(weight, pr_f4_load(q + k)));
        }
        tile->offset[r] = model->weights.output_bias;
        if (model->config.has_item_bias) tile->offset[r] += model->items.item_bias[row];
        tile->a[r] = i < 0 ? fit->weight : 1 - fit->weight;
        tile->b[r] = i < 0 ? 0 : fit->targets[i];
    }
}

static void fit_gmf(const pr_ncf *model, void *workspace, const uint32_t *rows,
                    const float *targets, int32_t count, const pr_fit_options *options,
                    float *vector) {
    int32_t others = model->config.items - count;
    int32_t is_implicit = model->config.output == PR_SIGMOID && others > 0;
    gmf_fit fit = {
        .model = model,
        .rows = rows,
        .targets = targets,
        .catalogue = is_implicit ? model->config.items : 0,
        .weight = is_implicit ? options->negatives * (float)count / (float)others : 0,
    };
    pr_newton_problem problem = {
        .context = &fit,
        .read = read_terms,
        .terms = fit.catalogue + count,
        .stride = model->gmf_stride,
        .output = model->config.output,
        .penalty = options->prior,
        .prior = pr_fit_prior(model, 0),
    };
    pr_newton_fit(&problem, workspace, vector);
}

int32_t pr_fold_in(const pr_ncf *model, void *workspace, const uint32_t *rows, const float *targets,
                   int32_t count, const pr_fit_options *options, int32_t done, float *vector) {
    float terms = (float)(model->config.items + count);
    if (model->config.layers ||
        pr_newton_work(model->config.gmf, terms) > PR_FIT_WORK / EVALUATIONS)
        return pr_adam_fit(model, workspace, rows, targets, count, options, done, vector);
    fit_gmf(model, workspace, rows, targets, count, options, vector);
    return 0;
}

#include "activation.h"
#include "ncf.h"

const float *pr_ncf_tile_backward(const pr_ncf *model, const float *residual) {
    const pr_ncf_config *config = &model->config;
    int32_t k = config->layers - 1, width = pr_round_up(config->width[k], PR_PANEL);
    float *gradient = model->scratch.gradient[0], *below = model->scratch.gradient[1];
    float *to = gradient;
    for (int32_t block = 0; block < PR_TILE; block++, residual += PR_ROWS) {
        pr_f4 first = pr_f4_load(residual), second = pr_f4_load(residual + 4);
        for (int32_t i = 0; i < width; i++, to += PR_ROWS) {
            pr_f4 weight = pr_f4_load1(model->weights.mlp_output + i);
            pr_f4_store(to, pr_f4_mul(weight, first));
            pr_f4_store(to + 4, pr_f4_mul(weight, second));
        }
    }
    for (; k > 0; k--) {
        pr_activation_backward(config->activation[k], model->scratch.tile[k], gradient,
                               PR_TILE * PR_ROWS * width);
        pr_dense_forward(&model->weights.backward[k], gradient, width, PR_TILE, below);
        width = pr_round_up(config->width[k - 1], PR_PANEL);
        float *swap = gradient;
        gradient = below;
        below = swap;
    }
    pr_activation_backward(config->activation[0], model->scratch.tile[0], gradient,
                           PR_TILE * PR_ROWS * width);
    return gradient;
}

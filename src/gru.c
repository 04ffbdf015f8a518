#include "gru.h"

#include "activation.h"

void pr_gru_plan(pr_sequence *model, pr_arena *arena) {
    const pr_sequence_config *config = &model->config;
    int32_t width = config->hidden, hidden = model->hidden;
    if (model->stride < hidden) model->stride = hidden;
    model->row = config->layers * hidden;
    for (int32_t k = 0; k < config->layers; k++) {
        pr_dense *layer = model->dense + k * PR_SEQ_STEP;
        pr_dense_plan(layer + PR_SEQ_INPUT, arena, k ? width : config->embedding, 3 * width,
                      PR_IDENTITY);
        pr_dense_plan(layer + PR_SEQ_HIDDEN, arena, width, 3 * width, PR_IDENTITY);
    }
    if (config->has_output)
        pr_dense_plan(&model->dense[PR_SEQ_OUTPUT], arena, width, config->items.width, PR_IDENTITY);
}

// h (hidden) after an event: input (3 hidden) = A x + a. gates (5 hidden): scratch. A gate begins
// where the one before it ends: the last of its fours may hold numbers of the next.
static void step(const pr_sequence *model, const pr_dense *layer, const float *input, float *gates,
                 float *h) {
    int32_t width = model->config.hidden, is_before = model->config.is_reset_before;
    float *update = gates + 3 * model->hidden, *reset = update + model->hidden;
    pr_dense_forward_one(layer, h, gates);
    for (int32_t k = 0; k < width; k += 4) {
        pr_f4 r = pr_f4_sigmoid(pr_f4_add(pr_f4_load(gates + k), pr_f4_load(input + k)));
        pr_f4 z = pr_f4_add(pr_f4_load(gates + width + k), pr_f4_load(input + width + k));
        pr_f4_store(reset + k, is_before ? pr_f4_mul(r, pr_f4_load(h + k)) : r);
        pr_f4_store(update + k, pr_f4_sigmoid(z));
    }
    // Of the product with r h the third part counts.
    if (is_before) pr_dense_forward_one(layer, reset, gates);
    for (int32_t k = 0; k < width; k += 4) {
        pr_f4 new = pr_f4_load(gates + 2 * width + k), old = pr_f4_load(h + k);
        if (!is_before) new = pr_f4_mul(new, pr_f4_load(reset + k));
        new = pr_f4_tanh(pr_f4_add(new, pr_f4_load(input + 2 * width + k)));
        pr_f4_store(h + k, pr_f4_add(new, pr_f4_mul(pr_f4_load(update + k), pr_f4_sub(old, new))));
    }
}

void pr_gru_encode(const pr_sequence *model, const uint32_t *rows, int32_t first, int32_t count,
                   float *state, float *vector) {
    int32_t hidden = model->hidden, stride = model->stride;
    float *input = model->wide, *gates = input + PR_SEQ_CHUNK * 3 * hidden + 4, *x = model->x;
    for (int32_t k = 0; !first && k < model->row; k++) state[k] = 0;
    for (int32_t some; first < count; first += some) {
        some = count - first < PR_SEQ_CHUNK ? count - first : PR_SEQ_CHUNK;
        for (int32_t i = 0; i < some; i++)
            pr_table_row(&model->embedding, rows[first + i], x + i * stride);
        for (int32_t k = 0; k < model->config.layers; k++) {
            const pr_dense *layer = model->dense + k * PR_SEQ_STEP;
            float *h = state + k * hidden;
            pr_dense_forward_rows(layer + PR_SEQ_INPUT, x, stride, some, input, 3 * hidden,
                                  model->blocks);
            for (int32_t i = 0; i < some; i++) {
                step(model, layer + PR_SEQ_HIDDEN, input + i * 3 * hidden, gates, h);
                __builtin_memcpy(x + i * stride, h, (uint32_t)hidden * sizeof(float));
            }
        }
    }
    const float *last = state + model->row - hidden;
    if (model->config.has_output)
        pr_dense_forward_one(&model->dense[PR_SEQ_OUTPUT], last, vector);
    else
        __builtin_memcpy(vector, last, (uint32_t)hidden * sizeof(float));
}

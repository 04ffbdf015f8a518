#include "ncf_estimate.h"

#include "rows.h"

// Whether layer k is in 8 bits.
static int is_narrow(const pr_ncf *model, int32_t k) {
    return pr_dense8_takes(model->config.activation[k - 1]);
}

// The time of a multiplication and addition in integers, to one in float32; of rounding an input,
// beside it; the share of the time above which estimates are not worth their memory. As measured:
// npm run kernel in bench/.
static const float NARROW = 0.42f, WIDE = 0.62f, ROUNDING = 14, WORTHWHILE = 0.9f;

int32_t pr_ncf_estimates_pay(const pr_ncf *model, int32_t count, int32_t wanted) {
    float scores = 0, estimates = 0;
    for (int32_t k = 1; k < model->config.layers; k++) {
        float inputs = (float)model->config.width[k - 1], outputs = (float)model->config.width[k];
        scores += inputs * outputs;
        estimates += ROUNDING * inputs + (is_narrow(model, k) ? NARROW : WIDE) * inputs * outputs;
    }
    float again = 2 * (float)wanted / (float)count;
    return scores > 0 && estimates + again * scores < WORTHWHILE * scores;
}

// Four of the last bits of 1.
static const float LAST_BITS = 0x1p-21f;

// ---- layout

static void plan(pr_ncf_estimates *estimates, pr_arena *arena, const pr_ncf *model) {
    int32_t widest = 0;
    estimates->model = model;
    for (int32_t k = 1; k < model->config.layers; k++) {
        const pr_dense *from = &model->weights.layer[k];
        if (is_narrow(model, k))
            pr_dense8_plan(&estimates->layer[k], arena, from);
        else
            pr_dense16_plan(&estimates->layer[k], arena, from);
        if (widest < from->inputs) widest = from->inputs;
    }
    estimates->q = pr_arena_take(arena, PR_TILE * PR_ROWS * sizeof(int16_t) *
                                            (uint64_t)pr_round_up(widest, 8));
    estimates->step = pr_arena_floats(arena, PR_TILE, PR_ROWS);
    pr_two_pass_plan(&estimates->two, arena);
}

uint64_t pr_ncf_estimates_size(const pr_ncf *model) {
    pr_ncf_estimates estimates;
    pr_arena arena = { 0 };
    pr_arena_take(&arena, sizeof(pr_ncf_estimates));
    plan(&estimates, &arena, model);
    return arena.at;
}

// By layer, the deviation of a raw score where each input of the layer is off by a step and each of
// its weights by a scale, and all these errors are independent: the sum over outputs of the squares
// of their errors, each times `growth`, the square by which a raw score follows that output. A
// row's root mean square is taken as half of its largest number, which is more than most have.
// gain[0] is the error of sums with the last biases, which may be large and cancel.
static int32_t set_gains(pr_ncf_estimates *estimates) {
    const pr_ncf *model = estimates->model;
    int32_t depth = model->config.layers;
    // (widths) in the scratch
    double *growth = depth ? (double *)model->scratch.tile[depth - 1] : 0, biases = 0;
    for (int32_t o = 0; o < model->last_width; o++) {
        if (depth > 1)
            biases += __builtin_fabs((double)model->weights.mlp_output[o] *
                                     model->weights.layer[depth - 1].bias[o]);
        growth[o] = (double)model->weights.mlp_output[o] * model->weights.mlp_output[o];
    }
    estimates->gain[0] = LAST_BITS * (float)biases;
    for (int32_t k = depth - 1; k > 0; k--) {
        const pr_dense *layer = &model->weights.layer[k];
        const pr_rounded *rounded = &estimates->layer[k];
        double *before = (double *)model->scratch.tile[k - 1], sum = 0;
        for (int32_t i = 0; i < layer->inputs; i++) before[i] = 0;
        for (int32_t o = 0; o < layer->outputs; o++) {
            const float *weight =
                layer->weight + o / PR_PANEL * layer->inputs * PR_PANEL + o % PR_PANEL;
            double rounding = 0.5 * rounded->scale[o] * rounded->x_max;
            for (int32_t i = 0; i < layer->inputs; i++) {
                double square = (double)weight[i * PR_PANEL] * weight[i * PR_PANEL];
                before[i] += growth[o] * square;
                sum += growth[o] * (square + rounding * rounding);
            }
        }
        if (!(sum < 1e60)) return 0;
        estimates->gain[k] = (float)__builtin_sqrt(sum);
        growth = before;
    }
    return 1;
}

pr_ncf_estimates *pr_ncf_estimates_init(const pr_ncf *model, void *address) {
    pr_arena arena = { (uintptr_t)address };
    pr_ncf_estimates *estimates = pr_arena_take(&arena, sizeof(pr_ncf_estimates));
    plan(estimates, &arena, model);
    int32_t fits = 1;
    for (int32_t k = 1; k < model->config.layers; k++) {
        const pr_dense *from = &model->weights.layer[k];
        fits &= is_narrow(model, k) ? pr_dense8_round(&estimates->layer[k], from)
                                    : pr_dense16_round(&estimates->layer[k], from);
    }
    return fits && set_gains(estimates) ? estimates : 0;
}

// ---- estimates

// unit (blocks * PR_ROWS) += gain step
static void add_units(float *unit, float gain, const float *step, int32_t blocks) {
    for (int32_t r = 0; r < blocks * PR_ROWS; r += 4)
        pr_f4_store(unit + r, pr_f4_add(pr_f4_load(unit + r),
                                        pr_f4_mul(pr_f4_set1(gain), pr_f4_load(step + r))));
}

// unit (blocks * PR_ROWS) += four of the last bits of raw: also sums in float32 are rounded.
static void add_last_bits(float *unit, const float *raw, int32_t blocks) {
    for (int32_t r = 0; r < blocks * PR_ROWS; r += 4)
        pr_f4_store(unit + r,
                    pr_f4_add(pr_f4_load(unit + r),
                              pr_f4_mul(pr_f4_set1(LAST_BITS), pr_f4_abs(pr_f4_load(raw + r)))));
}

// scratch.tile[k] (blocks, width, PR_ROWS) from tile[k - 1], and the steps of its rows
static void forward(pr_ncf_estimates *estimates, int32_t k, int32_t blocks) {
    const pr_ncf *model = estimates->model;
    const float *x = model->scratch.tile[k - 1];
    float *y = model->scratch.tile[k], *step = estimates->step;
    int32_t x_width = pr_round_up(model->config.width[k - 1], PR_PANEL);
    if (is_narrow(model, k)) {
        pr_dense8_round_rows(&estimates->layer[k], x, x_width, blocks, estimates->q, step);
        pr_dense8_forward(&estimates->layer[k], estimates->q, step, blocks, y);
    } else {
        pr_dense16_round_rows(&estimates->layer[k], x, x_width, blocks, estimates->q, step);
        pr_dense16_forward(&estimates->layer[k], estimates->q, step, blocks, y);
    }
}

// raw and unit (blocks * PR_ROWS) of items rows (blocks * PR_ROWS)
static void estimate_tile(pr_ncf_estimates *estimates, const float *prepared, const uint32_t *rows,
                          int32_t blocks, float *raw, float *unit) {
    const pr_ncf *model = estimates->model;
    for (int32_t r = 0; r < blocks * PR_ROWS; r++) unit[r] = estimates->gain[0];
    pr_ncf_tile_first(model, prepared, rows, blocks);
    for (int32_t k = 1; k < model->config.layers; k++) {
        forward(estimates, k, blocks);
        add_units(unit, estimates->gain[k], estimates->step, blocks);
    }
    pr_ncf_tile_last(model, prepared, rows, blocks, raw);
    add_last_bits(unit, raw, blocks);
}

static void estimate(pr_ncf_estimates *estimates, const float *prepared, const uint32_t *rows,
                     uint32_t first, int32_t count) {
    uint32_t tile[PR_TILE * PR_ROWS];
    for (int32_t at = 0; at < count; at += PR_TILE * PR_ROWS) {
        int32_t filled = count - at < PR_TILE * PR_ROWS ? count - at : PR_TILE * PR_ROWS;
        int32_t blocks = pr_ncf_tile_rows(rows ? rows + at : 0, first + (uint32_t)at, filled, tile);
        estimate_tile(estimates, prepared, tile, blocks, estimates->two.estimate + at,
                      estimates->two.unit + at);
    }
}

// ---- two passes

pr_status pr_ncf_find(pr_ncf_estimates *estimates, const float *prepared, const uint32_t *rows,
                      uint32_t first, int32_t count, const uint8_t *excluded, pr_topk *top) {
    pr_two_pass *two = &estimates->two;
    if (pr_rows_check(rows, first, count, estimates->model->items.count)) return PR_ERR_ROW;
    estimate(estimates, prepared, rows, first, count);
    pr_two_pass_begin(two, rows, first, count, excluded);
    for (int32_t found; (found = pr_two_pass_next(two, top));) {
        pr_ncf_score(estimates->model, prepared, two->row, 0, found, two->score);
        if (pr_two_pass_take(two, found, top)) return PR_ERR_NOT_FINITE;
    }
    if (two->slack < 0) pr_two_pass_learn(two);
    return PR_OK;
}

void pr_ncf_measure(pr_ncf_estimates *estimates, const float *prepared, const uint32_t *rows,
                    int32_t count) {
    pr_two_pass *two = &estimates->two;
    pr_topk none = { 0 };
    float slack = two->slack;
    two->slack = -1;
    pr_ncf_find(estimates, prepared, rows, 0, count, 0, &none);
    if (two->slack < slack) two->slack = slack;
}

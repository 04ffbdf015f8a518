#include "rounding.h"

enum { SUM_MAX = 0x7fffffff };

void pr_rounded_plan(pr_rounded *layer, pr_arena *arena, const pr_dense *from) {
    uint64_t size = layer->group == 2 ? sizeof(int16_t) : sizeof(int8_t);
    // Two groups of bytes are read at a time.
    layer->inputs = pr_round_up(from->inputs, layer->group == 2 ? 2 : 8);
    layer->outputs = pr_round_up(from->outputs, PR_PANEL);
    layer->activation = from->activation;
    layer->weight = pr_arena_take(arena, (uint64_t)layer->outputs * (uint64_t)layer->inputs * size);
    layer->scale = pr_arena_floats(arena, 1, layer->outputs);
    layer->bias = from->bias;
}

// The scale of an output whose weights (inputs) are PR_PANEL apart; 0 where all are zero. It is so
// large that (sum of |q|) x_max does not reach 2^31.
static float scale_of(const float *weight, int32_t inputs, int32_t x_max, int32_t most) {
    double sum = 0, peak = 0;
    for (int32_t k = 0; k < inputs; k++) {
        double size = __builtin_fabs((double)weight[k * PR_PANEL]);
        sum += size;
        peak = size > peak ? size : peak;
    }
    // Rounding adds at most a half to each |q|; one more for that of the scale itself.
    double room = (double)SUM_MAX / x_max - 0.5 * inputs - 1;
    double scale = sum / room * (1 + 0x1p-20);
    return (float)(peak / most > scale ? peak / most : scale);
}

int32_t pr_rounded_round(pr_rounded *layer, const pr_dense *from, int32_t most) {
    int32_t fits = 1, group = layer->group;
    for (int32_t o = 0; o < layer->outputs; o++) {
        int32_t panel = o / PR_PANEL * PR_PANEL, column = o % PR_PANEL;
        const float *weight = from->weight + panel * from->inputs + column;
        float scale = layer->scale[o] = scale_of(weight, from->inputs, layer->x_max, most);
        fits &= scale == 0 || (scale > 1e-30f && scale < 1e30f);
        for (int32_t k = 0; k < from->inputs; k++) {
            double steps = scale > 0 ? (double)weight[k * PR_PANEL] / scale : 0;
            int32_t q = (int32_t)(steps + (steps < 0 ? -0.5 : 0.5));
            int32_t at =
                panel * layer->inputs + (k / group * PR_PANEL + column) * group + k % group;
            if (group == 2)
                layer->weight[at] = (int16_t)q;
            else
                layer->weight8[at] = (int8_t)q;
        }
    }
    return fits;
}

#include "features.h"

#include "simd.h"

// ---- layout

static int32_t width_of(const pr_features *features, int32_t f) {
    const pr_feature *feature = &features->config.feature[f];
    if (feature->table >= 0) return features->weights.table[feature->table].width;
    int32_t width = 0;
    for (int32_t inputs = feature->inputs; inputs; inputs >>= 2) width++;
    return width;
}

void pr_features_plan(pr_features *features, pr_arena *arena, const pr_features_config *config) {
    int32_t widest = 0;
    features->config = *config;
    features->width[PR_USER_SIDE] = features->width[PR_ITEM_SIDE] = 0;
    for (int32_t t = 0; t < config->tables; t++) {
        const pr_features_table *table = &config->table[t];
        pr_table_plan(&features->weights.table[t], arena, table->dtype, 0, table->rows,
                      table->width);
        if (widest < features->weights.table[t].stride) widest = features->weights.table[t].stride;
    }
    for (int32_t f = 0; f < config->features; f++) {
        features->weights.quantiles[f] = pr_arena_floats(arena, 1, config->feature[f].quantiles);
        features->width[config->feature[f].side] += width_of(features, f);
    }
    features->scratch.sum = pr_arena_floats(arena, 1, 2 * widest);
}

pr_table *pr_features_table_at(pr_features *features, int32_t table) {
    return &features->weights.table[table];
}

float *pr_features_quantiles(pr_features *features, int32_t feature) {
    return features->weights.quantiles[feature];
}

int32_t pr_features_count(const pr_features *features, int32_t side) {
    int32_t count = 0;
    for (int32_t f = 0; f < features->config.features; f++)
        count += features->config.feature[f].side == side;
    return count;
}

// ---- values

// x (width of the table) = the mean of the rows ids (count). A row beyond the table counts as zero,
// the padding does not count.
static void encode_categorical(const pr_features *features, const pr_feature *feature,
                               const uint32_t *ids, int32_t count, float *x) {
    const pr_table *table = &features->weights.table[feature->table];
    float *sum = features->scratch.sum, *row = sum + table->stride;
    int32_t counted = 0;
    for (int32_t k = 0; k < table->stride; k++) sum[k] = 0;
    for (int32_t i = 0; i < count; i++) {
        if (feature->padding >= 0 && ids[i] == (uint32_t)feature->padding) continue;
        counted++;
        if (ids[i] >= (uint32_t)table->rows) continue;
        pr_table_row(table, ids[i], row);
        for (int32_t k = 0; k < table->stride; k += 4)
            pr_f4_store(sum + k, pr_f4_add(pr_f4_load(sum + k), pr_f4_load(row + k)));
    }
    for (int32_t k = 0; k < table->width; k++)
        x[k] = counted > 1 ? sum[k] / (float)counted : sum[k];
}

float pr_quantile(const float *quantiles, int32_t count, float value) {
    if (!(value > quantiles[0])) return 0;
    if (value > quantiles[count - 1]) return 1;
    int32_t low = 0, high = count - 1; // quantiles[low] < value <= quantiles[high]
    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        if (quantiles[middle] < value)
            low = middle;
        else
            high = middle;
    }
    // In doubles, where the difference of two unequal floats is never zero.
    double share = ((double)value - quantiles[low]) / ((double)quantiles[high] - quantiles[low]);
    return (float)((low + share) / (count - 1));
}

// x (inputs) = value, square or root of the quantile; returns the end of x.
static float *encode_continuous(const pr_feature *feature, const float *quantiles, float value,
                                float *x) {
    float v = feature->quantiles ? pr_quantile(quantiles, feature->quantiles, value) : value;
    for (int32_t inputs = feature->inputs; inputs; inputs >>= 2) {
        int32_t input = inputs & 3;
        *x++ = input == PR_SQUARE ? v * v : input == PR_ROOT ? v > 0 ? __builtin_sqrtf(v) : 0 : v;
    }
    return x;
}

void pr_features_encode(const pr_features *features, int32_t side, const pr_values *values,
                        float *x) {
    int32_t at = 0;
    for (int32_t f = 0; f < features->config.features; f++) {
        const pr_feature *feature = &features->config.feature[f];
        if (feature->side != side) continue;
        if (feature->table < 0) {
            x = encode_continuous(feature, features->weights.quantiles[f], values->numbers[at], x);
        } else {
            uint32_t begin = values->offsets[at], end = values->offsets[at + 1];
            encode_categorical(features, feature, values->ids + begin, (int32_t)(end - begin), x);
            x += features->weights.table[feature->table].width;
        }
        at++;
    }
}

// The inputs of a tower: means of embeddings of every dtype, quantiles, both sides, against
// float64.
#include "../../../src/features.h"
#include "fuzz.h"

enum { ROWS_MAX = 9, WIDTH_MAX = 9, TABLES_MAX = 3, FEATURES_MAX = 6, IDS_MAX = 6, QUANTILES = 7 };

static pr_features features;
static pr_features_config config;
static float embedding[TABLES_MAX][ROWS_MAX * WIDTH_MAX], quantiles[FEATURES_MAX][QUANTILES];
static float *numbers;
static uint32_t *offsets, *ids;

static void draw_config(void) {
    memset(&config, 0, sizeof config);
    config.tables = fuzz_from(1, TABLES_MAX), config.features = fuzz_from(1, FEATURES_MAX);
    for (int32_t t = 0; t < config.tables; t++)
        config.table[t] =
            (pr_features_table){ fuzz_from(1, ROWS_MAX), fuzz_from(1, WIDTH_MAX), fuzz_below(4) };
    for (int32_t f = 0; f < config.features; f++) {
        pr_feature *feature = &config.feature[f];
        int32_t is_continuous = fuzz_flag();
        feature->side = fuzz_flag();
        feature->table = is_continuous ? -1 : fuzz_below(config.tables);
        feature->inputs = is_continuous ? 1 + fuzz_below(3) + 4 * fuzz_below(4) : 0;
        feature->quantiles = is_continuous && fuzz_flag() ? fuzz_from(2, QUANTILES) : 0;
        feature->padding =
            is_continuous || fuzz_flag() ? -1 : fuzz_below(config.table[feature->table].rows);
    }
}

static void load(void) {
    pr_arena size = { 0 };
    pr_features_plan(&features, &size, &config);
    pr_arena arena = { (uintptr_t)fuzz_zeros(size.at) };
    pr_features_plan(&features, &arena, &config);
    for (int32_t t = 0; t < config.tables; t++) {
        const pr_features_table *shape = &config.table[t];
        int32_t count = shape->rows * shape->width;
        uint8_t *stored = fuzz_zeros((uint64_t)(count * pr_dtype_bytes(shape->dtype)));
        float *scale = fuzz_floats(shape->rows);
        fuzz_store(shape->dtype, count, stored, embedding[t]);
        fuzz_fill(scale, shape->rows, 0.05f);
        pr_table *table = pr_features_table_at(&features, t);
        REQUIRE(pr_table_set(table, 0, shape->rows, 0, shape->width, stored) == PR_OK);
        if (shape->dtype != PR_I8) continue;
        pr_table_set_scale(table, 0, shape->rows, scale);
        for (int32_t i = 0; i < count; i++) embedding[t][i] *= scale[i / shape->width];
    }
    for (int32_t f = 0; f < config.features; f++)
        for (int32_t q = 0; q < config.feature[f].quantiles; q++) {
            float step = fuzz_is_wild ? 0 : (float)fuzz_draw(3);
            quantiles[f][q] = q ? quantiles[f][q - 1] + step : fuzz_number(1);
            pr_features_quantiles(&features, f)[q] = quantiles[f][q];
        }
}

static void draw_values(int32_t side) {
    int32_t at = 0, count = pr_features_count(&features, side);
    numbers = fuzz_floats(count), offsets = fuzz_rows(count + 1);
    uint32_t total = 0;
    static uint32_t all[FEATURES_MAX * IDS_MAX];
    for (int32_t f = 0; f < config.features; f++) {
        const pr_feature *feature = &config.feature[f];
        if (feature->side != side) continue;
        int32_t several = feature->table < 0 ? 0 : fuzz_below(IDS_MAX);
        for (int32_t i = 0; i < several; i++) {
            uint32_t id = fuzz_draw(config.table[feature->table].rows + 2);
            all[total++] = id > (uint32_t)config.table[feature->table].rows ? 0xffffffffu : id;
        }
        numbers[at] = feature->quantiles && fuzz_flag()
                          ? quantiles[f][fuzz_draw(feature->quantiles)]
                          : fuzz_number(4);
        offsets[++at] = total;
    }
    ids = fuzz_rows((int32_t)total);
    memcpy(ids, all, total * sizeof *ids);
}

static double reference_quantile(const float *q, int32_t count, double value) {
    int32_t upper = 0;
    while (upper < count && q[upper] < value) upper++;
    if (upper == 0) return 0;
    if (upper == count) return 1;
    return (upper - 1 + (value - q[upper - 1]) / ((double)q[upper] - q[upper - 1])) / (count - 1);
}

static double reference_number(int32_t f, double value, int32_t input) {
    int32_t count = config.feature[f].quantiles;
    double v = count ? reference_quantile(quantiles[f], count, value) : value;
    return input == PR_SQUARE ? v * v : input == PR_ROOT ? v > 0 ? __builtin_sqrt(v) : 0 : v;
}

static double reference_mean(const pr_feature *feature, int32_t at, int32_t k) {
    const pr_features_table *table = &config.table[feature->table];
    double sum = 0;
    int32_t counted = 0;
    for (uint32_t i = offsets[at]; i < offsets[at + 1]; i++) {
        if (feature->padding >= 0 && ids[i] == (uint32_t)feature->padding) continue;
        counted++;
        if (ids[i] < (uint32_t)table->rows)
            sum += embedding[feature->table][(int32_t)ids[i] * table->width + k];
    }
    return counted ? sum / counted : 0;
}

static void check_side(int32_t side) {
    draw_values(side);
    float *x = fuzz_floats(features.width[side]), *again = fuzz_floats(features.width[side]);
    pr_values values = { offsets, ids, numbers };
    pr_features_encode(&features, side, &values, x);
    pr_features_encode(&features, side, &values, again);
    REQUIRE(fuzz_is_same(x, again, features.width[side]));
    int32_t at = 0, column = 0;
    for (int32_t f = 0; f < config.features; f++) {
        const pr_feature *feature = &config.feature[f];
        if (feature->side != side) continue;
        for (int32_t inputs = feature->inputs; inputs; inputs >>= 2, column++) {
            if (feature->quantiles) REQUIRE(x[column] >= 0 && x[column] <= 1);
            if (!fuzz_is_wild)
                REQUIRE(
                    is_close(x[column], reference_number(f, numbers[at], inputs & 3), TOLERANCE));
        }
        for (int32_t k = 0; feature->table >= 0 && k < config.table[feature->table].width;
             k++, column++)
            if (!fuzz_is_wild)
                REQUIRE(is_close(x[column], reference_mean(feature, at, k), TOLERANCE));
        at++;
    }
    REQUIRE(column == features.width[side] && at == pr_features_count(&features, side));
}

void fuzz_features(void) {
    draw_config();
    load();
    check_side(PR_USER_SIDE);
    check_side(PR_ITEM_SIDE);
}

// The inputs of a tower against float64: means with padding and unknown values, repeated quantiles,
// both sides.
#include "../../src/features.h"
#include "check.h"

enum { ROWS = 23, WIDTH_MAX = 13, TABLES = 3, FEATURES = 9, VALUES_MAX = 12, QUANTILES_MAX = 9 };

static union {
    long long align;
    unsigned char bytes[1 << 16];
} memory;
static float embedding[TABLES][ROWS * WIDTH_MAX], quantiles[FEATURES][QUANTILES_MAX],
    numbers[FEATURES];
static float x[FEATURES * WIDTH_MAX];
static uint32_t offsets[FEATURES + 1], ids[FEATURES * VALUES_MAX];

static pr_features_config random_config(void) {
    pr_features_config config = { .tables = TABLES, .features = 1 + random_below(FEATURES) };
    for (int32_t t = 0; t < TABLES; t++)
        config.table[t] = (pr_features_table){ .rows = 1 + random_below(ROWS),
                                               .width = 1 + random_below(WIDTH_MAX),
                                               .dtype = PR_F32 };
    for (int32_t f = 0; f < config.features; f++) {
        int32_t is_continuous = random_below(2);
        config.feature[f] = (pr_feature){
            .side = random_below(2),
            .table = is_continuous ? -1 : random_below(TABLES),
            .inputs = is_continuous ? 1 + random_below(3) + 4 * random_below(4) : 0,
            .quantiles = is_continuous && random_below(3) ? 2 + random_below(QUANTILES_MAX - 1) : 0,
        };
        pr_feature *feature = &config.feature[f];
        feature->padding =
            is_continuous || random_below(2) ? -1 : random_below(config.table[feature->table].rows);
    }
    return config;
}

static void load(pr_features *features, const pr_features_config *config) {
    pr_arena arena = { (uintptr_t)memory.bytes };
    for (uint32_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_features_plan(features, &arena, config);
    for (int32_t t = 0; t < TABLES; t++) {
        fill_random(embedding[t], ROWS * WIDTH_MAX, 1);
        pr_table_set(pr_features_table_at(features, t), 0, config->table[t].rows, 0,
                     config->table[t].width, embedding[t]);
    }
    for (int32_t f = 0; f < config->features; f++) {
        // Half of the quantiles repeat the one before.
        for (int32_t q = 0; q < config->feature[f].quantiles; q++)
            quantiles[f][q] =
                (q ? quantiles[f][q - 1] : -1) + (float)(random_below(2) * random_below(5));
        for (int32_t q = 0; q < config->feature[f].quantiles; q++)
            pr_features_quantiles(features, f)[q] = quantiles[f][q];
    }
}

static void random_values(const pr_features_config *config, int32_t side) {
    int32_t at = 0;
    offsets[0] = 0;
    for (int32_t f = 0; f < config->features; f++) {
        const pr_feature *feature = &config->feature[f];
        if (feature->side != side) continue;
        int32_t count = feature->table < 0 ? 0 : random_below(VALUES_MAX);
        for (int32_t i = 0; i < count; i++) {
            uint32_t id = (uint32_t)random_below(config->table[feature->table].rows + 2);
            ids[offsets[at] + (uint32_t)i] =
                id > (uint32_t)config->table[feature->table].rows ? 0xffffffffu : id;
        }
        // Often equal to a quantile.
        numbers[at] = random_below(2) && feature->quantiles
                          ? quantiles[f][random_below(feature->quantiles)]
                          : 9 * random_value();
        offsets[at + 1] = offsets[at] + (uint32_t)count;
        at++;
    }
}

static double reference_quantile(const float *q, int32_t count, double value) {
    int32_t upper = 0;
    while (upper < count && q[upper] < value) upper++;
    if (upper == 0) return 0;
    if (upper == count) return 1;
    return (upper - 1 + (value - q[upper - 1]) / ((double)q[upper] - q[upper - 1])) / (count - 1);
}

static double reference_number(const pr_feature *feature, int32_t f, double value, int32_t input) {
    double v =
        feature->quantiles ? reference_quantile(quantiles[f], feature->quantiles, value) : value;
    return input == PR_SQUARE ? v * v : input == PR_ROOT ? v > 0 ? __builtin_sqrt(v) : 0 : v;
}

static double reference_mean(const pr_features_config *config, const pr_feature *feature,
                             int32_t at, int32_t k) {
    const pr_features_table *table = &config->table[feature->table];
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

static int check_side(const pr_features *features, int32_t side) {
    const pr_features_config *config = &features->config;
    pr_values values = { offsets, ids, numbers };
    int32_t at = 0, column = 0;
    random_values(config, side);
    x[features->width[side]] = 42;
    pr_features_encode(features, side, &values, x);
    CHECK(x[features->width[side]] == 42);
    for (int32_t f = 0; f < config->features; f++) {
        const pr_feature *feature = &config->feature[f];
        if (feature->side != side) continue;
        for (int32_t inputs = feature->inputs; inputs; inputs >>= 2, column++)
            CHECK(is_close(x[column], reference_number(feature, f, numbers[at], inputs & 3),
                           TOLERANCE));
        for (int32_t k = 0; feature->table >= 0 && k < config->table[feature->table].width;
             k++, column++)
            CHECK(is_close(x[column], reference_mean(config, feature, at, k), TOLERANCE));
        at++;
    }
    CHECK(at == pr_features_count(features, side));
    CHECK(column == features->width[side]);
    return 0;
}

static int check_quantiles(void) {
    static const float rising[] = { -1, 0, 0, 0, 4, 8 }, huge[] = { -3e38f, 3e38f },
                       same[] = { 2, 2, 2 };
    CHECK(pr_quantile(rising, 6, -2) == 0 && pr_quantile(rising, 6, -1) == 0);
    CHECK(pr_quantile(rising, 6, 0) == 0.2f && pr_quantile(rising, 6, 2) == 0.7f);
    CHECK(pr_quantile(rising, 6, 8) == 1 && pr_quantile(rising, 6, 9) == 1);
    CHECK(pr_quantile(huge, 2, 0) == 0.5f);
    CHECK(pr_quantile(same, 3, 1) == 0 && pr_quantile(same, 3, 2) == 0 &&
          pr_quantile(same, 3, 3) == 1);
    return 0;
}

int run(void) {
    static pr_features features;
    PASS(check_quantiles());
    for (int32_t round = 0; round < 300; round++) {
        pr_features_config config = random_config();
        load(&features, &config);
        PASS(check_side(&features, PR_USER_SIDE));
        PASS(check_side(&features, PR_ITEM_SIDE));
    }
    return 0;
}

// A ranker: both sides' features through one tower, against float64; items set in pieces, packs.
#include "../../../src/ranker.h"
#include "fuzz.h"

enum { ITEMS_MAX = 80, USERS = 5, WIDTH_MAX = 7, DEPTH_MAX = 3 };

static pr_ranker_config config;
static float user_table[USERS * WIDTH_MAX], item_table[ITEMS_MAX * WIDTH_MAX], age[ITEMS_MAX];
static float weight[DEPTH_MAX][WIDTH_MAX * 2 * (WIDTH_MAX + 1)], bias[DEPTH_MAX][WIDTH_MAX],
    output_weight[WIDTH_MAX], output_bias;

static void draw_config(void) {
    int32_t items = fuzz_from(1, fuzz_flag() ? ITEMS_MAX : 10), layers = fuzz_from(1, DEPTH_MAX);
    config = (pr_ranker_config){
        .tower = { .items = items, .is_fixed = 1, .layers = layers },
        .features = { .tables = 2,
                      .features = 3,
                      .table = { { USERS, fuzz_from(1, WIDTH_MAX), PR_F32 },
                                 { ITEMS_MAX, fuzz_from(1, WIDTH_MAX), PR_F32 } },
                      .feature = { { .side = PR_USER_SIDE, .table = 0, .padding = -1 },
                                   { .side = PR_ITEM_SIDE, .table = 1, .padding = -1 },
                                   { .side = PR_ITEM_SIDE,
                                     .table = -1,
                                     .padding = -1,
                                     .inputs = PR_SQUARE } } },
    };
    config.tower.mlp_user = config.features.table[0].width;
    config.tower.mlp_item = config.features.table[1].width + 1;
    for (int32_t k = 0; k < layers; k++) {
        config.tower.width[k] = fuzz_from(1, WIDTH_MAX);
        config.tower.activation[k] = fuzz_below(PR_SWISH + 1);
    }
}

static void set_items(pr_ranker *model, const uint32_t *of, int32_t count) {
    for (int32_t done = 0; done < count;) {
        int32_t piece = 1 + (int32_t)fuzz_draw(count - done);
        uint32_t *offsets = fuzz_rows(2 * piece + 1), *ids = fuzz_rows(piece);
        float *numbers = fuzz_floats(2 * piece);
        for (int32_t i = 0; i < piece; i++) {
            ids[i] = of[done + i];
            offsets[2 * i] = (uint32_t)i;
            offsets[2 * i + 1] = offsets[2 * i + 2] = (uint32_t)i + 1;
            numbers[2 * i + 1] = age[of[done + i]];
        }
        pr_values values = { offsets, ids, numbers };
        pr_ranker_set_items(model, done, piece, &values);
        done += piece;
    }
}

static pr_ranker *load(const uint32_t *all) {
    pr_ranker *model = pr_ranker_init(fuzz_zeros(pr_ranker_size(&config)), &config);
    pr_ncf *tower = pr_ranker_tower(model);
    int32_t inputs = config.tower.mlp_user + config.tower.mlp_item;
    fuzz_fill(user_table, USERS * WIDTH_MAX, 1);
    fuzz_fill(item_table, ITEMS_MAX * WIDTH_MAX, 1);
    fuzz_fill(age, ITEMS_MAX, 1);
    REQUIRE(pr_table_set(pr_features_table_at(pr_ranker_features(model), 0), 0, USERS, 0,
                         config.features.table[0].width, user_table) == PR_OK);
    REQUIRE(pr_table_set(pr_features_table_at(pr_ranker_features(model), 1), 0, ITEMS_MAX, 0,
                         config.features.table[1].width, item_table) == PR_OK);
    for (int32_t k = 0; k < config.tower.layers; k++) {
        int32_t outputs = config.tower.width[k];
        fuzz_fill(weight[k], outputs * inputs, 2 / __builtin_sqrtf((float)inputs));
        fuzz_fill(bias[k], outputs, 0.2f);
        pr_ncf_set(tower, PR_LAYER_WEIGHT + k, 0, outputs, weight[k]);
        pr_ncf_set(tower, PR_LAYER_BIAS + k, 0, 1, bias[k]);
        inputs = outputs;
    }
    fuzz_fill(output_weight, inputs, 0.7f);
    output_bias = fuzz_number(1);
    pr_ncf_set(tower, PR_OUTPUT_WEIGHT, 0, 1, output_weight);
    pr_ncf_set(tower, PR_OUTPUT_BIAS, 0, 1, &output_bias);
    set_items(model, all, config.tower.items);
    return model;
}

static double reference_logit(int32_t user, int32_t item) {
    int32_t e = config.tower.mlp_user, d = config.tower.mlp_item, inputs = e + d;
    double z[2 * (WIDTH_MAX + 1)], next[WIDTH_MAX], logit = output_bias;
    for (int32_t k = 0; k < e; k++) z[k] = user_table[user * e + k];
    for (int32_t k = 0; k < d - 1; k++) z[e + k] = item_table[item * (d - 1) + k];
    z[e + d - 1] = (double)age[item] * age[item];
    for (int32_t l = 0; l < config.tower.layers; l++) {
        for (int32_t o = 0; o < config.tower.width[l]; o++) {
            next[o] = bias[l][o];
            for (int32_t k = 0; k < inputs; k++) next[o] += weight[l][o * inputs + k] * z[k];
            next[o] = reference_activation(config.tower.activation[l], next[o]);
        }
        inputs = config.tower.width[l];
        for (int32_t o = 0; o < inputs; o++) z[o] = next[o];
    }
    for (int32_t k = 0; k < inputs; k++) logit += output_weight[k] * z[k];
    return logit;
}

static void check_scores(const pr_ranker *model, const uint32_t *of, int32_t count) {
    uint32_t offsets[] = { 0, 1 }, user = fuzz_draw(USERS);
    float none = 0, *vector = fuzz_floats(config.tower.mlp_user);
    float *prepared = fuzz_floats(pr_ncf_prepared_size(model->tower));
    float *raw = fuzz_floats(pr_round_up(count, PR_ROWS)), *one = fuzz_floats(PR_ROWS);
    pr_ranker_encode(model, &(pr_values){ offsets, &user, &none }, vector);
    pr_ncf_prepare(model->tower, vector, prepared);
    REQUIRE(pr_ncf_score(model->tower, prepared, 0, 0, count, raw) == PR_OK);
    uint32_t row = fuzz_draw(count);
    REQUIRE(pr_ncf_score(model->tower, prepared, &row, 0, 1, one) == PR_OK);
    REQUIRE(fuzz_is_same(one, raw + row, 1));
    for (int32_t i = 0; i < count && !fuzz_is_wild; i++)
        REQUIRE(is_close(raw[i], reference_logit((int32_t)user, (int32_t)of[i]), 3e-5));
    REQUIRE(pr_ncf_score(model->tower, prepared, 0, row + 1, count, raw) == PR_ERR_ROW);
}

void fuzz_ranker(void) {
    static uint32_t all[ITEMS_MAX], packed[ITEMS_MAX];
    for (uint32_t i = 0; i < ITEMS_MAX; i++) all[i] = i;
    draw_config();
    pr_ranker *model = load(all);
    check_scores(model, all, config.tower.items);
    int32_t count = fuzz_from(1, fuzz_flag() ? ITEMS_MAX : 9);
    fuzz_choose(packed, count, ITEMS_MAX);
    pr_ncf *tower = pr_ranker_tower(model);
    pr_ncf_use(tower, pr_ncf_items_init(tower, fuzz_zeros(pr_ncf_items_size(tower, count)), count));
    set_items(model, packed, count);
    check_scores(model, packed, count);
    pr_ncf_use(tower, 0);
    check_scores(model, all, config.tower.items);
}

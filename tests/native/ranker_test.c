// A ranker of random shapes against float64: both sides' features through one tower, the model's
// own items and candidate packs.
#include "../../src/ranker.h"
#include "check.h"

enum { ITEMS = 90, USERS = 11, WIDE = 20, DEPTH = 4 };

static union {
    long long align;
    unsigned char bytes[1 << 19];
} memory;
static union {
    long long align;
    unsigned char bytes[1 << 17];
} pack_memory;
static pr_ranker_config config;
static float user_table[USERS * WIDE], item_table[ITEMS * WIDE], age[ITEMS];
static float weight[DEPTH][WIDE * 2 * (WIDE + 1)], bias[DEPTH][WIDE], output_weight[WIDE],
    output_bias;
static float vector[WIDE + 1], prepared[WIDE + 3], raw[ITEMS + PR_ROWS];
static uint32_t offsets[2 * ITEMS + 1], ids[ITEMS];
static float numbers[2 * ITEMS];

// The features of a user are a row; of an item, a row and a number.
static void random_config(int32_t layers) {
    config = (pr_ranker_config){
        .tower = { .items = ITEMS, .is_fixed = 1, .layers = layers },
        .features = { .tables = 2,
                      .features = 3,
                      .table = { { USERS, 1 + random_below(WIDE), PR_F32 },
                                 { ITEMS, 1 + random_below(WIDE), PR_F32 } },
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
        config.tower.width[k] = 1 + random_below(WIDE);
        config.tower.activation[k] = random_below(4);
    }
}

static void random_tensors(void) {
    int32_t inputs = config.tower.mlp_user + config.tower.mlp_item;
    fill_random(user_table, USERS * WIDE, 1);
    fill_random(item_table, ITEMS * WIDE, 1);
    fill_random(age, ITEMS, 1);
    for (int32_t k = 0; k < config.tower.layers; k++) {
        fill_random(weight[k], config.tower.width[k] * inputs, 2 / __builtin_sqrtf((float)inputs));
        fill_random(bias[k], config.tower.width[k], 0.2f);
        inputs = config.tower.width[k];
    }
    fill_random(output_weight, inputs, 0.7f);
    output_bias = random_value();
}

// The values of items 0 .. count - 1, in reverse order where they are those of a pack.
static pr_values item_values(int32_t count, int32_t is_reversed) {
    for (int32_t i = 0; i < count; i++) {
        int32_t item = is_reversed ? count - 1 - i : i;
        ids[i] = (uint32_t)item;
        offsets[2 * i] = (uint32_t)i;
        offsets[2 * i + 1] = offsets[2 * i + 2] = (uint32_t)i + 1;
        numbers[2 * i + 1] = age[item];
    }
    return (pr_values){ offsets, ids, numbers };
}

static pr_ranker *load(void) {
    if (pr_ranker_size(&config) > sizeof(memory.bytes)) return 0;
    for (uint32_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_ranker *model = pr_ranker_init(memory.bytes, &config);
    pr_table_set(pr_features_table_at(pr_ranker_features(model), 0), 0, USERS, 0,
                 config.features.table[0].width, user_table);
    pr_table_set(pr_features_table_at(pr_ranker_features(model), 1), 0, ITEMS, 0,
                 config.features.table[1].width, item_table);
    for (int32_t k = 0; k < config.tower.layers; k++) {
        pr_ncf_set(model->tower, PR_LAYER_WEIGHT + k, 0, config.tower.width[k], weight[k]);
        pr_ncf_set(model->tower, PR_LAYER_BIAS + k, 0, 1, bias[k]);
    }
    pr_ncf_set(model->tower, PR_OUTPUT_WEIGHT, 0, 1, output_weight);
    pr_ncf_set(model->tower, PR_OUTPUT_BIAS, 0, 1, &output_bias);
    pr_values values = item_values(ITEMS, 0);
    pr_ranker_set_items(model, 0, ITEMS, &values);
    return model;
}

static double reference_logit(int32_t user, int32_t item) {
    int32_t e = config.tower.mlp_user, d = config.tower.mlp_item, inputs = e + d;
    double z[2 * (WIDE + 1)], next[WIDE], logit = output_bias;
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

static int check_scores(const pr_ranker *model, int32_t user, int32_t count, int32_t is_reversed) {
    uint32_t of_user[] = { 0, 1 }, id = (uint32_t)user;
    float none = 0;
    pr_ranker_encode(model, &(pr_values){ of_user, &id, &none }, vector);
    pr_ncf_prepare(model->tower, vector, prepared);
    CHECK(pr_ncf_score(model->tower, prepared, 0, 0, count, raw) == PR_OK);
    for (int32_t i = 0; i < count; i++)
        CHECK(is_close(raw[i], reference_logit(user, is_reversed ? count - 1 - i : i), TOLERANCE));
    CHECK(pr_ncf_score(model->tower, prepared, 0, 0, count + 1, raw) == PR_ERR_ROW);
    return 0;
}

static int check_pack(pr_ranker *model, int32_t count) {
    CHECK(pr_ncf_items_size(model->tower, count) <= sizeof(pack_memory.bytes));
    for (uint32_t i = 0; i < sizeof(pack_memory.bytes); i++) pack_memory.bytes[i] = 0;
    pr_ncf_use(model->tower, pr_ncf_items_init(model->tower, pack_memory.bytes, count));
    pr_values values = item_values(count, 1);
    pr_ranker_set_items(model, 0, count, &values);
    PASS(check_scores(model, 3, count, 1));
    pr_ncf_use(model->tower, 0);
    return check_scores(model, 3, ITEMS, 0);
}

int run(void) {
    for (int32_t round = 0; round < 60; round++) {
        random_config(1 + random_below(DEPTH));
        random_tensors();
        pr_ranker *model = load();
        CHECK(model != 0);
        PASS(check_scores(model, random_below(USERS), ITEMS, 0));
        PASS(check_pack(model, 1 + random_below(80)));
    }
    return 0;
}

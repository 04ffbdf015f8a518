// The best of random towers by two passes: the list of pr_ncf_score and pr_topk_push, to the bit.
// Estimates in 16 bits are the same bits natively and in the module without fused sums. Where
// estimates tell nothing, every candidate is scored.
#include "../../src/ncf_estimate.h"
#include "random_ncf.h"

enum { COUNT = 200 };

static union {
    long long align;
    unsigned char bytes[1 << 19];
} estimates_memory;
static union {
    pr_topk top;
    uint8_t bytes[sizeof(pr_topk) + COUNT * sizeof(pr_topk_entry)];
} found, expected;
static random_ncf m;
static float vector[2 * WIDE], prepared[2 * WIDE + 8], raw[COUNT + PR_ROWS];
static uint32_t rows[COUNT];
static uint8_t excluded[ITEMS / 8 + 1];
static uint32_t hash = 2166136261u; // FNV-1a of estimates

static const int32_t activations[] = { PR_IDENTITY, PR_RELU, PR_SIGMOID, PR_TANH,
                                       PR_ELU,      PR_SELU, PR_SWISH,   PR_GELU };

static pr_ncf_estimates *start(const pr_ncf *model) {
    for (uint64_t i = 0; i < sizeof(estimates_memory.bytes); i++) estimates_memory.bytes[i] = 0;
    return pr_ncf_estimates_size(model) <= sizeof(estimates_memory.bytes)
               ? pr_ncf_estimates_init(model, estimates_memory.bytes)
               : 0;
}

// How many of the last `count` candidates were scored exactly or excluded.
static int32_t scored_of(const pr_ncf_estimates *estimates, int32_t count) {
    int32_t scored = 0;
    for (int32_t i = 0; i < count; i++) scored += estimates->two.estimate[i] == -__builtin_inff();
    return scored;
}

static int check_find(pr_ncf_estimates *estimates, int32_t count, int32_t capacity,
                      const uint8_t *without) {
    const uint32_t *some = count > ITEMS || random_below(2) ? rows : 0;
    pr_topk_init(&found.top, capacity);
    pr_topk_init(&expected.top, capacity);
    CHECK(pr_ncf_find(estimates, prepared, some, 0, count, without, &found.top) == PR_OK);
    CHECK(pr_ncf_score(estimates->model, prepared, some, 0, count, raw) == PR_OK);
    pr_topk_push(&expected.top, raw, some, 0, count, without);
    CHECK(pr_topk_sort(&found.top) == pr_topk_sort(&expected.top));
    for (int32_t i = 0; i < found.top.count; i++) {
        CHECK(found.top.entry[i].position == expected.top.entry[i].position);
        CHECK(found.top.entry[i].score == expected.top.entry[i].score);
    }
    return 0;
}

static int check_lists(pr_ncf_estimates *estimates) {
    static const int32_t counts[] = { 0, 1, 65, ITEMS, COUNT };
    for (int32_t i = 0; i < 5; i++) {
        PASS(check_find(estimates, counts[i], 3, 0));
        PASS(check_find(estimates, counts[i], 10, excluded));
        PASS(check_find(estimates, counts[i], counts[i] / 2, excluded));
    }
    return 0;
}

static int32_t any_width(void) { return 1 + random_below(WIDE); }

static void random_shape(int32_t layers, int32_t activation) {
    m.config = (pr_ncf_config){
        .items = ITEMS,
        .gmf = random_below(2) ? 0 : any_width(),
        .mlp_user = any_width(),
        .mlp_item = any_width(),
        .has_item_bias = random_below(2),
        .layers = layers,
    };
    for (int32_t k = 0; k < layers; k++) {
        m.config.width[k] = any_width();
        m.config.activation[k] = activation;
    }
    random_ncf_fill(&m);
    fill_random(vector, m.config.gmf + m.config.mlp_user, 1);
    for (int32_t i = 0; i < COUNT; i++) rows[i] = (uint32_t)random_below(ITEMS);
    for (int32_t i = 0; i < ITEMS / 8 + 1; i++)
        excluded[i] = (uint8_t)(random_below(3) ? 0 : random_below(256));
}

// One user's errors measured, and another's lists.
static int check_model(int folded) {
    pr_ncf *model = random_ncf_load(&m, folded);
    pr_ncf_estimates *estimates = start(model);
    CHECK(model && estimates);
    pr_ncf_prepare(model, vector, prepared);
    PASS(check_find(estimates, ITEMS, 3, 0)); // without a measurement before
    CHECK(scored_of(estimates, ITEMS) == ITEMS && estimates->two.slack >= 0);
    pr_ncf_measure(estimates, prepared, rows, 64);
    fill_random(vector, m.config.gmf + m.config.mlp_user, 1);
    pr_ncf_prepare(model, vector, prepared);
    PASS(check_lists(estimates));
    CHECK(pr_ncf_find(estimates, prepared, 0, 1, ITEMS, 0, &found.top) == PR_ERR_ROW);
    rows[7] = ITEMS;
    CHECK(pr_ncf_find(estimates, prepared, rows, 0, 8, 0, &found.top) == PR_ERR_ROW);
    return 0;
}

// A measurement scores all, and leaves their estimates behind: guess and guess_unit.
static int add_to_hash(int32_t layers, int32_t activation) {
    random_shape(layers, activation);
    pr_ncf *model = random_ncf_load(&m, 1); // the first layer's item half, in float64
    pr_ncf_estimates *estimates = start(model);
    CHECK(estimates);
    for (int32_t i = 0; i < 128; i++) rows[i] = (uint32_t)i;
    // pr_ncf_prepare has fused sums in one module.
    fill_random(prepared, pr_ncf_prepared_size(model), 1);
    pr_ncf_measure(estimates, prepared, rows, 128);
    for (int32_t i = 0; i < 256; i++) {
        uint32_t bits;
        const float *from = i < 128 ? estimates->two.guess : estimates->two.guess_unit - 128;
        __builtin_memcpy(&bits, from + i, sizeof bits);
        hash = (hash ^ bits) * 16777619u;
    }
    return 0;
}

// A tower of two layers of WIDE ReLUs, whose errors are of order 1e-4.
static void ordinary(void) {
    m.config = (pr_ncf_config){
        .items = ITEMS,
        .mlp_user = 8,
        .mlp_item = 8,
        .layers = 3,
        .width = { WIDE, WIDE, WIDE },
        .activation = { PR_RELU, PR_RELU, PR_RELU },
    };
    random_ncf_fill(&m);
    fill_random(vector, 8, 1);
}

// Loads the model, measures all its items or the first, and returns the estimates.
static pr_ncf_estimates *ready(int32_t measured) {
    pr_ncf *model = random_ncf_load(&m, 0);
    pr_ncf_estimates *estimates = start(model);
    if (!estimates) return 0;
    pr_ncf_prepare(model, vector, prepared);
    for (int32_t i = 0; i < COUNT; i++) rows[i] = (uint32_t)(i % ITEMS);
    pr_ncf_measure(estimates, prepared, rows, measured);
    return estimates;
}

// An ordinary model's long lists need few exact scores.
static int saves_work(void) {
    ordinary();
    pr_ncf_estimates *estimates = ready(64);
    CHECK(estimates);
    PASS(check_find(estimates, ITEMS, 5, 0));
    CHECK(scored_of(estimates, ITEMS) < 40);
    return 0;
}

static int alike(void) {
    ordinary();
    for (int32_t i = 0; i < ITEMS * 8; i++) m.mlp_item[i] = m.mlp_item[i % 8];
    pr_ncf_estimates *estimates = ready(64);
    CHECK(estimates);
    PASS(check_find(estimates, ITEMS, 5, 0));
    CHECK(scored_of(estimates, ITEMS) == ITEMS);
    return 0;
}

// Items that light up two neurons of large weights, dead in all measured ones, which cancel: their
// errors are far above those measured, and are met in the first round.
static int hard_items(void) {
    ordinary();
    for (int32_t i = 0; i < ITEMS; i++) m.mlp_item[i * 8 + 7] = i < 64 ? 0 : 1;
    for (int32_t o = WIDE / 2; o < WIDE; o++) {
        m.layer_weight[0][o * 16 + 15] = 4;
        m.layer_bias[0][o] = -3;
    }
    for (int32_t o = WIDE - 2; o < WIDE; o++) {
        for (int32_t k = 0; k < WIDE; k++)
            m.layer_weight[1][o * WIDE + k] =
                k < WIDE / 2 ? 0 : 1e5f + (o == WIDE - 1 ? random_value() : 0);
        m.layer_bias[1][o] = -2e6f;
    }
    for (int32_t o = 0; o < WIDE; o++) {
        m.layer_weight[2][o * WIDE + WIDE - 2] = 1;
        m.layer_weight[2][o * WIDE + WIDE - 1] = -1;
    }
    pr_ncf_estimates *estimates = ready(64);
    CHECK(estimates);
    PASS(check_find(estimates, ITEMS, 5, 0));
    CHECK(scored_of(estimates, ITEMS) > ITEMS * 9 / 10);
    return 0;
}

int run(void) {
    for (int32_t layers = 1; layers <= DEPTH; layers++)
        for (int32_t a = 0; a < 8; a++) {
            random_shape(layers, activations[a]);
            PASS(check_model(random_below(2)));
            // Behind the others, layers may be in 8 bits.
            if (activations[a] != PR_RELU && activations[a] != PR_SIGMOID)
                PASS(add_to_hash(layers, activations[a]));
        }
    CHECK(pr_dense_is_fused() || hash == 1144960482u);
    PASS(saves_work());
    PASS(hard_items());
    return alike();
}

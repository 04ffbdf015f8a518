// The best by two passes are those of all scores, to the bit: for every layout, list, exclusion and
// vector, also where estimates say nothing.
#include "../../src/autoencoder_estimate.h"
#include "random_autoencoder.h"

enum { LIST = 150 };

static random_autoencoder m;
static union {
    long long align;
    unsigned char bytes[1 << 18];
} memory;
static union heap {
    pr_topk top;
    uint8_t bytes[sizeof(pr_topk) + (LIST + 5) * sizeof(pr_topk_entry)];
} found, expected;
static uint32_t rows[LIST];
static float vector[WIDE + 4], prepared[WIDE + 8], raw[LIST + 4];
static uint8_t excluded[ITEMS / 8 + 1];

static int check_list(const pr_autoencoder *model, pr_autoencoder_estimates *estimates,
                      const uint32_t *some, uint32_t first, int32_t count, int32_t capacity,
                      const uint8_t *without) {
    pr_topk_init(&found.top, capacity);
    pr_topk_init(&expected.top, capacity);
    CHECK(pr_autoencoder_find(estimates, prepared, some, first, count, without, &found.top) ==
          PR_OK);
    CHECK(pr_autoencoder_score(model, prepared, some, first, count, raw) == PR_OK);
    pr_topk_push(&expected.top, raw, some, first, count, without);
    CHECK(pr_topk_sort(&found.top) == pr_topk_sort(&expected.top));
    for (int32_t i = 0; i < found.top.count; i++) {
        CHECK(found.top.entry[i].position == expected.top.entry[i].position);
        CHECK(found.top.entry[i].score == expected.top.entry[i].score);
    }
    return 0;
}

// size: of the vector; alike: whether all rows are, so that all candidates tie.
static int check_model(int32_t has_encoder, int32_t is_tied, float size, int32_t alike) {
    m = (random_autoencoder){ .config = { .items = ITEMS,
                                          .code = WIDE,
                                          .layers = has_encoder ? 2 : 1,
                                          .has_encoder = has_encoder,
                                          .is_tied = is_tied,
                                          .has_item_bias = has_encoder,
                                          .width = { has_encoder ? WIDE : 0 } } };
    int32_t last = m.config.layers - 1;
    random_autoencoder_fill(&m);
    for (int32_t i = 0; alike && i < ITEMS * WIDE; i++)
        m.weight[last][i] = m.weight[last][i % WIDE];
    for (int32_t i = 0; alike && i < ITEMS; i++) m.bias[last][i] = 2;
    pr_autoencoder *model = random_autoencoder_load(&m, 1);
    CHECK(model);
    for (uint64_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    CHECK(pr_autoencoder_estimates_size(model) <= sizeof(memory.bytes));
    pr_autoencoder_estimates *estimates = pr_autoencoder_estimates_init(model, memory.bytes);
    CHECK(estimates);
    fill_random(vector, WIDE + 1, size);
    pr_autoencoder_prepare(model, vector, prepared);
    for (int32_t i = 0; i < LIST; i++) rows[i] = (uint32_t)random_below(ITEMS);
    for (int32_t capacity = 0; capacity < 20; capacity = 2 * capacity + 1) {
        PASS(check_list(model, estimates, 0, 0, ITEMS, capacity, 0));
        PASS(check_list(model, estimates, 0, 0, ITEMS, capacity, excluded));
        PASS(check_list(model, estimates, 0, 7, 42, capacity, 0));
        PASS(check_list(model, estimates, rows, 0, LIST, capacity, excluded));
    }
    PASS(check_list(model, estimates, rows, 0, 1, 3, 0));
    PASS(check_list(model, estimates, rows, 0, 0, 3, 0));
    rows[3] = ITEMS;
    CHECK(pr_autoencoder_find(estimates, prepared, rows, 0, LIST, 0, &found.top) == PR_ERR_ROW);
    CHECK(pr_autoencoder_find(estimates, prepared, 0, 1, ITEMS, 0, &found.top) == PR_ERR_ROW);
    prepared[3] = __builtin_inff();
    CHECK(pr_autoencoder_find(estimates, prepared, 0, 0, ITEMS, 0, &found.top) ==
          PR_ERR_NOT_FINITE);
    return 0;
}

// Long lists of wide rows pay, short ones and those of narrow rows do not.
static int check_pay(void) {
    const pr_autoencoder wide = { .config = { .code = 500 } },
                         narrow = { .config = { .code = 32 } };
    CHECK(pr_autoencoder_estimates_pay(&wide, 3706, 20));
    CHECK(!pr_autoencoder_estimates_pay(&wide, 200, 20));
    CHECK(!pr_autoencoder_estimates_pay(&wide, 3706, 3706));
    CHECK(!pr_autoencoder_estimates_pay(&narrow, 20000, 20));
    return 0;
}

int run(void) {
    static const float sizes[] = { 1, 0, 1e-30f, 1e15f };
    for (int32_t i = 0; i < ITEMS; i += 3) excluded[i / 8] |= (uint8_t)(1 << i % 8);
    for (int32_t size = 0; size < 4; size++)
        for (int32_t alike = 0; alike < 2; alike++) {
            PASS(check_model(1, 0, sizes[size], alike));
            PASS(check_model(1, 1, sizes[size], 0));
            PASS(check_model(0, 0, sizes[size], alike));
        }
    PASS(check_pay());
    return 0;
}

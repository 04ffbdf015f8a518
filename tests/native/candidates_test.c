// Candidate generation: a user's vector and the scores against float64, and the scan of each stored
// precision against scoring all items, to the bit.
#include "../../src/candidates.h"
#include "check.h"

enum { ITEMS = 333, WIDE = 70, WATCHED = 20 };

static union {
    long long align;
    unsigned char bytes[1 << 20];
} memory;
static union {
    long long align;
    unsigned char bytes[1 << 19];
} pack_memory;
static union {
    pr_topk top;
    unsigned char bytes[8 + 8 * ITEMS];
} found, expected;
static unsigned char stored[(ITEMS * WIDE + 3) * 4], excluded[(ITEMS + 7) / 8];
static float value[ITEMS * WIDE + 3], scale[ITEMS], embedding[ITEMS * WIDE], weight[2][WIDE * WIDE],
    bias[2][WIDE];
static float vector[WIDE], prepared[WIDE + 3], raw[ITEMS], vectors[3 * WIDE];
static uint32_t watched[WATCHED];

// Random numbers of a dtype, and their values. Some rows are zeros, some are duplicates.
static void store_random(int32_t dtype, int32_t width) {
    static const int32_t sizes[] = { [PR_F32] = 4, [PR_F16] = 2, [PR_BF16] = 2, [PR_I8] = 1 };
    int32_t size = sizes[dtype];
    for (int32_t i = 0; i < ITEMS * width; i++) {
        float number = random_value();
        uint16_t bits = (uint16_t)((random_below(60000) & 0xbbff) | 0x2000);
        int8_t byte = (int8_t)(random_below(256) - 128);
        const void *from = dtype == PR_F32  ? (const void *)&number
                           : dtype == PR_I8 ? (const void *)&byte
                                            : (const void *)&bits;
        __builtin_memcpy(stored + i * size, from, (uint32_t)size);
    }
    for (int32_t row = 0; row < ITEMS; row++) {
        scale[row] = (random_below(9) ? 1.0f : -1.0f) * (0.01f + 0.02f * (random_value() + 1));
        if (row % 50 == 7)
            __builtin_memset(stored + row * width * size, 0, (uint32_t)(width * size));
        if (row % 40 == 9) {
            __builtin_memcpy(stored + row * width * size, stored + (row - 5) * width * size,
                             (uint32_t)(width * size));
            scale[row] = scale[row - 5];
        }
    }
    pr_convert(dtype, stored, scale, ITEMS, width, value);
}

static int put_items(pr_candidates *model, int32_t dtype, int32_t width) {
    CHECK(pr_table_set(&model->dot.items.table, 0, model->dot.items.table.rows, 0, width, stored) ==
          PR_OK);
    if (dtype == PR_I8)
        pr_table_set_scale(&model->dot.items.table, 0, model->dot.items.table.rows, scale);
    pr_dot_items_ready(&model->dot);
    return 0;
}

// Watched items and one number through two layers.
static pr_candidates *load(int32_t dtype, int32_t inputs, int32_t hidden, int32_t width,
                           int32_t is_normalized) {
    pr_candidates_config config = {
        .items = ITEMS,
        .dtype = dtype,
        .is_normalized = is_normalized,
        .layers = 2,
        .width = { hidden, width },
        .activation = { PR_RELU, PR_IDENTITY },
        .features = { .tables = 1,
                      .features = 2,
                      .table = { { ITEMS, inputs, PR_F32 } },
                      .feature = { { .table = 0, .padding = -1 },
                                   { .table = -1, .padding = -1, .inputs = PR_VALUE } } },
    };
    if (pr_candidates_size(&config) > sizeof(memory.bytes)) return 0;
    for (uint32_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_candidates *model = pr_candidates_init(memory.bytes, &config);
    fill_random(embedding, ITEMS * inputs, 1);
    pr_table_set(pr_features_table_at(pr_candidates_features(model), 0), 0, ITEMS, 0, inputs,
                 embedding);
    for (int32_t k = 0; k < 2; k++) {
        fill_random(weight[k], k ? width * hidden : hidden * (inputs + 1), 0.5f);
        fill_random(bias[k], k ? width : hidden, 0.5f);
        pr_candidates_set_weight(model, k, 0, k ? width : hidden, weight[k]);
        pr_candidates_set_bias(model, k, bias[k]);
    }
    store_random(dtype, width);
    return put_items(model, dtype, width) ? 0 : model;
}

static double length_of(const double *x, int32_t width) {
    double square = 0;
    for (int32_t k = 0; k < width; k++) square += x[k] * x[k];
    return square > 0 ? __builtin_sqrt(square) : 1;
}

static int check_vector(const pr_candidates *model, int32_t count, float number) {
    const pr_candidates_config *config = &model->config;
    int32_t inputs = config->features.table[0].width, hidden = config->width[0],
            width = config->width[1];
    uint32_t offsets[] = { 0, (uint32_t)count, (uint32_t)count };
    float numbers[] = { 0, number };
    double x[WIDE + 1], h[WIDE], u[WIDE];
    for (int32_t i = 0; i < count; i++) watched[i] = (uint32_t)random_below(ITEMS);
    pr_candidates_encode(model, &(pr_values){ offsets, watched, numbers }, vector);
    for (int32_t k = 0; k < inputs; k++) {
        x[k] = 0;
        for (int32_t i = 0; i < count; i++)
            x[k] += (double)embedding[(int32_t)watched[i] * inputs + k] / count;
    }
    x[inputs] = number;
    for (int32_t o = 0; o < hidden; o++) {
        h[o] = bias[0][o];
        for (int32_t k = 0; k <= inputs; k++) h[o] += weight[0][o * (inputs + 1) + k] * x[k];
        if (h[o] < 0) h[o] = 0;
    }
    for (int32_t o = 0; o < width; o++) {
        u[o] = bias[1][o];
        for (int32_t k = 0; k < hidden; k++) u[o] += weight[1][o * hidden + k] * h[k];
    }
    double length = config->is_normalized ? length_of(u, width) : 1;
    for (int32_t o = 0; o < width; o++) CHECK(is_close(vector[o], u[o] / length, TOLERANCE));
    return 0;
}

static double reference_score(const pr_candidates *model, int32_t item, int32_t width) {
    double sum = 0, row[WIDE];
    for (int32_t k = 0; k < width; k++) row[k] = value[item * width + k];
    for (int32_t k = 0; k < width; k++) sum += row[k] * vector[k];
    return model->config.is_normalized ? sum / length_of(row, width) : sum;
}

static int check_scan(const pr_candidates *model, int32_t capacity, const uint8_t *bits,
                      int32_t first, int32_t count) {
    pr_topk_init(&found.top, capacity);
    pr_topk_init(&expected.top, capacity);
    pr_dot_scan(&model->dot, prepared, (uint32_t)first, count, bits, &found.top);
    CHECK(pr_dot_score(&model->dot, prepared, 0, (uint32_t)first, count, raw) == PR_OK);
    pr_topk_push(&expected.top, raw, 0, (uint32_t)first, count, bits);
    CHECK(pr_topk_sort(&found.top) == found.top.count);
    pr_topk_sort(&expected.top);
    CHECK(found.top.count == expected.top.count);
    for (int32_t i = 0; i < found.top.count; i++) {
        CHECK(found.top.entry[i].position == expected.top.entry[i].position);
        CHECK(found.top.entry[i].score == expected.top.entry[i].score);
    }
    return 0;
}

static int check_items(const pr_candidates *model, int32_t count, int32_t width) {
    pr_dot_prepare(&model->dot, vector, prepared);
    CHECK(pr_dot_score(&model->dot, prepared, 0, 0, count, raw) == PR_OK);
    for (int32_t i = 0; i < count; i++)
        CHECK(is_close(raw[i], reference_score(model, i, width), TOLERANCE));
    for (int32_t i = 0; i < (int32_t)sizeof(excluded); i++)
        excluded[i] = (unsigned char)random_below(256);
    static const int32_t capacities[] = { 0, 1, 10, 100, ITEMS };
    for (int32_t c = 0; c < 5; c++) {
        PASS(check_scan(model, capacities[c], 0, 0, count));
        PASS(check_scan(model, capacities[c], excluded, 0, count));
        PASS(check_scan(model, capacities[c], 0, 3, count - 5));
    }
    uint32_t three[] = { 2, 0, (uint32_t)count - 1 };
    pr_dot_vectors(&model->dot, three, 3, vectors);
    for (int32_t i = 0; i < 3; i++) {
        double sum = 0;
        for (int32_t k = 0; k < width; k++) sum += (double)vectors[i * width + k] * vector[k];
        CHECK(is_close(sum, reference_score(model, (int32_t)three[i], width), TOLERANCE));
    }
    CHECK(pr_dot_score(&model->dot, prepared, 0, (uint32_t)count, 1, raw) == PR_ERR_ROW);
    return 0;
}

static int check_shape(int32_t dtype, int32_t width, int32_t is_normalized) {
    pr_candidates *model =
        load(dtype, 1 + random_below(WIDE - 1), 1 + random_below(WIDE), width, is_normalized);
    CHECK(model != 0);
    PASS(check_vector(model, 0, 0));
    PASS(check_vector(model, random_below(WATCHED), random_value()));
    PASS(check_items(model, ITEMS, width));
    // A candidate pack, then the model's own items again.
    int32_t count = 9 + random_below(90), other = is_normalized ? PR_F16 : PR_I8;
    CHECK(pr_dot_items_size(&model->dot, count, other) <= sizeof(pack_memory.bytes));
    for (uint32_t i = 0; i < sizeof(pack_memory.bytes); i++) pack_memory.bytes[i] = 0;
    pr_dot_use(&model->dot, pr_dot_items_init(&model->dot, pack_memory.bytes, count, other));
    store_random(other, width);
    PASS(put_items(model, other, width));
    PASS(check_items(model, count, width));
    pr_dot_use(&model->dot, 0);
    store_random(dtype, width);
    PASS(put_items(model, dtype, width));
    return check_items(model, ITEMS, width);
}

// Vectors so large or small that bounds are useless, of zeros, or with one large number.
static int check_extremes(void) {
    pr_candidates *model = load(PR_I8, 4, 4, 33, 0);
    for (int32_t k = 0; k < 33; k++) vector[k] = 1e37f * random_value();
    pr_dot_prepare(&model->dot, vector, prepared);
    PASS(check_scan(model, 10, 0, 0, ITEMS));
    for (int32_t k = 0; k < 33; k++) vector[k] = 1e-42f * (float)random_below(9);
    pr_dot_prepare(&model->dot, vector, prepared);
    PASS(check_scan(model, 10, 0, 0, ITEMS));
    for (int32_t k = 0; k < 33; k++) vector[k] = 0;
    pr_dot_prepare(&model->dot, vector, prepared);
    PASS(check_scan(model, 10, 0, 0, ITEMS));
    for (int32_t k = 0; k < 33; k++) vector[k] = k == 5 ? 1000 : random_value();
    pr_dot_prepare(&model->dot, vector, prepared);
    PASS(check_scan(model, 10, 0, 0, ITEMS));
    // Scores are of order 10, but bounds would be -infinity: only the first rows would be kept.
    model = load(PR_I8, 4, 4, 32, 0);
    for (int32_t i = 0; i < ITEMS * 32; i++) stored[i] = (unsigned char)(64 + random_below(64));
    for (int32_t row = 0; row < ITEMS; row++) scale[row] = -2e-38f;
    PASS(put_items(model, PR_I8, 32));
    for (int32_t k = 0; k < 32; k++) vector[k] = 2.5e35f;
    pr_dot_prepare(&model->dot, vector, prepared);
    return check_scan(model, 10, 0, 0, ITEMS);
}

int run(void) {
    static const int32_t dtypes[] = { PR_F32, PR_F16, PR_BF16, PR_I8 },
                         widths[] = { 1, 4, 17, 31, 32, 33, 64, 70 };
    for (int32_t d = 0; d < 4; d++)
        for (int32_t w = 0; w < 8; w++)
            for (int32_t normalized = 0; normalized < 2; normalized++)
                PASS(check_shape(dtypes[d], widths[w], normalized));
    return check_extremes();
}

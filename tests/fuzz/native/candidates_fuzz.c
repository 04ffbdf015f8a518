// Candidate generation: a user's vector and all scores against float64; the scan of every dtype, of
// numbers of any size, gives what scoring all items and keeping the best gives, to the bit.
#include "../../../src/candidates.h"
#include "fuzz.h"

enum { ITEMS_MAX = 50, WIDTH_MAX = 40, INPUTS_MAX = 5, HIDDEN_MAX = 6, WATCHED_MAX = 5 };

static pr_candidates_config config;
static float value[ITEMS_MAX * WIDTH_MAX], embedding[ITEMS_MAX * INPUTS_MAX];
static float weight[2][WIDTH_MAX * (HIDDEN_MAX + INPUTS_MAX)], bias[2][WIDTH_MAX];
static float *vector, *prepared;
static int32_t width, hidden, inputs;

static void put_items(pr_candidates *model, int32_t dtype) {
    pr_table *table = pr_dot_table(&model->dot);
    int32_t count = table->rows * width, copies = fuzz_below(4), zeros = fuzz_below(9);
    uint8_t *stored = fuzz_zeros((uint64_t)(count * pr_dtype_bytes(dtype)));
    float *scale = fuzz_floats(table->rows);
    fuzz_store(dtype, count, stored, value);
    fuzz_fill(scale, table->rows, fuzz_size());
    int32_t bytes = width * pr_dtype_bytes(dtype);
    for (int32_t row = 1; row < table->rows; row++) {
        if (copies && fuzz_draw(copies) == 0) {
            memcpy(stored + row * bytes, stored + (row - 1) * bytes, (size_t)bytes);
            memcpy(value + row * width, value + (row - 1) * width, sizeof(float) * (size_t)width);
            scale[row] = scale[row - 1];
        } else if (zeros && fuzz_draw(zeros) == 0) {
            memset(stored + row * bytes, 0, (size_t)bytes);
            memset(value + row * width, 0, sizeof(float) * (size_t)width);
        }
    }
    REQUIRE(pr_table_set(table, 0, table->rows, 0, width, stored) == PR_OK);
    if (dtype == PR_I8) pr_table_set_scale(table, 0, table->rows, scale);
    for (int32_t i = 0; i < count && dtype == PR_I8; i++) value[i] *= scale[i / width];
    pr_dot_items_ready(&model->dot);
}

static pr_candidates *load(void) {
    width = fuzz_from(1, fuzz_flag() ? WIDTH_MAX : 6);
    hidden = fuzz_from(1, HIDDEN_MAX), inputs = fuzz_from(1, INPUTS_MAX);
    config = (pr_candidates_config){
        .items = fuzz_from(1, ITEMS_MAX),
        .dtype = fuzz_flag() ? PR_I8 : fuzz_below(4),
        .is_normalized = fuzz_flag(),
        .layers = 2,
        .width = { hidden, width },
        .activation = { fuzz_below(PR_SWISH + 1), PR_IDENTITY },
        .features = { .tables = 1,
                      .features = 2,
                      .table = { { ITEMS_MAX, inputs, PR_F32 } },
                      .feature = { { .table = 0, .padding = -1 },
                                   { .table = -1, .padding = -1, .inputs = PR_VALUE } } },
    };
    pr_candidates *model = pr_candidates_init(fuzz_zeros(pr_candidates_size(&config)), &config);
    fuzz_fill(embedding, ITEMS_MAX * inputs, 1);
    REQUIRE(pr_table_set(pr_features_table_at(pr_candidates_features(model), 0), 0, ITEMS_MAX, 0,
                         inputs, embedding) == PR_OK);
    for (int32_t k = 0; k < 2; k++) {
        fuzz_fill(weight[k], k ? width * hidden : hidden * (inputs + 1), 0.5f);
        fuzz_fill(bias[k], k ? width : hidden, 0.5f);
        pr_candidates_set_weight(model, k, 0, k ? width : hidden, weight[k]);
        pr_candidates_set_bias(model, k, bias[k]);
    }
    put_items(model, config.dtype);
    return model;
}

static double length_of(const double *x) {
    double square = 0;
    for (int32_t k = 0; k < width; k++) square += x[k] * x[k];
    return square > 0 ? __builtin_sqrt(square) : 1;
}

static void encode(const pr_candidates *model) {
    int32_t count = fuzz_below(WATCHED_MAX + 1);
    uint32_t *watched = fuzz_rows(count), offsets[] = { 0, (uint32_t)count, (uint32_t)count };
    float numbers[] = { 0, fuzz_number(1) }, *again = fuzz_floats(width);
    fuzz_choose(watched, count, ITEMS_MAX);
    pr_values values = { offsets, watched, numbers };
    pr_candidates_encode(model, &values, vector);
    pr_candidates_encode(model, &values, again);
    REQUIRE(fuzz_is_same(vector, again, width));
    if (fuzz_is_wild) return;
    double x[INPUTS_MAX + 1] = { 0 }, h[HIDDEN_MAX], u[WIDTH_MAX];
    for (int32_t k = 0; k < inputs; k++)
        for (int32_t i = 0; i < count; i++)
            x[k] += (double)embedding[(int32_t)watched[i] * inputs + k] / count;
    x[inputs] = numbers[1];
    for (int32_t o = 0; o < hidden; o++) {
        h[o] = bias[0][o];
        for (int32_t k = 0; k <= inputs; k++) h[o] += weight[0][o * (inputs + 1) + k] * x[k];
        h[o] = reference_activation(config.activation[0], h[o]);
    }
    for (int32_t o = 0; o < width; o++) {
        u[o] = bias[1][o];
        for (int32_t k = 0; k < hidden; k++) u[o] += weight[1][o * hidden + k] * h[k];
    }
    double length = config.is_normalized ? length_of(u) : 1;
    // A short vector has large relative errors.
    for (int32_t o = 0; o < width && length > 0.05; o++)
        REQUIRE(is_close(vector[o], u[o] / length, 1e-4));
}

static void check_scores(const pr_candidates *model, int32_t count) {
    float *raw = fuzz_floats(count), *one = fuzz_floats(1);
    REQUIRE(pr_dot_score(&model->dot, prepared, 0, 0, count, raw) == PR_OK);
    uint32_t row = fuzz_draw(count);
    REQUIRE(pr_dot_score(&model->dot, prepared, &row, 0, 1, one) == PR_OK);
    REQUIRE(fuzz_is_same(one, raw + row, 1));
    REQUIRE(pr_dot_score(&model->dot, prepared, 0, row, count, raw) == PR_ERR_ROW || row == 0);
    for (int32_t i = 0; i < count && !fuzz_is_wild; i++) {
        double sum = 0, size = 0, at[WIDTH_MAX];
        for (int32_t k = 0; k < width; k++) {
            at[k] = value[i * width + k];
            sum += at[k] * vector[k], size += absolute(at[k] * vector[k]);
        }
        if (config.is_normalized) sum /= length_of(at), size /= length_of(at);
        REQUIRE(absolute(raw[i] - sum) <= 4e-6 * size + 1e-30);
    }
}

static pr_topk *heap(int32_t capacity) {
    pr_topk *top = fuzz_zeros(sizeof(pr_topk) + (uint64_t)capacity * sizeof(pr_topk_entry));
    pr_topk_init(top, capacity);
    return top;
}

static void check_scan(const pr_candidates *model, int32_t items) {
    int32_t first = fuzz_flag() ? 0 : fuzz_below(items), count = items - first,
            capacity = fuzz_below(12);
    uint8_t *excluded = fuzz_flag() ? fuzz_zeros((uint64_t)items / 8 + 1) : 0;
    for (int32_t i = 0; excluded && i < items / 8 + 1; i++) excluded[i] = fuzz_byte();
    pr_topk *found = heap(capacity), *expected = heap(capacity);
    float *raw = fuzz_floats(count);
    pr_dot_scan(&model->dot, prepared, (uint32_t)first, count, excluded, found);
    REQUIRE(pr_dot_score(&model->dot, prepared, 0, (uint32_t)first, count, raw) == PR_OK);
    pr_topk_push(expected, raw, 0, (uint32_t)first, count, excluded);
    REQUIRE(pr_topk_sort(found) == pr_topk_sort(expected));
    for (int32_t i = 0; i < found->count; i++)
        REQUIRE(found->entry[i].position == expected->entry[i].position &&
                found->entry[i].score == expected->entry[i].score);
}

static void check_vectors(const pr_candidates *model, int32_t count) {
    uint32_t row = fuzz_draw(count);
    float *of = fuzz_floats(width);
    pr_dot_vectors(&model->dot, &row, 1, of);
    for (int32_t k = 0; k < width && !config.is_normalized; k++)
        REQUIRE(of[k] == value[(int32_t)row * width + k]);
}

static void check_items(const pr_candidates *model, int32_t count) {
    encode(model);
    if (fuzz_flag()) fuzz_fill(vector, width, fuzz_size());
    pr_dot_prepare(&model->dot, vector, prepared);
    check_scores(model, count);
    check_scan(model, count);
    check_scan(model, count);
    check_vectors(model, count);
}

void fuzz_candidates(void) {
    pr_candidates *model = load();
    vector = fuzz_floats(width), prepared = fuzz_floats(pr_dot_prepared_size(&model->dot));
    check_items(model, config.items);
    int32_t count = fuzz_from(1, ITEMS_MAX), dtype = fuzz_below(4);
    pr_dot_use(&model->dot,
               pr_dot_items_init(&model->dot,
                                 fuzz_zeros(pr_dot_items_size(&model->dot, count, dtype)), count,
                                 dtype));
    put_items(model, dtype);
    check_items(model, count);
    pr_dot_use(&model->dot, 0);
    check_scan(model, config.items);
}

// Item to item: scores, users one after another, reasons and rows that must be refused, of every
// layout and precision against float64 over the same numbers.
#include "../../src/item_item.h"
#include "check.h"

// More items than the model reads at a time.
enum { ITEMS = 1030, WIDE = 23, HISTORY = 40 };
enum { WORDS = PR_ITEM_USER_HEADER + WIDE + 1 + 2 * HISTORY };

static union {
    long long align;
    unsigned char bytes[10 << 20];
} memory;
// The matrix as floats, and as a file has it.
static float value[ITEMS * ITEMS + 3], scale[ITEMS];
static unsigned char stored[4 * (ITEMS * ITEMS + 3)];
static float diagonal[ITEMS], output[ITEMS * WIDE], raw[ITEMS + 3], some[HISTORY], effects[HISTORY],
    vectors[2 * (WIDE + 1)];
static uint32_t user[WORDS], one[WORDS];

static void *part_of(pr_item_item *model, int32_t part) { return pr_item_item_part(model, part); }

static int32_t size_of(int32_t dtype) { return pr_dtype_bytes(dtype); }

// Random numbers (rows, width) of a dtype, and their values.
static void store_random(int32_t dtype, int32_t rows, int32_t width) {
    for (int32_t row = 0; row < rows; row++) scale[row] = 0.01f + 0.02f * (random_value() + 1);
    for (int32_t i = 0; i < rows * width; i++) {
        float number = random_value();
        uint16_t bits = (uint16_t)((random_below(60000) & 0xbbff) | 0x2000);
        int8_t byte = (int8_t)(random_below(256) - 128);
        const void *from = dtype == PR_F32  ? (const void *)&number
                           : dtype == PR_I8 ? (const void *)&byte
                                            : (const void *)&bits;
        __builtin_memcpy(stored + i * size_of(dtype), from, (uint32_t)size_of(dtype));
    }
    pr_convert(dtype, stored, scale, rows, width, value);
}

static pr_item_item *start(pr_item_item_config config) {
    __builtin_memset(memory.bytes, 0, sizeof(memory.bytes));
    if (pr_item_item_size(&config) > sizeof(memory.bytes)) return 0;
    return pr_item_item_init(memory.bytes, &config);
}

static pr_item_item *load_dense(int32_t dtype) {
    pr_item_item *model = start((pr_item_item_config){ ITEMS, PR_DENSE, dtype, 0, 0, -1 });
    store_random(dtype, ITEMS, ITEMS);
    __builtin_memcpy(part_of(model, PR_ITEM_VALUES), stored,
                     (uint32_t)(ITEMS * ITEMS * size_of(dtype)));
    if (dtype == PR_I8) __builtin_memcpy(part_of(model, PR_ITEM_SCALE), scale, sizeof(scale));
    return model;
}

// Keeps about a fifth of a random matrix; every seventh row is empty.
static pr_item_item *load_sparse(int32_t dtype) {
    static unsigned char kept[ITEMS * ITEMS];
    int32_t count = 0, size = size_of(dtype);
    store_random(dtype, ITEMS, ITEMS);
    for (int32_t i = 0; i < ITEMS * ITEMS; i++)
        count += kept[i] = i / ITEMS % 7 != 6 && (random_below(5) == 0 || i / ITEMS == 3);
    pr_item_item *model = start((pr_item_item_config){ ITEMS, PR_SPARSE, dtype, count, 0, -1 });
    uint32_t *offsets = part_of(model, PR_ITEM_OFFSETS), *columns = part_of(model, PR_ITEM_COLUMNS);
    unsigned char *values = part_of(model, PR_ITEM_VALUES);
    for (int32_t i = 0, at = 0; i < ITEMS * ITEMS; i++) {
        if (!kept[i]) value[i] = 0;
        if (kept[i]) {
            columns[at] = (uint32_t)(i % ITEMS);
            __builtin_memcpy(values + at++ * size, stored + i * size, (uint32_t)size);
        }
        offsets[i / ITEMS + 1] = (uint32_t)at;
    }
    if (dtype == PR_I8) __builtin_memcpy(part_of(model, PR_ITEM_SCALE), scale, sizeof(scale));
    return model;
}

static pr_item_item *load_low_rank(int32_t dtype, int32_t output_dtype) {
    static float input[ITEMS * WIDE];
    pr_item_item *model =
        start((pr_item_item_config){ ITEMS, PR_LOW_RANK, dtype, 0, WIDE, output_dtype });
    store_random(dtype, ITEMS, WIDE);
    pr_table_set(part_of(model, PR_ITEM_INPUT), 0, ITEMS, 0, WIDE, stored);
    if (dtype == PR_I8) pr_table_set_scale(part_of(model, PR_ITEM_INPUT), 0, ITEMS, scale);
    __builtin_memcpy(input, value, sizeof(input));
    __builtin_memcpy(output, value, sizeof(output));
    if (output_dtype >= 0) {
        store_random(output_dtype, ITEMS, WIDE);
        pr_table_set(part_of(model, PR_ITEM_OUTPUT), 0, ITEMS, 0, WIDE, stored);
        if (output_dtype == PR_I8)
            pr_table_set_scale(part_of(model, PR_ITEM_OUTPUT), 0, ITEMS, scale);
        __builtin_memcpy(output, value, sizeof(output));
    }
    fill_random(diagonal, ITEMS, 1);
    __builtin_memcpy(part_of(model, PR_ITEM_DIAGONAL), diagonal, sizeof(diagonal));
    for (int32_t i = 0; i < ITEMS; i++)
        for (int32_t j = 0; j < ITEMS; j++) {
            double sum = i == j ? -diagonal[i] : 0;
            for (int32_t k = 0; k < WIDE; k++)
                sum += (double)input[i * WIDE + k] * output[j * WIDE + k];
            value[i * ITEMS + j] = (float)sum;
        }
    return model;
}

// Fills `user` with `count` rows from `first` on, at distances of 1 to 20.
static void make_user(const pr_item_item *model, int32_t first, int32_t count) {
    uint32_t *rows = user + PR_ITEM_USER_HEADER + model->input.stride;
    float x;
    user[0] = (uint32_t)count;
    for (int32_t i = 0; i < count; i++) {
        rows[i] = (uint32_t)first;
        first += 1 + random_below(20);
        x = random_value();
        __builtin_memcpy(rows + count + i, &x, sizeof(x));
    }
    pr_item_item_encode(model, user);
}

static const uint32_t *rows_of(const pr_item_item *model) {
    return user + PR_ITEM_USER_HEADER + model->input.stride;
}

static float input_of(const pr_item_item *model, uint32_t i) {
    float x;
    __builtin_memcpy(&x, rows_of(model) + user[0] + i, sizeof(x));
    return x;
}

static double reference(const pr_item_item *model, uint32_t item) {
    double sum = 0;
    for (uint32_t i = 0; i < user[0]; i++)
        sum += (double)input_of(model, i) * value[rows_of(model)[i] * ITEMS + item];
    return sum;
}

static int check_user(pr_item_item *model, double tolerance) {
    const uint32_t rows[] = { 1029, 3, 3, 512, 1024, 0 };
    CHECK(pr_item_item_score(model, user, 0, 0, ITEMS, raw) == PR_OK);
    for (uint32_t item = 0; item < ITEMS; item++)
        CHECK(is_close(raw[item], reference(model, item), tolerance));
    CHECK(pr_item_item_score(model, user, rows, 0, 6, some) == PR_OK);
    for (int32_t i = 0; i < 6; i++) CHECK(some[i] == raw[rows[i]]);
    CHECK(pr_item_item_score(model, user, 0, 1000, 17, some) == PR_OK);
    for (int32_t i = 0; i < 17; i++) CHECK(some[i] == raw[1000 + i]);
    return 0;
}

static int check_reasons(pr_item_item *model, double tolerance) {
    uint32_t count = user[0], item = rows_of(model)[1];
    float x[HISTORY];
    for (uint32_t i = 0; i < count; i++) x[i] = input_of(model, i);
    pr_item_item_explain(model, rows_of(model), x, (int32_t)count, one, item, effects);
    for (uint32_t i = 0; i < count; i++)
        CHECK(is_close(effects[i], (double)x[i] * value[rows_of(model)[i] * ITEMS + item],
                       tolerance));
    return 0;
}

// Users one after another, some of them empty: nothing of one remains in the scores of the next.
static int check_users(pr_item_item *model, double tolerance) {
    CHECK(model);
    for (int32_t k = 0; k < 5; k++) {
        make_user(model, 3 + k, k % 3 ? HISTORY - 3 * k : 0);
        PASS(check_user(model, tolerance));
    }
    PASS(check_reasons(model, tolerance));
    PASS(check_user(model, tolerance));
    uint32_t bad[] = { 0, ITEMS };
    raw[1] = 77;
    CHECK(pr_item_item_score(model, user, bad, 0, 2, raw) == PR_ERR_ROW);
    CHECK(pr_item_item_score(model, user, 0, 1, ITEMS, raw) == PR_ERR_ROW && raw[1] == 77);
    return 0;
}

static int check_vectors(pr_item_item *model) {
    const uint32_t rows[] = { 9, 1029 };
    pr_item_item_vectors(model, rows, 2, vectors);
    for (int32_t i = 0; i < 2; i++)
        for (int32_t k = 0; k < WIDE; k++)
            CHECK(vectors[i * (WIDE + 1) + k] == output[(int32_t)rows[i] * WIDE + k]);
    return 0;
}

// A change to the offsets or columns of a sparse matrix is found in its row, and in no other.
static int check_bad(pr_item_item *model, uint32_t *at, uint32_t to, int32_t row) {
    uint32_t before = *at;
    CHECK(pr_item_item_first_bad(model, 0, ITEMS) == -1);
    *at = to;
    CHECK(pr_item_item_first_bad(model, 0, ITEMS) == row);
    CHECK(pr_item_item_first_bad(model, 0, row) == -1);
    *at = before;
    return 0;
}

static int check_matrix(void) {
    pr_item_item *model = load_sparse(PR_F32);
    uint32_t *offsets = part_of(model, PR_ITEM_OFFSETS), *columns = part_of(model, PR_ITEM_COLUMNS);
    uint32_t count = (uint32_t)model->config.count, begin = offsets[500];
    PASS(check_bad(model, offsets, 1, 0));
    PASS(check_bad(model, offsets + 500, offsets[499] - 1, 499));
    PASS(check_bad(model, offsets + 500, count + 1, 499));
    PASS(check_bad(model, offsets + 500, UINT32_MAX, 499));
    PASS(check_bad(model, offsets + ITEMS, count - 1, ITEMS - 1));
    PASS(check_bad(model, columns + begin, ITEMS, 500));
    PASS(check_bad(model, columns + begin, UINT32_MAX, 500));
    PASS(check_bad(model, columns + begin + 1, columns[begin], 500));
    PASS(check_bad(model, columns + begin + 2, columns[begin], 500));
    return 0;
}

int run(void) {
    static const int32_t dtypes[] = { PR_F32, PR_F16, PR_BF16, PR_I8 };
    for (int32_t k = 0; k < 4; k++) {
        PASS(check_users(load_dense(dtypes[k]), TOLERANCE));
        PASS(check_users(load_sparse(dtypes[k]), TOLERANCE));
        // Sums of products of sums.
        PASS(check_users(load_low_rank(dtypes[k], -1), 5 * TOLERANCE));
        pr_item_item *model = load_low_rank(PR_F32, dtypes[k]);
        PASS(check_users(model, 5 * TOLERANCE));
        PASS(check_vectors(model));
    }
    return check_matrix();
}

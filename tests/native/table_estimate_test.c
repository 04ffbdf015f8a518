// Estimates of products: never further from those of pr_table_dot than the unit, for every dtype,
// width, row and vector; and the same bits everywhere.
#include "../../src/table_estimate.h"
#include "check.h"

enum { ROWS = 9, WIDTH = 500, BYTES = 1 << 21 };

static union {
    long long align;
    unsigned char bytes[BYTES];
} memory;
static float weight[ROWS * WIDTH], x[WIDTH], padded[WIDTH + 4], scratch[5 * (WIDTH + 4)];
static float exact[ROWS + 3], y[ROWS + 3], unit[ROWS + 3], bias[ROWS], scale[WIDTH];
static uint8_t stored[ROWS * WIDTH * 4];
static uint32_t rows[ROWS + 3], hash;

static void fold(const float *numbers, int32_t count) {
    const uint8_t *bytes = (const uint8_t *)numbers;
    for (int32_t i = 0; i < 4 * count; i++) hash = (hash ^ bytes[i]) * 16777619u;
}

// Rows of very different lengths, of zeros, with an outlier, alike, and between two steps each.
static void fill_rows(int32_t width) {
    static const float size[ROWS] = { 1, 0, 1e30f, 1e-35f, 1e-3f, 1, 1, 1, 40 };
    for (int32_t r = 0; r < ROWS; r++) {
        fill_random(weight + r * width, width, size[r]);
        bias[r] = r % 3 == 2 ? 1000 * random_value() : random_value();
    }
    weight[4 * width] = 77;
    for (int32_t k = 1; k < width; k++) weight[5 * width + k] = 0.5f / 127;
    weight[5 * width] = 1;
    for (int32_t k = 0; k < width; k++) weight[7 * width + k] = weight[6 * width + k];
}

// The numbers of a file: halves cut off, bytes of any value.
static void store(int32_t dtype, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        uint32_t bits;
        __builtin_memcpy(&bits, &weight[i], sizeof bits);
        uint16_t bfloat = (uint16_t)(bits >> 16),
                 half = (uint16_t)(random_below(0x7bff) | (i % 2 << 15));
        int8_t byte = (int8_t)(random_below(256) - 128);
        if (dtype == PR_F32) __builtin_memcpy(stored + 4 * i, &weight[i], 4);
        if (dtype == PR_F16) __builtin_memcpy(stored + 2 * i, &half, 2);
        if (dtype == PR_BF16) __builtin_memcpy(stored + 2 * i, &bfloat, 2);
        if (dtype == PR_I8) __builtin_memcpy(stored + i, &byte, 1);
    }
}

static void fill_x(int32_t kind, int32_t width) {
    static const float size[] = { 1, 0, 1e-20f, 1e30f, 1 };
    fill_random(x, width, size[kind]);
    if (kind == 4) x[width / 2] = 1000;
}

static int is_bound(int32_t i, float constant, float shift) {
    float score = exact[i] + (constant + shift), error = score - y[i];
    // Where floats overflow, nothing is claimed.
    if (!(absolute(score) < 1e38) || !(absolute(y[i]) < 1e38) || !(unit[i] < 1e38)) return 1;
    return absolute(error) <= unit[i];
}

static int check_table(int32_t dtype, int32_t is_transposed, int32_t width) {
    pr_table table;
    pr_table_estimate estimate;
    pr_arena arena = { (uintptr_t)memory.bytes };
    for (int32_t i = 0; i < 1 << 16; i++) memory.bytes[i] = 0;
    pr_table_plan(&table, &arena, dtype, is_transposed, ROWS, width);
    fill_rows(width);
    store(dtype, ROWS * width);
    if (is_transposed)
        CHECK(pr_table_set(&table, 0, width, 0, ROWS, stored) == PR_OK);
    else
        CHECK(pr_table_set(&table, 0, ROWS, 0, width, stored) == PR_OK);
    fill_random(scale, WIDTH, 0.1f);
    scale[0] = 0;
    if (dtype == PR_I8) pr_table_set_scale(&table, 0, is_transposed ? width : ROWS, scale);
    pr_table_estimate_plan(&estimate, &arena, &table);
    CHECK(arena.at - (uintptr_t)memory.bytes <= 1 << 16);
    pr_table_estimate_round(&estimate, &table, scratch);
    for (int32_t kind = 0; kind < 5; kind++) {
        fill_x(kind, width);
        pr_table_scale_columns(&table, x, padded);
        pr_table_estimate_set(&estimate, padded);
        for (int32_t count = 1; count <= ROWS; count++) {
            for (int32_t i = 0; i < ROWS + 3; i++)
                rows[i] = (uint32_t)(i < count ? i * 5 % ROWS : 0);
            pr_table_dot(&table, padded, rows, 0, count, exact, scratch);
            pr_table_estimate_dot(&estimate, count % 2 ? bias : 0, 0.25f, rows, count, y, unit);
            fold(y, count);
            fold(unit, count);
            for (int32_t i = 0; i < count; i++)
                CHECK(is_bound(i, 0.25f, count % 2 ? bias[rows[i]] : 0));
        }
    }
    return 0;
}

// Of ordinary rows and vectors the unit is small beside the scores: else it would decide nothing.
static int check_sharpness(void) {
    pr_table table;
    pr_table_estimate estimate;
    pr_arena arena = { (uintptr_t)memory.bytes };
    double errors = 0, sizes = 0, units = 0;
    for (int32_t i = 0; i < 1 << 16; i++) memory.bytes[i] = 0;
    pr_table_plan(&table, &arena, PR_F32, 0, ROWS, WIDTH);
    fill_random(weight, ROWS * WIDTH, 1);
    fill_random(x, WIDTH, 1);
    pr_table_set(&table, 0, ROWS, 0, WIDTH, weight);
    pr_table_estimate_plan(&estimate, &arena, &table);
    pr_table_estimate_round(&estimate, &table, scratch);
    pr_table_estimate_set(&estimate, x);
    for (int32_t i = 0; i < ROWS + 3; i++) rows[i] = (uint32_t)(i % ROWS);
    pr_table_estimate_dot(&estimate, 0, 0, rows, ROWS, y, unit);
    for (int32_t r = 0; r < ROWS; r++) {
        double product = 0;
        for (int32_t k = 0; k < WIDTH; k++) product += (double)weight[r * WIDTH + k] * x[k];
        errors += absolute(product - y[r]);
        sizes += absolute(product);
        units += unit[r];
    }
    CHECK(errors < 0.02 * sizes && units < 0.5 * sizes && errors > 0);
    return 0;
}

static int check_not_finite(void) {
    static const float bad[] = { __builtin_inff(), -__builtin_inff() };
    pr_table table;
    pr_table_estimate estimate;
    for (int32_t kind = 0; kind < 3; kind++) {
        pr_arena arena = { (uintptr_t)memory.bytes };
        for (int32_t i = 0; i < 1 << 16; i++) memory.bytes[i] = 0;
        pr_table_plan(&table, &arena, PR_F32, 0, ROWS, 20);
        fill_random(weight, ROWS * 20, 1);
        fill_random(x, 20, 1);
        x[7] = kind < 2 ? bad[kind] : __builtin_nanf("");
        pr_table_set(&table, 0, ROWS, 0, 20, weight);
        pr_table_estimate_plan(&estimate, &arena, &table);
        pr_table_estimate_round(&estimate, &table, scratch);
        pr_table_estimate_set(&estimate, x);
        pr_table_estimate_dot(&estimate, 0, 0, rows, ROWS, y, unit);
        for (int32_t r = 0; r < ROWS; r++) CHECK(y[r] != y[r] && unit[r] != unit[r]);
    }
    return 0;
}

// The widest rows, all numbers at their largest.
static int check_widest(void) {
    enum { WIDEST = PR_TABLE_ESTIMATE_WIDTH };
    static float ones[WIDEST];
    static uint8_t least[WIDEST];
    pr_table table;
    pr_table_estimate estimate;
    pr_arena arena = { (uintptr_t)memory.bytes };
    const float step = -0.5f;
    for (int32_t i = 0; i < BYTES; i++) memory.bytes[i] = 0;
    for (int32_t k = 0; k < WIDEST; k++) {
        ones[k] = 1;
        least[k] = 0x80;
    }
    pr_table_plan(&table, &arena, PR_I8, 0, 1, WIDEST);
    pr_table_set(&table, 0, 1, 0, WIDEST, least);
    pr_table_set_scale(&table, 0, 1, &step);
    pr_table_estimate_plan(&estimate, &arena, &table);
    CHECK(arena.at - (uintptr_t)memory.bytes <= BYTES);
    pr_table_estimate_round(&estimate, &table, 0);
    pr_table_estimate_set(&estimate, ones);
    for (int32_t i = 0; i < 4; i++) rows[i] = 0;
    pr_table_estimate_dot(&estimate, 0, 0, rows, 1, y, unit);
    CHECK(is_close_relative(y[0], 64.0 * WIDEST, 1e-6) && unit[0] > 0);
    return 0;
}

int run(void) {
    static const int32_t widths[] = { 1, 3, 15, 16, 18, 64, 100, 500 };
    hash = 2166136261u;
    for (int32_t w = 0; w < 8; w++)
        for (int32_t dtype = PR_F32; dtype <= PR_I8; dtype++)
            for (int32_t is_transposed = 0; is_transposed < 2; is_transposed++)
                PASS(check_table(dtype, is_transposed, widths[w]));
    CHECK(hash == 326097151); // the same bits natively and in both modules
    PASS(check_sharpness());
    PASS(check_not_finite());
    PASS(check_widest());
    return 0;
}

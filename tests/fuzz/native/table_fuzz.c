// Tables of every dtype, filled in blocks: products, rows and sums against float64, and the bounds
// of the integer scan.
#include "../../../src/query.h"
#include "../../../src/table.h"
#include "fuzz.h"

enum { ROWS_MAX = 20, WIDTH_MAX = 70 };

static pr_table table;
static float values[ROWS_MAX * WIDTH_MAX]; // (rows, width) with scales
static float *scratch;

static void fill_pieces(const uint8_t *stored, int32_t height, int32_t across, int32_t size) {
    int32_t row_step = fuzz_from(1, height), column_step = fuzz_from(1, across);
    for (int32_t r = 0; r < height; r += row_step)
        for (int32_t c = 0; c < across; c += column_step) {
            int32_t high = height - r < row_step ? height - r : row_step,
                    wide = across - c < column_step ? across - c : column_step;
            uint8_t *piece = fuzz_zeros((uint64_t)(high * wide * size));
            for (int32_t i = 0; i < high; i++)
                memcpy(piece + i * wide * size, stored + ((r + i) * across + c) * size,
                       (size_t)(wide * size));
            REQUIRE(pr_table_set(&table, r, high, c, wide, piece) == PR_OK);
        }
}

static void load(int32_t dtype, int32_t is_transposed, int32_t rows, int32_t width) {
    static float plain[ROWS_MAX * WIDTH_MAX];
    int32_t height = is_transposed ? width : rows, across = is_transposed ? rows : width;
    pr_arena size = { 0 };
    pr_table_plan(&table, &size, dtype, is_transposed, rows, width);
    pr_arena arena = { (uintptr_t)fuzz_zeros(size.at) };
    pr_table_plan(&table, &arena, dtype, is_transposed, rows, width);
    uint8_t *stored = fuzz_zeros((uint64_t)(rows * width * pr_dtype_bytes(dtype)));
    fuzz_store(dtype, rows * width, stored, plain);
    fill_pieces(stored, height, across, pr_dtype_bytes(dtype));
    float *scale = fuzz_floats(height);
    fuzz_fill(scale, height, fuzz_size());
    if (dtype == PR_I8) pr_table_set_scale(&table, 0, height, scale);
    for (int32_t i = 0; i < rows * width; i++) {
        int32_t row = is_transposed ? i % across : i / across,
                k = is_transposed ? i / across : i % across;
        values[row * width + k] = plain[i] * (dtype == PR_I8 ? scale[i / across] : 1);
    }
}

// Products of rows, alone and together, and the same bits for each.
static void check_products(int32_t rows, int32_t width) {
    float *x = fuzz_floats(width), *padded = fuzz_floats(table.stride);
    int32_t first = fuzz_below(rows), count = fuzz_from(0, rows - first), picks = fuzz_below(12);
    float *y = fuzz_floats(count), *picked = fuzz_floats(picks), *one = fuzz_floats(1);
    uint32_t *some = fuzz_rows(picks);
    fuzz_fill(x, width, 1);
    pr_table_scale_columns(&table, x, padded);
    for (int32_t k = width; k < table.stride; k++) REQUIRE(padded[k] == 0);
    pr_table_dot(&table, padded, 0, (uint32_t)first, count, y, scratch);
    fuzz_choose(some, picks, rows);
    pr_table_dot(&table, padded, some, 0, picks, picked, scratch);
    for (int32_t i = 0; i < picks; i++) {
        pr_table_dot(&table, padded, some + i, 0, 1, one, scratch);
        REQUIRE(fuzz_is_same(one, picked + i, 1));
        int32_t at = (int32_t)some[i] - first;
        if (at >= 0 && at < count) REQUIRE(fuzz_is_same(y + at, picked + i, 1));
    }
    for (int32_t i = 0; i < count && !fuzz_is_wild; i++) {
        double sum = 0, size = 0;
        for (int32_t k = 0; k < width; k++) {
            double term = (double)values[(first + i) * width + k] * x[k];
            sum += term, size += absolute(term);
        }
        REQUIRE(absolute(y[i] - sum) <= 2e-6 * size + 1e-30);
    }
}

static void check_rows(int32_t rows, int32_t width) {
    uint32_t row = fuzz_draw(rows);
    float *y = fuzz_floats(table.stride);
    pr_table_row(&table, row, y);
    pr_table_scale_columns(&table, y, y);
    for (int32_t k = 0; k < width; k++) REQUIRE(y[k] == values[(int32_t)row * width + k]);
}

// A sum of rows, then the same rows withdrawn.
static void check_sums(int32_t rows, int32_t width) {
    int32_t count = fuzz_below(40);
    float *high = fuzz_floats(table.stride), *low = fuzz_floats(table.stride),
          *weights = fuzz_floats(count), *sum = fuzz_floats(table.stride);
    uint32_t *some = fuzz_rows(count);
    fuzz_choose(some, count, rows);
    fuzz_fill(weights, count, 1);
    pr_table_add_rows(&table, some, weights, count, high, low, scratch);
    for (int32_t k = 0; k < table.stride; k++) sum[k] = high[k] + low[k];
    pr_table_scale_columns(&table, sum, sum);
    if (fuzz_is_wild) return;
    double largest = 0;
    for (int32_t k = 0; k < width; k++) {
        double expected = 0, size = 0;
        for (int32_t i = 0; i < count; i++) {
            double term = (double)weights[i] * values[(int32_t)some[i] * width + k];
            expected += term, size += absolute(term);
        }
        REQUIRE(absolute(sum[k] - expected) <= 4e-6 * size + 1e-30);
        if (size > largest) largest = size;
    }
    for (int32_t i = count; i-- > 0;) {
        float withdrawn = -weights[i];
        pr_table_add_rows(&table, some + i, &withdrawn, 1, high, low, scratch);
    }
    for (int32_t k = 0; k < table.stride; k++) sum[k] = high[k] + low[k];
    pr_table_scale_columns(&table, sum, sum);
    for (int32_t k = 0; k < width; k++) REQUIRE(absolute(sum[k]) <= 1e-5 * largest + 1e-30);
}

// The bounds of an int8 table are never below the products.
static void check_bounds(int32_t rows, int32_t width) {
    float *x = fuzz_floats(width), *padded = fuzz_floats(table.stride), *y = fuzz_floats(rows);
    fuzz_fill(x, width, fuzz_size());
    pr_table_scale_columns(&table, x, padded);
    pr_table_dot(&table, padded, 0, 0, rows, y, scratch);
    pr_query query = { .numbers = fuzz_zeros((uint64_t)pr_query_size(table.stride)) };
    if (!pr_query_fits(&table) || !pr_query_make(&query, padded, table.stride)) return;
    uint32_t half = (uint32_t)rows / 8 * 4;
    for (uint32_t row = 0; row < half; row += 4) {
        // -infinity: the bounds of the first rows.
        uint32_t found = pr_query_next(&query, &table, row, half, half, -__builtin_inff());
        REQUIRE(found == row);
        for (uint32_t i = 0; i < 8; i++) {
            float product = y[i < 4 ? row + i : row + half + i - 4];
            REQUIRE(!(query.bound[i] < product));
        }
    }
}

void fuzz_table(void) {
    int32_t dtype = fuzz_below(4), is_transposed = fuzz_flag(), rows = fuzz_from(1, ROWS_MAX),
            width = fuzz_from(1, fuzz_flag() ? WIDTH_MAX : 9);
    load(dtype, is_transposed, rows, width);
    scratch = fuzz_garbage(PR_TABLE_SCRATCH * (uint64_t)table.stride * sizeof(float));
    check_products(rows, width);
    check_rows(rows, width);
    check_sums(rows, width);
    if (dtype == PR_I8 && !is_transposed) check_bounds(rows, width);
}

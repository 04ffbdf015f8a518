// The bounds of an int8 table's products: never below the product that is computed, whatever the
// sizes of scales, norms and queries, and close to it where these are ordinary.
#include "../../src/query.h"

#include "check.h"

enum { ROWS = 16, WIDTH_MAX = 68 };

static union {
    long double alignment;
    unsigned char bytes[1 << 14];
} memory;
static pr_table table;
static float x[WIDTH_MAX], exact[ROWS], norm[ROWS], bias[ROWS],
    scratch[PR_TABLE_SCRATCH * WIDTH_MAX];
static uint32_t numbers[2 * 96 / 4];

static const float INFINITE = __builtin_inff();

static int is_finite(double value) { return absolute(value) <= 3.4028234663852886e38; }

// A table of random bytes with scales around `scale`, some of them negative or 0.
static void make_table(int32_t width, float scale) {
    static int8_t bytes[ROWS * WIDTH_MAX];
    float scales[ROWS];
    pr_arena arena = { (uintptr_t)memory.bytes };
    pr_table_plan(&table, &arena, PR_I8, 0, ROWS, width);
    for (int32_t i = 0; i < ROWS * width; i++) bytes[i] = (int8_t)(random_below(256) - 128);
    for (int32_t i = 0; i < width; i++) bytes[i] = -128;
    for (int32_t row = 0; row < ROWS; row++)
        scales[row] = row == 5 ? 0 : scale * (row % 2 ? -1.0f : 1.0f) * (1 + random_value() / 4);
    pr_table_set(&table, 0, ROWS, 0, width, bytes);
    pr_table_set_scale(&table, 0, ROWS, scales);
}

// Bounds of all rows.
static void bound_all(const pr_query *made, float *bound) {
    pr_query query = *made;
    for (uint32_t row = 0; row < ROWS / 2; row += 4) {
        pr_query_next(&query, &table, row, ROWS / 2, ROWS / 2, -INFINITE);
        for (int r = 0; r < 4; r++) {
            bound[row + r] = query.bound[r];
            bound[ROWS / 2 + row + r] = query.bound[4 + r];
        }
    }
}

// x (width) up to `size`: half of them half a step away from what the query can hold.
static void make_query(int32_t width, float size) {
    for (int32_t k = 0; k < table.stride; k++) x[k] = k < width ? size * random_value() : 0;
    for (int32_t k = 1; k < width; k += 2)
        x[k] = (k % 4 == 1 ? size : -size) * (((float)random_below(60) + 0.498f) / 63);
    x[0] = size;
}

// biases: one per row, or NULL; then with a constant too.
static int check_bounds(const float *norms, const float *biases) {
    float bound[ROWS];
    pr_query query = {
        .numbers = (uint8_t *)numbers,
        .norm = norms,
        .bias = biases,
        .constant = biases ? 3.3f : 0,
    };
    // Other numbers are scored one by one.
    if (!pr_query_fits(&table) || !pr_query_make(&query, x, table.stride)) return 0;
    pr_table_dot(&table, x, 0, 0, ROWS, exact, scratch);
    bound_all(&query, bound);
    for (int32_t row = 0; row < ROWS; row++) {
        float value = exact[row];
        if (norms) value *= norms[row];
        if (biases) value += biases[row];
        value += query.constant;
        // A limit as the scan has it: the best so far, here the row itself.
        if (is_finite(value)) CHECK(!(bound[row] < value));
    }
    return 0;
}

// Every scale with every query.
static int check_extremes(int32_t width) {
    static const float sizes[] = { 1e-45f, 2e-38f, 2e-12f, 1e-10f, 1, 1e10f, 5e11f, 5e36f, 3e38f };
    for (uint32_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++)
        for (uint32_t q = 0; q < sizeof(sizes) / sizeof(*sizes); q++) {
            make_table(width, sizes[s] > 2e36f ? 2e36f : sizes[s]);
            make_query(width, sizes[q]);
            PASS(check_bounds(0, 0));
            for (int32_t row = 0; row < ROWS; row++) bias[row] = 1e3f * random_value();
            PASS(check_bounds(0, bias));
            for (int32_t row = 0; row < ROWS; row++) {
                float length = absolute(table.scale[row]) * 500;
                norm[row] = length > 1e-38f ? 1 / length : 0;
            }
            PASS(check_bounds(norm, 0));
            PASS(check_bounds(norm, bias));
        }
    return 0;
}

// Ordinary sizes: a bound is above the product by a few percent of the largest at most, so that it
// rejects rows.
static int check_tightness(void) {
    float bound[ROWS];
    double most = 0;
    pr_query query = { .numbers = (uint8_t *)numbers };
    make_table(64, 0.01f);
    make_query(64, 0.5f);
    pr_query_make(&query, x, table.stride);
    pr_table_dot(&table, x, 0, 0, ROWS, exact, scratch);
    bound_all(&query, bound);
    for (int32_t k = 0; k < 64; k++) most += absolute(x[k]) * 1.28 * 1.25;
    for (int32_t row = 0; row < ROWS; row++) CHECK(bound[row] - exact[row] < 0.04 * most);
    return 0;
}

// The bound of a query that the integers cannot hold must cover what they lose: one row of bytes
// that all have the sign of the loss.
static int check_slack(void) {
    float bound[ROWS];
    pr_query query = { .numbers = (uint8_t *)numbers };
    make_table(64, 1);
    for (int32_t k = 0; k < 64; k++) x[k] = k ? -0.49f / 127 : 1;
    for (int32_t row = 0; row < ROWS; row++) table.scale[row] = 1;
    pr_query_make(&query, x, table.stride);
    pr_table_dot(&table, x, 0, 0, ROWS, exact, scratch);
    bound_all(&query, bound);
    // Row 0 is -128 throughout: the integers see -128 of it, the product is larger by 63 parts.
    CHECK(exact[0] > -128 + 20);
    CHECK(bound[0] >= exact[0]);
    return 0;
}

// Rows are read by 32 bytes: the arena's block of an int8 table must hold what is read.
static int check_padding(void) {
    for (int32_t width = 4; width <= WIDTH_MAX; width += 4) {
        pr_arena arena = { 0 };
        pr_table planned;
        pr_table_plan(&planned, &arena, PR_I8, 0, 8, width);
        uint64_t end = (uint64_t)planned.scale - (uint64_t)planned.values;
        CHECK(end >= (uint64_t)(7 * planned.stride + pr_round_up(planned.stride, 32)));
    }
    return 0;
}

int run(void) {
    for (int32_t width = 1; width <= WIDTH_MAX; width += width < 9 ? 1 : 13)
        PASS(check_extremes(width));
    PASS(check_tightness());
    PASS(check_slack());
    return check_padding();
}

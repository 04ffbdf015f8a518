// Tables in every stored precision, transposed and not: rows, products and sums against float64
// over the same numbers.
#include "../../src/table.h"
#include "check.h"

enum { ROWS = 37, WIDTH_MAX = 45, PICKED = 70, MANY = 5 };

// What withdrawals may leave of a sum: of floats, and of the smaller or larger numbers of other
// dtypes.
static const double RESIDUE_F32 = 2e-6, RESIDUE_OTHERS = 2e-4;

static union {
    long long align;
    unsigned char bytes[1 << 16];
} memory;
static float values[ROWS * WIDTH_MAX], scale[WIDTH_MAX + ROWS], x[WIDTH_MAX + 3], y[ROWS],
    row[WIDTH_MAX + 3];
static float high[WIDTH_MAX + 3], low[WIDTH_MAX + 3], weights[PICKED];
static float scratch[PR_TABLE_SCRATCH * (WIDTH_MAX + 3)];
static uint32_t rows[PICKED];
static unsigned char stored[ROWS * WIDTH_MAX * 4], piece[ROWS * WIDTH_MAX * 4];

// Stores a random number of the dtype and returns its value without scale.
static float store_random(int32_t dtype, int32_t at) {
    float value;
    if (dtype == PR_F32) {
        value = random_value();
        __builtin_memcpy(stored + 4 * at, &value, 4);
    } else if (dtype == PR_I8) {
        int8_t byte = (int8_t)(127 * random_value());
        stored[at] = (unsigned char)byte;
        value = byte;
    } else {
        uint16_t bits[4] = { (uint16_t)((random_below(60000) & 0xbbff) | 0x2000) };
        float four[4];
        __builtin_memcpy(stored + 2 * at, bits, 2);
        pr_convert(dtype, bits, 0, 1, 1, four);
        value = four[0];
    }
    return value;
}

// A random tensor, (rows, width) or for a transposed table (width, rows), set in blocks of 5 x 7.
static pr_table load(int32_t dtype, int32_t is_transposed, int32_t width) {
    pr_table table;
    pr_arena arena = { (uintptr_t)memory.bytes };
    int32_t size = dtype == PR_F32 ? 4 : dtype == PR_I8 ? 1 : 2;
    int32_t height = is_transposed ? width : ROWS, across = is_transposed ? ROWS : width;
    for (uint32_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_table_plan(&table, &arena, dtype, is_transposed, ROWS, width);
    for (int32_t i = 0; i < height * across; i++) {
        int32_t r = is_transposed ? i % across : i / across,
                k = is_transposed ? i / across : i % across;
        values[r * width + k] = store_random(dtype, i);
    }
    for (int32_t r = 0; r < height; r += 5)
        for (int32_t c = 0; c < across; c += 7) {
            int32_t high_piece = height - r < 5 ? height - r : 5,
                    wide = across - c < 7 ? across - c : 7;
            for (int32_t i = 0; i < high_piece; i++)
                __builtin_memcpy(piece + i * wide * size, stored + ((r + i) * across + c) * size,
                                 (uint32_t)(wide * size));
            if (pr_table_set(&table, r, high_piece, c, wide, piece)) table.rows = 0;
        }
    fill_random(scale, height, 0.1f);
    if (dtype == PR_I8) pr_table_set_scale(&table, 0, height, scale);
    for (int32_t i = 0; i < ROWS * width && dtype == PR_I8; i++)
        values[i] *= scale[is_transposed ? i % width : i / width];
    return table;
}

// Several vectors at once: the bits of each alone, for even and odd numbers of rows and vectors.
static int check_many(const pr_table *table) {
    static float vectors[MANY * (WIDTH_MAX + 7)], together[MANY * ROWS];
    int32_t x_stride = table->stride + 4;
    fill_random(vectors, MANY * x_stride, 1);
    for (int32_t u = 0; u < MANY; u++)
        for (int32_t k = table->width; k < table->stride; k++) vectors[u * x_stride + k] = 0;
    for (int32_t many = 1; many <= MANY; many++)
        for (int32_t count = ROWS - 2; count <= ROWS; count++) {
            const uint32_t *chosen = many % 2 ? rows : 0;
            pr_table_dot_many(table, vectors, x_stride, many, chosen, 0, count, together, scratch);
            for (int32_t u = 0; u < many; u++) {
                pr_table_dot(table, vectors + u * x_stride, chosen, 0, count, y, scratch);
                for (int32_t i = 0; i < count; i++) CHECK(together[u * count + i] == y[i]);
            }
        }
    return 0;
}

static int check_reading(int32_t dtype, int32_t is_transposed, int32_t width) {
    pr_table table = load(dtype, is_transposed, width);
    CHECK(table.rows == ROWS && table.stride % 4 == 0 && table.stride >= width &&
          table.stride < width + 4);
    fill_random(x, width, 1);
    float scaled[WIDTH_MAX + 3];
    pr_table_scale_columns(&table, x, scaled);
    for (int32_t k = width; k < table.stride; k++) CHECK(scaled[k] == 0);
    pr_table_dot(&table, scaled, 0, 3, ROWS - 3, y, scratch);
    for (int32_t r = 3; r < ROWS; r++) {
        double expected = 0;
        for (int32_t k = 0; k < width; k++) expected += (double)values[r * width + k] * x[k];
        CHECK(is_close(y[r - 3], expected, TOLERANCE));
    }
    // Single rows, in any order, some twice: the same bits as in the scan.
    for (int32_t i = 0; i < ROWS; i++) rows[i] = (uint32_t)(3 + random_below(ROWS - 3));
    float picked[ROWS];
    pr_table_dot(&table, scaled, rows, 0, ROWS, picked, scratch);
    for (int32_t i = 0; i < ROWS; i++) CHECK(picked[i] == y[rows[i] - 3]);
    if (check_many(&table)) return 1;
    pr_table_row(&table, 5, row);
    pr_table_scale_columns(&table, row, row);
    for (int32_t k = 0; k < width; k++) CHECK(row[k] == values[5 * width + k]);
    return 0;
}

static int check_adding(int32_t dtype, int32_t is_transposed, int32_t width, int32_t count) {
    pr_table table = load(dtype, is_transposed, width);
    for (int32_t k = 0; k < table.stride; k++) high[k] = low[k] = 0;
    for (int32_t i = 0; i < count; i++) {
        rows[i] = (uint32_t)random_below(ROWS);
        weights[i] = random_value();
    }
    pr_table_add_rows(&table, rows, weights, count, high, low, scratch);
    for (int32_t k = 0; k < table.stride; k++) row[k] = high[k] + low[k];
    pr_table_scale_columns(&table, row, row);
    for (int32_t k = 0; k < width; k++) {
        double expected = 0;
        for (int32_t i = 0; i < count; i++)
            expected += (double)weights[i] * values[(int32_t)rows[i] * width + k];
        CHECK(is_close(row[k], expected, TOLERANCE));
    }
    // Withdrawn one by one in another order: the sum is zero.
    for (int32_t i = 0; i < count; i++) weights[i] = -weights[i];
    for (int32_t i = count; i-- > 0;)
        pr_table_add_rows(&table, rows + i, weights + i, 1, high, low, scratch);
    for (int32_t k = 0; k < table.stride; k++)
        CHECK(is_close(high[k] + low[k], 0, dtype == PR_F32 ? RESIDUE_F32 : RESIDUE_OTHERS));
    return 0;
}

static int check_not_finite(void) {
    pr_table table = load(PR_F32, 0, 3);
    float nan[6] = { 1, 2, 3, 4, __builtin_nanf(""), 6 }, infinite[3] = { -__builtin_inff(), 0, 0 };
    CHECK(pr_table_set(&table, 0, 2, 0, 3, nan) == PR_ERR_NOT_FINITE);
    CHECK(pr_first_not_finite(PR_F32, nan, 6) == 4);
    CHECK(pr_table_set(&table, 0, 1, 0, 3, infinite) == PR_ERR_NOT_FINITE);
    CHECK(pr_first_not_finite(PR_F32, infinite, 3) == 0);
    table = load(PR_F16, 1, 3);
    uint16_t half[3] = { 0x3c00, 0x7bff, 0x7c00 };
    CHECK(pr_table_set(&table, 0, 1, 0, 3, half) == PR_ERR_NOT_FINITE);
    CHECK(pr_first_not_finite(PR_F16, half, 3) == 2);
    CHECK(pr_table_set(&table, 0, 1, 0, 2, half) == PR_OK);
    table = load(PR_BF16, 0, 3);
    CHECK(pr_table_set(&table, 0, 1, 0, 3, half) == PR_OK);
    half[1] = 0xff80;
    CHECK(pr_table_set(&table, 0, 1, 0, 3, half) == PR_ERR_NOT_FINITE);
    CHECK(pr_first_not_finite(PR_BF16, half, 3) == 1);
    return 0;
}

// ---- halves

// Any finite number, often one at the ends of the range: zero, the smallest, subnormal or largest.
static uint16_t random_half(uint16_t exponent) {
    uint16_t sign = random_below(2) ? 0x8000 : 0, largest = (uint16_t)(exponent - 1);
    uint16_t special[] = { 0, 1, 2, 0x03ff, 0x0400, 0x007f, 0x0080, largest };
    if (random_below(4) == 0) return sign | special[random_below(8)];
    return sign | (uint16_t)random_below(exponent);
}

static float random_sized(float size) {
    float sizes[] = { 1, 0, 0x1p-24f, 0x1p-9f };
    return size * sizes[random_below(4)] * random_value();
}

static int is_same(float a, float b) {
    uint32_t bits[2];
    __builtin_memcpy(bits, &a, sizeof a);
    __builtin_memcpy(bits + 1, &b, sizeof b);
    return a != a ? b != b : bits[0] == bits[1];
}

// The same rows as floats.
static pr_table as_floats(const pr_table *table) {
    pr_table floats;
    pr_arena arena = { (uintptr_t)memory.bytes + sizeof memory.bytes / 2 };
    pr_table_plan(&floats, &arena, PR_F32, 0, table->rows, table->width);
    for (int32_t r = 0; r < table->rows; r++) {
        pr_table_row(table, (uint32_t)r, row);
        if (pr_table_set(&floats, r, 1, 0, table->width, row)) floats.rows = 0;
    }
    return floats;
}

// Products with rows of halves are those with the same rows as floats, to the bit.
static int check_halves(int32_t dtype, int32_t width, const float *vector) {
    uint16_t halves[WIDTH_MAX + 3] = { 0 }, exponent = dtype == PR_F16 ? 0x7c00 : 0x7f80;
    float widened[WIDTH_MAX + 3], padded[WIDTH_MAX + 3], expected[ROWS];
    pr_table table = load(dtype, 0, width);
    for (int32_t r = 0; r < ROWS; r++) {
        // The last row has the smallest numbers: sums of products that underflow are -0.
        for (int32_t k = 0; k < width; k++)
            halves[k] = r + 1 < ROWS ? random_half(exponent) : 0x8001;
        CHECK(pr_table_set(&table, r, 1, 0, width, halves) == PR_OK);
        CHECK(pr_convert(dtype, halves, 0, 1, width, widened) == PR_OK);
        pr_table_row(&table, (uint32_t)r, row);
        for (int32_t k = 0; k < width; k++) CHECK(is_same(row[k], widened[k]));
    }
    pr_table floats = as_floats(&table);
    CHECK(floats.rows == ROWS);
    pr_table_scale_columns(&table, vector, padded);
    for (int32_t count = 1; count <= ROWS; count += count < 9 ? 1 : 14) {
        uint32_t first = (uint32_t)(ROWS - count);
        pr_table_dot(&floats, padded, 0, first, count, expected, scratch);
        pr_table_dot(&table, padded, 0, first, count, y, scratch);
        for (int32_t i = 0; i < count; i++) CHECK(is_same(y[i], expected[i]));
        for (int32_t i = 0; i < count; i++) rows[i] = first + (uint32_t)random_below(count);
        pr_table_dot(&table, padded, rows, 0, count, y, scratch);
        for (int32_t i = 0; i < count; i++) CHECK(is_same(y[i], expected[rows[i] - first]));
    }
    return 0;
}

// Vectors around 2^16, from where on a half's factor of 2^112 is not the vector's, and tiny ones.
static int check_sizes(int32_t dtype, int32_t width) {
    float sizes[] = { 1, 0x1.fffffep15f, 0x1p16f, 0x1p17f, 3e38f, 0x1p-100f, 0x1p-140f };
    for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int32_t k = 0; k < width; k++) x[k] = random_sized(sizes[i]);
        x[random_below(width)] = -sizes[i];
        x[random_below(width)] = -0.0f;
        PASS(check_halves(dtype, width, x));
    }
    for (int32_t k = 0; k < width; k++) x[k] = 0x1p-149f;
    PASS(check_halves(dtype, width, x));
    x[width - 1] = __builtin_inff();
    PASS(check_halves(dtype, width, x));
    x[0] = __builtin_nanf("");
    return check_halves(dtype, width, x);
}

int run(void) {
    for (int32_t width = 1; width <= WIDTH_MAX; width++) {
        PASS(check_sizes(PR_F16, width));
        PASS(check_sizes(PR_BF16, width));
    }

    for (int32_t dtype = PR_F32; dtype <= PR_I8; dtype++)
        for (int32_t is_transposed = 0; is_transposed < 2; is_transposed++) {
            for (int32_t width = 1; width <= WIDTH_MAX; width += width < 18 ? 1 : 9)
                PASS(check_reading(dtype, is_transposed, width));
            for (int32_t count = 0; count <= PICKED; count += count < 9 ? 1 : 13)
                PASS(check_adding(dtype, is_transposed, 11, count));
        }
    return check_not_finite();
}

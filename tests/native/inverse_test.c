// The inverse in tiles: equal to that of Gauss and Jordan for every number of rows around a tile's,
// and times the matrix the identity.
#include "../../src/train/inverse.h"
#include "check.h"

enum { N_MAX = 2 * PR_TILE + 61, TILES_MAX = 3, USERS = 200 };

static const double TOLERANCE_INVERSE = 1e-12, TOLERANCE_IDENTITY = 1e-11;

static double a[TILES_MAX * (TILES_MAX + 1) / 2 * PR_TILE_SIZE],
    scratch[(2 * TILES_MAX + 1) * PR_TILE_SIZE];
static double matrix[N_MAX * N_MAX], inverse[N_MAX * N_MAX], sum[N_MAX], diagonal[N_MAX];
static int32_t rows[N_MAX];

// a and matrix become lambda I + X' X of random users, who have a few or half of the items.
static void fill(int32_t n, double lambda) {
    pr_inverse_begin(a, n, lambda);
    for (int32_t i = 0; i < n * n; i++) matrix[i] = i % (n + 1) ? 0 : lambda;
    for (int32_t user = 0; user < USERS; user++) {
        int32_t count = 0, rarity = user % 10 ? 12 : 2;
        for (int32_t i = 0; i < n; i++)
            if (!random_below(rarity)) rows[count++] = i;
        pr_inverse_add(a, rows, count);
        for (int32_t x = 0; x < count; x++)
            for (int32_t y = 0; y < count; y++) matrix[rows[x] * n + rows[y]] += 1;
    }
}

// inverse = matrix^-1 by Gauss and Jordan, without pivoting; the matrix is lost.
static void invert(int32_t n) {
    for (int32_t i = 0; i < n * n; i++) inverse[i] = i % (n + 1) ? 0 : 1;
    for (int32_t p = 0; p < n; p++) {
        double pivot = matrix[p * n + p];
        for (int32_t c = 0; c < n; c++) matrix[p * n + c] /= pivot, inverse[p * n + c] /= pivot;
        for (int32_t r = 0; r < n; r++) {
            double weight = matrix[r * n + p];
            for (int32_t c = 0; r != p && c < n; c++) {
                matrix[r * n + c] -= weight * matrix[p * n + c];
                inverse[r * n + c] -= weight * inverse[p * n + c];
            }
        }
    }
}

static pr_status invert_tiles(int32_t n, double least) {
    int32_t tiles = pr_inverse_tiles(n);
    for (int32_t k = 0; k < tiles; k++) {
        if (pr_inverse_pivot(a, n, k, least, scratch)) return PR_ERR_PRECISION;
        for (int32_t i = 0; i < tiles; i++) pr_inverse_update(a, k, i, scratch);
    }
    return PR_OK;
}

static int check_size(int32_t n, double lambda) {
    CHECK(pr_inverse_size(n) <= sizeof a / sizeof *a);
    CHECK(pr_inverse_scratch(n) <= sizeof scratch / sizeof *scratch);
    fill(n, lambda);
    CHECK(invert_tiles(n, lambda / 2) == PR_OK);
    pr_inverse_diagonal(a, n, diagonal);
    double identity = 0;
    for (int32_t row = 0; row < n; row++) {
        for (int32_t c = 0; c < n; c++) sum[c] = 0;
        pr_inverse_add_rows(a, n, &row, 1, sum);
        CHECK(sum[row] == diagonal[row]);
        for (int32_t c = 0; c < n; c++) {
            double product = 0;
            for (int32_t k = 0; k < n; k++) product -= sum[k] * matrix[k * n + c];
            double error = absolute(product - (row == c));
            if (error > identity) identity = error;
            inverse[row * n + c] = sum[c];
        }
    }
    CHECK(identity < TOLERANCE_IDENTITY);
    int32_t count = 0;
    for (int32_t row = n % 2; row < n; row += 3) rows[count++] = row;
    for (int32_t c = 0; c < n; c++) sum[c] = 0;
    pr_inverse_add_rows(a, n, rows, count, sum);
    for (int32_t c = 0; c < n; c++) {
        for (int32_t at = 0; at < count; at++) sum[c] -= inverse[rows[at] * n + c];
        CHECK(absolute(sum[c]) < TOLERANCE_INVERSE);
    }
    return 0;
}

static int check_reference(int32_t n, double lambda) {
    fill(n, lambda);
    CHECK(invert_tiles(n, lambda / 2) == PR_OK);
    invert(n);
    for (int32_t row = 0; row < n; row++) {
        // Rows are added to what is there.
        for (int32_t c = 0; c < n; c++) sum[c] = 1;
        pr_inverse_add_rows(a, n, &row, 1, sum);
        for (int32_t c = 0; c < n; c++)
            CHECK(absolute(1 - sum[c] - inverse[row * n + c]) < TOLERANCE_INVERSE);
    }
    return 0;
}

int run(void) {
    static const int32_t SIZES[] = { 1, 2, 3, 5, 95, 96, 97, 191, 192, 193, N_MAX };
    for (int32_t at = 0; at < (int32_t)(sizeof SIZES / sizeof *SIZES); at++) {
        PASS(check_size(SIZES[at], 0.5 + 30 * (at % 3)));
        PASS(check_reference(SIZES[at], 20));
    }
    // A pivot below what the smallest eigenvalue allows: digits are lost, or it is no such matrix.
    fill(100, 1);
    CHECK(invert_tiles(100, 1e9) == PR_ERR_PRECISION);
    fill(100, -1e9);
    CHECK(invert_tiles(100, 1e-9) == PR_ERR_PRECISION);
    fill(100, 0.0 / __builtin_inf() - __builtin_nan(""));
    CHECK(invert_tiles(100, 1e-9) == PR_ERR_PRECISION);
    return 0;
}

#include "inverse.h"

#include "../simd.h"

// Rows of a strip: a tile as strips is (PR_TILE / STRIP, PR_TILE, STRIP), each column of a strip
// together, so that the inner loop reads both of its strips in order.
enum { STRIP = 4, STRIP_SIZE = STRIP * PR_TILE };

// Tile (i, j) of the lower triangle, i >= j: (PR_TILE, PR_TILE) row-major.
static double *tile_at(const double *a, int32_t i, int32_t j) {
    return (double *)a + ((size_t)i * ((size_t)i + 1) / 2 + (size_t)j) * PR_TILE_SIZE;
}

void pr_inverse_begin(double *a, int32_t n, double diagonal) {
    size_t size = pr_inverse_size(n);
    for (size_t at = 0; at < size; at++) a[at] = 0;
    for (int32_t i = 0; i < pr_inverse_tiles(n); i++)
        for (int32_t r = 0; r < PR_TILE; r++) tile_at(a, i, i)[r * PR_TILE + r] = diagonal;
}

void pr_inverse_add(double *a, const int32_t *rows, int32_t count) {
    for (int32_t x = 0; x < count; x++) {
        int32_t i = rows[x] / PR_TILE, r = rows[x] % PR_TILE;
        for (int32_t y = 0; y <= x; y++)
            tile_at(a, i, rows[y] / PR_TILE)[r * PR_TILE + rows[y] % PR_TILE] += 1;
    }
}

// The rows of a tile as strips; of its transpose where `is_transposed`.
static void to_strips(const double *tile, int is_transposed, double *strips) {
    int32_t row_step = is_transposed ? 1 : PR_TILE, column_step = is_transposed ? PR_TILE : 1;
    for (int32_t r = 0; r < PR_TILE; r += STRIP)
        for (int32_t c = 0; c < PR_TILE; c++)
            for (int32_t k = 0; k < STRIP; k++)
                *strips++ = tile[(r + k) * row_step + c * column_step];
}

// corner (4, 4) of a row-major tile -= x (4, PR_TILE) y' (PR_TILE, 4)
static void subtract_corner(double *corner, const double *x, const double *y) {
    pr_d2 sum[STRIP][2];
#pragma GCC unroll 4
    for (int r = 0; r < STRIP; r++) sum[r][0] = sum[r][1] = pr_d2_set1(0);
    for (int32_t p = 0; p < PR_TILE; p++, x += STRIP, y += STRIP) {
        pr_d2 low = pr_d2_load(y), high = pr_d2_load(y + 2);
#pragma GCC unroll 4
        for (int r = 0; r < STRIP; r++) {
            pr_d2 value = pr_d2_load1(x + r);
            sum[r][0] = pr_d2_fma(value, low, sum[r][0]);
            sum[r][1] = pr_d2_fma(value, high, sum[r][1]);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < STRIP; r++, corner += PR_TILE) {
        pr_d2_store(corner, pr_d2_sub(pr_d2_load(corner), sum[r][0]));
        pr_d2_store(corner + 2, pr_d2_sub(pr_d2_load(corner + 2), sum[r][1]));
    }
}

// tile -= x y', both as strips
static void subtract_product(double *tile, const double *x, const double *y) {
    for (int32_t r = 0; r < PR_TILE; r += STRIP)
        for (int32_t c = 0; c < PR_TILE; c += STRIP)
            subtract_corner(tile + r * PR_TILE + c, x + r * PR_TILE, y + c * PR_TILE);
}

// row -= row[p] pivot_row, without what row[p] was
static void sweep_row(double *row, const double *pivot_row, int32_t p) {
    // Negated: Emscripten 3.1.6 joins the load and the splat behind the store.
    pr_d2 weight = pr_d2_set1(-row[p]);
    row[p] = 0;
    for (int32_t c = 0; c < PR_TILE; c += 2)
        pr_d2_store(row + c, pr_d2_fma(weight, pr_d2_load(pivot_row + c), pr_d2_load(row + c)));
}

// A symmetric tile, of which the lower triangle is given, becomes minus its inverse.
static pr_status sweep_tile(double *tile, double least) {
    for (int32_t r = 0; r < PR_TILE; r++)
        for (int32_t c = 0; c < r; c++) tile[c * PR_TILE + r] = tile[r * PR_TILE + c];
    for (int32_t p = 0; p < PR_TILE; p++) {
        double *row = tile + p * PR_TILE, pivot = row[p];
        if (!(pivot >= least)) return PR_ERR_PRECISION;
        for (int32_t c = 0; c < PR_TILE; c++) row[c] /= pivot;
        row[p] = -1 / pivot;
        for (int32_t r = 0; r < PR_TILE; r++) {
            if (r != p) sweep_row(tile + r * PR_TILE, row, p);
        }
    }
    return PR_OK;
}

// scratch: per tile row i the strips of B_i, then those of B_i D, then a tile.
pr_status pr_inverse_pivot(double *a, int32_t n, int32_t k, double least, double *scratch) {
    int32_t tiles = pr_inverse_tiles(n);
    double *swept = scratch + 2 * (size_t)tiles * PR_TILE_SIZE;
    if (sweep_tile(tile_at(a, k, k), least)) return PR_ERR_PRECISION;
    to_strips(tile_at(a, k, k), 0, swept); // -D
    for (int32_t i = 0; i < tiles; i++) {
        if (i == k) continue;
        double *before = scratch + 2 * (size_t)i * PR_TILE_SIZE, *after = before + PR_TILE_SIZE;
        double *tile = i > k ? tile_at(a, i, k) : tile_at(a, k, i);
        to_strips(tile, i < k, before);
        for (int32_t at = 0; at < PR_TILE_SIZE; at++) tile[at] = 0;
        // B D, or its transpose D B', is 0 - B (-D)'.
        if (i > k)
            subtract_product(tile, before, swept);
        else
            subtract_product(tile, swept, before);
        to_strips(tile, i < k, after);
    }
    return PR_OK;
}

void pr_inverse_update(double *a, int32_t k, int32_t i, const double *scratch) {
    const double *after = scratch + (2 * (size_t)i + 1) * PR_TILE_SIZE;
    for (int32_t j = 0; i != k && j <= i; j++)
        if (j != k)
            subtract_product(tile_at(a, i, j), after, scratch + 2 * (size_t)j * PR_TILE_SIZE);
}

void pr_inverse_diagonal(const double *a, int32_t n, double *diagonal) {
    for (int32_t row = 0; row < n; row++)
        diagonal[row] = tile_at(a, row / PR_TILE, row / PR_TILE)[row % PR_TILE * (PR_TILE + 1)];
}

// By tiles of columns, so that a tile stays in the cache for all rows.
void pr_inverse_add_rows(const double *a, int32_t n, const int32_t *rows, int32_t count,
                         double *sum) {
    for (int32_t j = 0; j < pr_inverse_tiles(n); j++, sum += PR_TILE) {
        int32_t width = n - j * PR_TILE < PR_TILE ? n - j * PR_TILE : PR_TILE;
        for (int32_t at = 0; at < count; at++) {
            int32_t i = rows[at] / PR_TILE, r = rows[at] % PR_TILE;
            const double *tile = j <= i ? tile_at(a, i, j) : tile_at(a, j, i);
            int32_t step = j <= i ? 1 : PR_TILE;
            const double *first = tile + (j <= i ? r * PR_TILE : r);
            for (int32_t c = 0; c < width; c++) sum[c] += first[c * step];
        }
    }
}

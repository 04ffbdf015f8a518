// The inverse of a large symmetric positive definite matrix in place, in double precision: what
// training EASE needs (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019).
//
// The matrix (n, n) is kept as tiles of PR_TILE rows and columns, the lower triangle alone, so that
// 30,000 rows fit into 32 bits of addresses. Rows past n, up to a whole tile, hold the diagonal.
//
// Blocked sweeps (Beaton, 1964; Goodnight, A Tutorial on the SWEEP Operator, 1979): with the tiles
// of pivot k as D = a_kk^-1 and B_i = a_ik, every other tile becomes a_ij - B_i D B_j', a_ik
// becomes B_i D, and a_kk becomes -D. After all pivots the matrix is -a^-1: n^3 operations in all,
// the same for each pivot. No rows are exchanged: a positive definite matrix needs none (Peters and
// Wilkinson, 1975).
//
//   pr_inverse_begin(a, n, 200);             // a = 200 I
//   pr_inverse_add(a, rows, count);          // a += x x', x = 1 at each of the rows, else 0
//   for (int32_t k = 0; k < pr_inverse_tiles(n); k++) {
//       if (pr_inverse_pivot(a, n, k, 100, scratch)) return PR_ERR_PRECISION;
//       for (int32_t i = 0; i < pr_inverse_tiles(n); i++) pr_inverse_update(a, k, i, scratch);
//   }                                        // a = -(200 I + sum of x x')^-1
//   pr_inverse_add_rows(a, n, rows, count, sum); // sum (n) += those rows of it
//
// `a` has pr_inverse_size(n) doubles, scratch pr_inverse_scratch(n); both are the caller's, at
// multiples of 16 bytes.
#ifndef PR_INVERSE_H
#define PR_INVERSE_H

#include <stddef.h>
#include <stdint.h>

#include "../status.h"

// Rows and columns of a tile: a multiple of 4. Three tiles fit into a cache of 256 kB.
enum { PR_TILE = 96, PR_TILE_SIZE = PR_TILE * PR_TILE };

// Tiles across n rows.
static inline int32_t pr_inverse_tiles(int32_t n) { return (n + PR_TILE - 1) / PR_TILE; }

// The doubles of a matrix, and of the scratch memory: two panels and a tile.
static inline size_t pr_inverse_size(int32_t n) {
    size_t tiles = (size_t)pr_inverse_tiles(n);
    return tiles * (tiles + 1) / 2 * PR_TILE_SIZE;
}
static inline size_t pr_inverse_scratch(int32_t n) {
    return (2 * (size_t)pr_inverse_tiles(n) + 1) * PR_TILE_SIZE;
}

// a = diagonal I
void pr_inverse_begin(double *a, int32_t n, double diagonal);

// a += x x', with x = 1 at the rows (count), which ascend, and 0 elsewhere. In a diagonal tile only
// what is on and below the diagonal is written; the pivot fills the rest.
void pr_inverse_add(double *a, const int32_t *rows, int32_t count);

// Sweeps the diagonal tile k and the tiles beside it, before the updates of pivot k.
// PR_ERR_PRECISION, `a` then lost, where a pivot is below `least`: with a smallest eigenvalue that
// is known, rounding has eaten it.
pr_status pr_inverse_pivot(double *a, int32_t n, int32_t k, double least, double *scratch);

// Applies pivot k to row i of the tiles; nothing where i = k.
void pr_inverse_update(double *a, int32_t k, int32_t i, const double *scratch);

// diagonal (n) = that of the matrix
void pr_inverse_diagonal(const double *a, int32_t n, double *diagonal);

// sum (n) += rows (count) of the matrix, with what the triangle leaves out.
void pr_inverse_add_rows(const double *a, int32_t n, const int32_t *rows, int32_t count,
                         double *sum);

#endif

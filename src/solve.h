// Symmetric positive definite systems in double precision: a = u' u with u upper triangular, so
// that every inner loop runs along a row. Matrices are (n, stride) row-major with an even stride;
// what stands below the diagonal is not read.
#ifndef PR_SOLVE_H
#define PR_SOLVE_H

#include <stdint.h>

// The stride of n columns, and the rows of a matrix m for pr_solve_gram: both with room that stays
// zero.
static inline int32_t pr_solve_stride(int32_t n) { return (n + 1) / 2 * 2; }
static inline int32_t pr_solve_rows(int32_t n) { return (n + 3) / 4 * 4; }

// a (n, n) = diagonal I
void pr_solve_begin(double *a, int32_t n, double diagonal);

// a += m' m for m (pr_solve_rows(rows), n), rows past `rows` zero.
void pr_solve_gram(const double *m, int32_t rows, int32_t n, double *a);

// a becomes u in place: 0, or -1 where a is not positive definite.
int32_t pr_solve_factor(double *a, int32_t n);

// u' y = b, y in place of b.
void pr_solve_half(const double *u, int32_t n, double *b);

// u' u x = b, x in place of b.
void pr_solve(const double *u, int32_t n, double *b);

// u becomes the factor of u' u + sign x x', in time n^2; x is lost. 0, or -1 where that is not
// positive definite, or nearly not.
int32_t pr_solve_change(double *u, int32_t n, double *x, double sign);

double pr_solve_dot(const double *a, const double *b, int32_t n);

#endif

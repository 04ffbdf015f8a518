#include "math.h"

// x = n ln 2 + r with |r| <= ln 2 / 2; e^r by a polynomial of degree 6 (Cephes expf, Moshier,
// 1992).
pr_f4 pr_f4_exp(pr_f4 x) {
    x = pr_f4_min(pr_f4_max(x, pr_f4_set1(-87.0f)), pr_f4_set1(88.0f));
    pr_f4 n = pr_f4_nearest(pr_f4_mul(x, pr_f4_set1(1.44269504f)));
    // ln 2 in two parts, so that the subtraction is exact.
    pr_f4 r = pr_f4_fma(n, pr_f4_set1(-0.693359375f), x);
    r = pr_f4_fma(n, pr_f4_set1(2.12194440e-4f), r);
    pr_f4 p = pr_f4_set1(1.9875691500e-4f);
    p = pr_f4_fma(p, r, pr_f4_set1(1.3981999507e-3f));
    p = pr_f4_fma(p, r, pr_f4_set1(8.3334519073e-3f));
    p = pr_f4_fma(p, r, pr_f4_set1(4.1665795894e-2f));
    p = pr_f4_fma(p, r, pr_f4_set1(1.6666665459e-1f));
    p = pr_f4_fma(p, r, pr_f4_set1(5.0000001201e-1f));
    p = pr_f4_fma(p, pr_f4_mul(r, r), r);
    return pr_f4_mul(pr_f4_add(p, pr_f4_set1(1.0f)), pr_f4_power2(n));
}

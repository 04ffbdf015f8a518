// Minimises a convex loss of a user vector p by damped Newton iterations (Nocedal and Wright:
// Numerical Optimization, 2006, chapter 3): of a GMF, and of a dot product.
//
//   L(z) = sum over terms t of a_t phi(s_t) - b_t s_t  +  penalty / 2 |z|^2
//   s_t = x_t . p + offset_t,  p = mean + C z (prior.h),  phi as in loss.h
//
// s is affine in p; undamped steps diverge all the same, since the log loss is flat far out: hence
// the backtracking. The caller reads terms into a tile when asked to.
#ifndef PR_NEWTON_H
#define PR_NEWTON_H

#include "prior.h"

enum {
    PR_NEWTON_TILE = 64, // terms weighted and summed together
    PR_NEWTON_GROUP_MAX = 100, // terms of an interaction
};

typedef struct pr_newton_tile {
    float *x; // (PR_NEWTON_TILE, stride), padding zero
    float offset[PR_NEWTON_TILE], a[PR_NEWTON_TILE], b[PR_NEWTON_TILE];
    float less[PR_NEWTON_TILE]; // by how much a changes where the history has one interaction less
} pr_newton_tile;

typedef struct pr_newton_problem {
    const void *context;
    // Fills the first `count` entries of a tile of zeros with terms from `first` on.
    void (*read)(const void *context, int32_t first, int32_t count, pr_newton_tile *tile);
    int32_t terms;
    int32_t stride; // of x: the width of the prior, rounded up to 4
    int32_t output; // PR_SIGMOID or PR_IDENTITY: of phi
    float penalty, less; // its change where the history has one interaction less
    pr_prior prior;
} pr_newton_problem;

// Multiply-adds of one evaluation (fit_batch.h). A fit takes 4 to 8 evaluations as a rule, and no
// more than PR_FIT_WORK.
float pr_newton_work(int32_t width, float terms);

// Bytes of workspace (16-aligned); group: terms of an interaction, for pr_newton_effects, or 0.
uint64_t pr_newton_size(int32_t width, int32_t group);

// vector (width) = the minimum, searched from the vector given.
void pr_newton_fit(const pr_newton_problem *problem, void *workspace, float *vector);

// effects (count): by how much item . p falls without interaction i, whose terms are `group` from
// begin + group i on: its influence on the minimum `vector`, to first order (influence.h).
// item (width). All 0 where the Hessian is not positive definite.
void pr_newton_effects(const pr_newton_problem *problem, void *workspace, const float *vector,
                       const float *item, int32_t begin, int32_t group, int32_t count,
                       float *effects);

#endif

// The work of a fit is bounded for every shape, history and option that a file can have, and a
// batch of a step represents the whole history.
#include "../../src/fit_batch.h"
#include "../../src/newton.h"
#include "check.h"

static uint32_t state = 1;

static int32_t between(int32_t from, int32_t to) {
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    return from + (int32_t)(state % (uint32_t)(to - from + 1));
}

static int check_batch(int32_t count, int32_t draws, int32_t steps, int32_t tile, float row,
                       float step) {
    pr_negatives negatives = { .draws = draws, .weight = 1 };
    pr_fit_batch batch = { 0 };
    pr_fit_batch_plan(&batch, count, &negatives, steps, tile, row, step);
    if (batch.steps == 0) {
        // Too large for the least number of steps.
        CHECK(((double)tile * row + step) * PR_FIT_STEPS_MIN > PR_FIT_WORK);
        return 0;
    }
    CHECK(batch.steps <= steps && batch.every >= 1);
    CHECK(batch.steps == steps || batch.steps >= PR_FIT_STEPS_MIN);
    double computed = 0, seen = 0;
    for (int32_t at = 0; at < batch.steps; at++) {
        int32_t first = at % batch.every;
        int32_t part = (count - first + batch.every - 1) / batch.every;
        int32_t rows = (part + negatives.draws + tile - 1) / tile * tile;
        computed += (double)rows * row + step;
        seen += (double)part * batch.every;
    }
    CHECK(computed <= 1.001 * PR_FIT_WORK);
    // Unchanged where all of it is within the limit.
    double all = (count + draws + tile - 1) / tile * tile;
    if ((all * row + step) * steps < 0.999 * PR_FIT_WORK)
        CHECK(batch.every == 1 && batch.steps == steps && negatives.draws == draws &&
              negatives.weight == 1);
    // The weights stand for all draws and, over the steps, for the whole history.
    CHECK(is_close(negatives.draws * (double)negatives.weight, draws, 1e-4 * draws + 1e-9));
    if (batch.every <= batch.steps && batch.steps % batch.every == 0)
        CHECK(is_close(seen / batch.steps, count, 1e-6 * count));
    return 0;
}

// The widest GMF is not fitted by Newton's method, those of trained models are.
static int check_newton(void) {
    CHECK(pr_newton_work(1024, 110) > PR_FIT_WORK);
    CHECK(pr_newton_work(64, 40000) * 12 < PR_FIT_WORK);
    return 0;
}

int run(void) {
    for (int32_t i = 0; i < 100000; i++) {
        int32_t count = between(0, 3) ? between(1, 300) : between(1, 100000);
        PASS(check_batch(count, count * between(0, 100), between(1, 2000), between(0, 1) ? 64 : 4,
                         (float)between(64, between(64, 4000000)),
                         (float)between(0, between(1, 9000000))));
    }
    return check_newton();
}

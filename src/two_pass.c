#include "two_pass.h"

#include "convert.h"
#include "simd.h"

static const float SAFETY = 3; // times the largest error seen
static const float LEAST = 0.5f; // of a unit, where none was seen: other candidates may have one
enum {
    FIRST_MIN = 32, // exact scores of the first round, so that errors are seen
    ROUNDS_MAX = 6, // then all that is left
};

void pr_two_pass_plan(pr_two_pass *two, pr_arena *arena) {
    two->estimate = pr_arena_floats(arena, 1, PR_TWO_PASS_MAX);
    two->unit = pr_arena_floats(arena, 1, PR_TWO_PASS_MAX);
    two->guess = pr_arena_floats(arena, 1, PR_TWO_PASS_MAX);
    two->guess_unit = pr_arena_floats(arena, 1, PR_TWO_PASS_MAX);
    two->score = pr_arena_floats(arena, 1, PR_TWO_PASS_MAX);
    two->row = pr_arena_take(arena, PR_TWO_PASS_MAX * sizeof(uint32_t));
    two->position = pr_arena_take(arena, PR_TWO_PASS_MAX * sizeof(uint32_t));
    two->best = pr_arena_take(arena, sizeof(pr_topk) + PR_TWO_PASS_MAX * sizeof(pr_topk_entry));
    two->slack = -1;
    two->slack_max = __builtin_inff();
}

static uint32_t row_of(const pr_two_pass *two, int32_t i) {
    return two->rows ? two->rows[i] : two->first + (uint32_t)i;
}

static void leave_out(pr_two_pass *two, int32_t i) {
    two->estimate[i] = -__builtin_inff();
    two->unit[i] = 0;
}

void pr_two_pass_begin(pr_two_pass *two, const uint32_t *rows, uint32_t first, int32_t count,
                       const uint8_t *excluded) {
    if (first == 0) two->seen = 0;
    two->rounds = 0;
    two->rows = rows;
    two->first = first;
    two->count = count;
    for (int32_t i = 0; i < count; i++) {
        // An overflow says nothing of the score.
        if (two->estimate[i] == -__builtin_inff()) two->estimate[i] = __builtin_nanf("");
        if (excluded && pr_topk_is_excluded(excluded, row_of(two, i))) leave_out(two, i);
    }
}

// What an estimate must reach in the first round: the 2K-th best.
static float first_limit(pr_two_pass *two, int32_t capacity) {
    int32_t wanted = capacity < two->count ? 2 * capacity : two->count;
    pr_topk_init(two->best, wanted > FIRST_MIN ? wanted : FIRST_MIN);
    if (two->best->capacity >= two->count) return -__builtin_inff();
    pr_topk_push(two->best, two->estimate, 0, 0, two->count, 0);
    return two->best->entry[0].score;
}

// Gathers the candidates whose estimate + slack unit is not below a limit: also those where it is
// NaN.
static int32_t gather(pr_two_pass *two, float slack, float limit) {
    int32_t found = 0;
    pr_f4 by = pr_f4_set1(slack), than = pr_f4_set1(limit);
    for (int32_t i = 0; i < two->count; i++) {
        while (i + 4 <= two->count &&
               pr_f4_all_less(pr_f4_add(pr_f4_load(two->estimate + i),
                                        pr_f4_mul(by, pr_f4_load(two->unit + i))),
                              than))
            i += 4;
        if (i == two->count) break;
        float estimate = two->estimate[i], unit = two->unit[i];
        if (estimate == -__builtin_inff() || estimate + slack * unit < limit) continue;
        two->row[found] = row_of(two, i);
        two->position[found] = two->first + (uint32_t)i;
        two->guess[found] = estimate;
        two->guess_unit[found++] = unit;
        leave_out(two, i);
    }
    return found;
}

int32_t pr_two_pass_next(pr_two_pass *two, const pr_topk *top) {
    int32_t round = two->rounds++;
    if (two->slack < 0 || round >= ROUNDS_MAX) return gather(two, 0, -__builtin_inff());
    if (top->count < top->capacity)
        return gather(two, 0, round ? -__builtin_inff() : first_limit(two, top->capacity));
    float seen = two->seen * SAFETY, slack = two->slack > LEAST ? two->slack : LEAST;
    if (slack < seen) slack = seen;
    if (slack > two->slack_max) slack = two->slack_max;
    return gather(two, slack, top->capacity ? top->entry[0].score : __builtin_inff());
}

pr_status pr_two_pass_take(pr_two_pass *two, int32_t count, pr_topk *top) {
    for (int32_t i = 0; i < count; i++) {
        float error = __builtin_fabsf(two->score[i] - two->guess[i]);
        if (error > 0) error /= two->guess_unit[i];
        // Also a NaN: no estimate.
        if (!(error <= two->seen)) two->seen = error == error ? error : __builtin_inff();
        pr_topk_offer(top, two->score[i], two->position[i]);
    }
    return pr_first_not_finite(PR_F32, two->score, count) < 0 ? PR_OK : PR_ERR_NOT_FINITE;
}

void pr_two_pass_learn(pr_two_pass *two) {
    float slack = SAFETY * two->seen;
    if (slack > two->slack) two->slack = slack;
}

// GMF, MLP and NeuMF: scores of any rows against float64, the same bits alone, together, in the
// scan and on repeat, candidate packs, rows out of range.
#include "small_ncf.h"

enum { PICKS_MAX = 80 };

static float *prepared, *vector;

static float *score(const pr_ncf *model, const uint32_t *rows, uint32_t first, int32_t count) {
    float *raw = fuzz_garbage((uint64_t)pr_round_up(count, PR_ROWS) * sizeof(float));
    REQUIRE(pr_ncf_score(model, prepared, rows, first, count, raw) == PR_OK);
    return raw;
}

static void check_refusals(const pr_ncf *model, int32_t items) {
    int32_t count = fuzz_from(1, 9), at = (int32_t)fuzz_draw(count);
    uint32_t *rows = fuzz_rows(count), beyond = (uint32_t)items + (fuzz_flag() ? 0 : fuzz_byte());
    float *raw = fuzz_floats(pr_round_up(count, PR_ROWS));
    raw[0] = 42;
    fuzz_choose(rows, count, items);
    rows[at] = fuzz_flag() ? beyond : 0xffffffffu - fuzz_byte();
    REQUIRE(pr_ncf_score(model, prepared, rows, 0, count, raw) == PR_ERR_ROW && raw[0] == 42);
    REQUIRE(pr_ncf_score(model, prepared, 0, beyond, count, raw) == PR_ERR_ROW && raw[0] == 42);
    REQUIRE(pr_ncf_score(model, prepared, 0, 0xffffffffu, count, raw) == PR_ERR_ROW);
}

// of: the item of each row in use.
static void check_scores(const pr_ncf *model, const uint32_t *of, int32_t items) {
    int32_t picks = fuzz_below(PICKS_MAX), first = fuzz_below(items);
    uint32_t *rows = fuzz_rows(picks);
    fuzz_choose(rows, picks, items);
    float *raw = score(model, rows, 0, picks), *again = score(model, rows, 0, picks),
          *scan = score(model, 0, (uint32_t)first, items - first);
    REQUIRE(fuzz_is_same(raw, again, picks));
    for (int32_t i = 0; i < picks; i++) {
        int32_t row = (int32_t)rows[i];
        if (i < 3) REQUIRE(fuzz_is_same(score(model, rows + i, 0, 1), raw + i, 1));
        if (row >= first) REQUIRE(fuzz_is_same(scan + row - first, raw + i, 1));
    }
    for (int32_t i = first; i < items && !fuzz_is_wild; i++)
        REQUIRE(is_close(scan[i - first], reference_logit(&m, vector, (int32_t)of[i]), 3e-5));
    check_refusals(model, items);
}

static void check_vectors(const pr_ncf *model, const uint32_t *of, int32_t items) {
    int32_t g = m.config.gmf, stride = g ? model->gmf_stride : model->hidden;
    uint32_t *rows = fuzz_rows(3);
    float *vectors = fuzz_floats(3 * stride);
    fuzz_choose(rows, 3, items);
    pr_ncf_vectors(model, rows, 3, vectors);
    for (int32_t i = 0; i < 3 * g; i++)
        REQUIRE(vectors[i / g * stride + i % g] ==
                m.gmf_item[of[rows[i / g]] * (uint32_t)g + (uint32_t)(i % g)]);
}

void fuzz_ncf(void) {
    static uint32_t all[SMALL_ITEMS], packed[SMALL_ITEMS];
    small_ncf_draw(SMALL_LAYERS, PR_SWISH + 1);
    small_ncf_fill();
    int32_t is_folded = fuzz_flag(), items = m.config.items;
    pr_ncf *model = small_ncf_load(is_folded, fuzz_flag());
    for (uint32_t i = 0; i < SMALL_ITEMS; i++) all[i] = i;
    prepared = fuzz_floats(pr_ncf_prepared_size(model));
    vector = fuzz_floats(model->user_width);
    fuzz_fill(vector, model->user_width, 1);
    pr_ncf_prepare(model, vector, prepared);
    check_scores(model, all, items);
    check_vectors(model, all, items);
    // A pack of other items, then the model's own again.
    int32_t count = fuzz_from(1, SMALL_ITEMS);
    float *before = score(model, 0, 0, items);
    fuzz_choose(packed, count, items);
    pr_ncf_use(model, pr_ncf_items_init(model, fuzz_zeros(pr_ncf_items_size(model, count)), count));
    small_ncf_set_items(model, packed, count, is_folded);
    check_scores(model, packed, count);
    check_vectors(model, packed, count);
    pr_ncf_use(model, 0);
    REQUIRE(fuzz_is_same(score(model, 0, 0, items), before, items));
}

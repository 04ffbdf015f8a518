// Autoencoders of every kind and dtype: scores against the dense pass in float64, the same bits for
// single rows and on repeat, changes of a history, effects.
#include "small_autoencoder.h"

static pr_autoencoder *model;
static uint32_t *rows;
static float *weights, *sums, *node, *prepared, *vector;
static int32_t count;
static double square;

static void encode(const float *of) {
    pr_autoencoder_encode(model, of, square, node, vector);
    pr_autoencoder_prepare(model, vector, prepared);
}

static double expected_raw(int32_t without, int32_t item) {
    double x[SMALL_ITEMS] = { 0 };
    for (int32_t i = 0; i < count; i++) x[rows[i]] = i == without ? 0 : weights[i];
    return reference_raw(&m, x, node ? node : m.user_mean, item);
}

static void check_scores(void) {
    int32_t items = m.config.items, first = fuzz_below(items), picks = fuzz_below(12);
    float *raw = fuzz_floats(items - first), *few = fuzz_floats(picks), *one = fuzz_floats(1);
    uint32_t *some = fuzz_rows(picks + 1);
    encode(sums);
    REQUIRE(pr_autoencoder_score(model, prepared, 0, (uint32_t)first, items - first, raw) == PR_OK);
    fuzz_choose(some, picks, items);
    REQUIRE(pr_autoencoder_score(model, prepared, some, 0, picks, few) == PR_OK);
    for (int32_t i = 0; i < picks; i++) {
        REQUIRE(pr_autoencoder_score(model, prepared, some + i, 0, 1, one) == PR_OK);
        REQUIRE(fuzz_is_same(one, few + i, 1));
        int32_t at = (int32_t)some[i] - first;
        if (at >= 0) REQUIRE(fuzz_is_same(raw + at, few + i, 1));
    }
    some[picks] = (uint32_t)items + fuzz_byte();
    float *beyond = fuzz_floats(picks + 1);
    REQUIRE(pr_autoencoder_score(model, prepared, some, 0, picks + 1, beyond) == PR_ERR_ROW);
    if (fuzz_is_wild || m.config.is_binarized) return;
    for (int32_t i = first; i < items; i++)
        REQUIRE(is_close(raw[i - first], expected_raw(-1, i), 1e-4));
}

// Interactions added and withdrawn leave the sums of the history.
static void check_changes(void) {
    int32_t size = pr_autoencoder_sums_size(model), changes = fuzz_below(20);
    float *changed = fuzz_floats(size), *kept = fuzz_floats(m.config.code);
    memcpy(changed, sums, sizeof(float) * (size_t)size);
    uint32_t *others = fuzz_rows(changes);
    float *values = fuzz_floats(changes);
    fuzz_choose(others, changes, m.config.items);
    fuzz_fill(values, changes, 5);
    for (int32_t i = 0; i < changes; i++)
        pr_autoencoder_add(model, others + i, values + i, 1, changed);
    for (int32_t i = 0; i < changes; i++) {
        float withdrawn = -values[i];
        pr_autoencoder_add(model, others + i, &withdrawn, 1, changed);
    }
    encode(sums);
    memcpy(kept, vector, sizeof(float) * (size_t)m.config.code);
    encode(changed);
    for (int32_t k = 0; k < m.config.code && !fuzz_is_wild && !m.config.is_binarized; k++)
        REQUIRE(is_close(vector[k], kept[k], 1e-4));
}

static void check_effects(void) {
    uint32_t item = fuzz_draw(m.config.items);
    float *effects = fuzz_floats(count), *again = fuzz_floats(count);
    for (int32_t turn = 0; turn < 2; turn++)
        pr_autoencoder_explain(model, fuzz_garbage(pr_autoencoder_explain_size(model)), sums,
                               square, node, rows, weights, count, item, turn ? again : effects);
    REQUIRE(fuzz_is_same(effects, again, count));
    if (fuzz_is_wild || m.config.is_binarized) return;
    double with = expected_raw(-1, (int32_t)item);
    for (int32_t i = 0; i < count; i++)
        REQUIRE(is_close(effects[i], with - expected_raw(i, (int32_t)item), 2e-4));
}

static void check_vectors(void) {
    const pr_table *table = pr_autoencoder_layer(model, m.config.layers - 1);
    uint32_t *some = fuzz_rows(2);
    float *vectors = fuzz_floats(2 * table->stride);
    fuzz_choose(some, 2, m.config.items);
    pr_autoencoder_vectors(model, some, 2, vectors);
    for (int32_t i = 0; i < 2; i++)
        for (int32_t k = 0; k < m.config.code; k++)
            REQUIRE(vectors[i * table->stride + k] ==
                    (float)weight_at(&m, m.config.layers - 1, (int32_t)some[i], k));
}

void fuzz_autoencoder(void) {
    small_autoencoder_draw(SMALL_LAYERS, PR_SWISH + 1);
    model = small_autoencoder_load();
    count = fuzz_from(0, m.config.items < 10 ? m.config.items : 10);
    rows = fuzz_rows(count), weights = fuzz_floats(count);
    fuzz_choose_once(rows, count, m.config.items);
    fuzz_fill(weights, count, 1);
    square = 0;
    for (int32_t i = 0; i < count; i++) {
        if (fuzz_draw(6) == 0) weights[i] = 0;
        square += (double)weights[i] * weights[i];
    }
    sums = fuzz_floats(pr_autoencoder_sums_size(model));
    vector = fuzz_floats(pr_autoencoder_vector_size(model));
    prepared = fuzz_floats(pr_autoencoder_prepared_size(model));
    node = fuzz_flag() ? fuzz_floats(pr_round_up(m.config.width[0], 4)) : 0;
    if (node) fuzz_fill(node, m.config.width[0], 1);
    pr_autoencoder_add(model, rows, weights, count, sums);
    check_scores();
    check_changes();
    check_effects();
    check_vectors();
}

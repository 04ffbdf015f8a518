// GMF, MLP and NeuMF of random shapes against float64: any width and depth, folded and not, any
// number of candidates.
#include "random_ncf.h"

static random_ncf m;
static float vector[2 * WIDE], prepared[2 * WIDE], raw[ITEMS * 2 + PR_ROWS], single[PR_ROWS];
static uint32_t rows[ITEMS * 2];

static int check_scores(int folded, int32_t count) {
    pr_ncf *model = random_ncf_load(&m, folded);
    CHECK(model != 0);
    pr_ncf_prepare(model, vector, prepared);
    for (int32_t i = 0; i < count; i++) rows[i] = (uint32_t)random_below(ITEMS);
    CHECK(pr_ncf_score(model, prepared, rows, 0, count, raw) == PR_OK);
    for (int32_t i = 0; i < count; i++) {
        CHECK(is_close(raw[i], reference_logit(&m, vector, (int32_t)rows[i]), TOLERANCE));
        CHECK(pr_ncf_score(model, prepared, rows + i, 0, 1, single) == PR_OK);
        CHECK(single[0] == raw[i]); // the candidates beside it change no bit
    }
    return 0;
}

static int check_catalogue(void) {
    pr_ncf *model = random_ncf_load(&m, 0);
    pr_ncf_prepare(model, vector, prepared);
    CHECK(pr_ncf_score(model, prepared, 0, 3, ITEMS - 3, raw) == PR_OK);
    for (int32_t i = 3; i < ITEMS; i++)
        CHECK(is_close(raw[i - 3], reference_logit(&m, vector, i), TOLERANCE));
    CHECK(pr_ncf_score(model, prepared, 0, 1, ITEMS, raw) == PR_ERR_ROW);
    CHECK(pr_ncf_score(model, prepared, 0, 0xffffffffu, 1, raw) == PR_ERR_ROW);
    rows[0] = 0;
    rows[1] = ITEMS;
    raw[0] = 42;
    CHECK(pr_ncf_score(model, prepared, rows, 0, 2, raw) == PR_ERR_ROW && raw[0] == 42);
    rows[1] = 0xffffffffu;
    CHECK(pr_ncf_score(model, prepared, rows, 0, 2, raw) == PR_ERR_ROW);
    return 0;
}

static int32_t any_width(void) { return 1 + random_below(WIDE); }

static int check_shape(int32_t kind, int32_t layers) {
    int32_t has_tower = kind != 0;
    m.config = (pr_ncf_config){
        .items = ITEMS,
        .gmf = kind == 1 ? 0 : any_width(),
        .mlp_user = has_tower ? any_width() : 0,
        .mlp_item = has_tower ? any_width() : 0,
        .has_item_bias = random_below(2),
        .output = random_below(2) ? PR_SIGMOID : PR_IDENTITY,
        .layers = has_tower ? layers : 0,
    };
    for (int32_t k = 0; k < m.config.layers; k++) {
        m.config.width[k] = any_width();
        m.config.activation[k] = random_below(4);
    }
    random_ncf_fill(&m);
    fill_random(vector, m.config.gmf + m.config.mlp_user, 1);
    static const int32_t counts[] = { 0, 1, 7, 8, 9, 63, 64, 65, 200 };
    for (int32_t i = 0; i < 9; i++) PASS(check_scores(i % 2 && has_tower, counts[i]));
    return check_catalogue();
}

int run(void) {
    for (int32_t layers = 1; layers <= DEPTH; layers++)
        for (int32_t kind = 0; kind < 3; kind++)
            for (int32_t round = 0; round < 6; round++) PASS(check_shape(kind, layers));
    return 0;
}

// SASRec and GRU4Rec against float64 over the whole window with its padding: every order of
// normalisation, padding and form of the reset gate, heads of any width, appended events, and
// histories without each of their events.
#include "../../src/attention.h"
#include "../../src/gru.h"
#include "../../src/layer_norm.h"
#include "check.h"

enum { ITEMS = 9, MOST = 24, EVENTS = 60, BLOCKS = 2 };

static union {
    long long align;
    unsigned char bytes[1 << 20];
} memory;
// As written by pr_sequence_set; of block k, weights from k * PR_SEQ_STEP on.
static float weight[PR_SEQ_OUTPUT + 1][3 * MOST * MOST], bias[PR_SEQ_OUTPUT + 1][3 * MOST],
    vector[16][EVENTS * MOST], items[ITEMS * MOST];
static double x[EVENTS][MOST], result[MOST];
static float state[(EVENTS + 1) * 4 * MOST * BLOCKS + 4],
    spare[(EVENTS + 1) * 4 * MOST * BLOCKS + 4], found[MOST + 4], again[MOST + 4],
    vectors[(EVENTS + 1) * MOST];
static uint32_t events[EVENTS], rests[EVENTS], some[EVENTS];

static void set_layer(pr_sequence *model, int32_t layer, int32_t outputs, int32_t inputs) {
    fill_random(weight[layer], outputs * inputs, 1.5f / __builtin_sqrtf((float)inputs));
    fill_random(bias[layer], outputs, 0.3f);
    pr_sequence_set(model, layer, 0, outputs, inputs, weight[layer]);
    pr_sequence_set(model, layer + PR_SEQ_BIAS, 0, 1, outputs, bias[layer]);
}

static void set_vector(pr_sequence *model, int32_t number, int32_t rows, int32_t width) {
    fill_random(vector[number - PR_SEQ_POSITION], rows * width, 1);
    pr_sequence_set(model, number, 0, rows, width, vector[number - PR_SEQ_POSITION]);
}

static pr_sequence *load(const pr_sequence_config *config) {
    if (pr_sequence_size(config) > sizeof(memory.bytes)) return 0;
    for (uint32_t i = 0; i < sizeof(memory.bytes); i++) memory.bytes[i] = 0;
    pr_sequence *model = pr_sequence_init(memory.bytes, config);
    int32_t width = config->embedding, hidden = config->hidden;
    fill_random(items, ITEMS * width, 1);
    pr_table_set(config->is_tied ? pr_dot_table(pr_sequence_dot(model))
                                 : pr_sequence_embedding(model),
                 0, ITEMS, 0, width, items);
    for (int32_t k = 0; k < config->layers; k++) {
        int32_t at = k * PR_SEQ_STEP;
        if (config->is_recurrent) {
            set_layer(model, at + PR_SEQ_INPUT, 3 * hidden, k ? hidden : width);
            set_layer(model, at + PR_SEQ_HIDDEN, 3 * hidden, hidden);
            continue;
        }
        for (int32_t i = PR_SEQ_QUERY; i <= PR_SEQ_PROJECTION - !config->has_output; i++)
            set_layer(model, at + i, width, width);
        set_layer(model, at + PR_SEQ_FEED, hidden, width);
        set_layer(model, at + PR_SEQ_FEED_OUT, width, hidden);
    }
    if (config->is_recurrent && config->has_output)
        set_layer(model, PR_SEQ_OUTPUT, config->items.width, hidden);
    for (int32_t i = PR_SEQ_POSITION;
         !config->is_recurrent && i < PR_SEQ_NORMS + 4 * config->layers; i++)
        set_vector(model, i, i == PR_SEQ_POSITION ? config->window : 1, width);
    pr_sequence_ready(model);
    return model;
}

// ---- float64

static void layer(int32_t number, int32_t outputs, int32_t inputs, const double *from, double *to) {
    for (int32_t o = 0; o < outputs; o++) {
        to[o] = bias[number][o];
        for (int32_t k = 0; k < inputs; k++) to[o] += weight[number][o * inputs + k] * from[k];
    }
}

static void normalise(const pr_sequence_config *config, int32_t norm, const double *from,
                      double *to) {
    int32_t width = config->embedding;
    double mean = 0, square = 0;
    for (int32_t k = 0; k < width; k++) mean += from[k] / width;
    for (int32_t k = 0; k < width; k++) square += (from[k] - mean) * (from[k] - mean) / width;
    for (int32_t k = 0; k < width; k++)
        to[k] = (from[k] - mean) / __builtin_sqrt(square + config->epsilon) *
                    vector[norm - PR_SEQ_POSITION][k] +
                vector[norm + 1 - PR_SEQ_POSITION][k];
}

// x (rows) of a block, in place.
static void block_reference(const pr_sequence_config *config, int32_t k, int32_t rows) {
    static double from[EVENTS][MOST], key[EVENTS][MOST], value[EVENTS][MOST], query[MOST], y[MOST],
        z[MOST], wide[MOST], share[EVENTS];
    int32_t width = config->embedding, at = k * PR_SEQ_STEP, norm = PR_SEQ_NORMS + 4 * k;
    int32_t head = width / config->heads, order = config->order;
    for (int32_t t = 0; t < rows; t++) {
        for (int32_t i = 0; i < width; i++) from[t][i] = x[t][i];
        if (order != PR_NORM_AFTER) normalise(config, norm, x[t], from[t]);
        const double *source = order == PR_NORM_BEFORE ? from[t] : x[t];
        layer(at + PR_SEQ_KEY, width, width, source, key[t]);
        layer(at + PR_SEQ_VALUE, width, width, source, value[t]);
    }
    for (int32_t t = 0; t < rows; t++) {
        layer(at + PR_SEQ_QUERY, width, width, from[t], query);
        for (int32_t start = 0; start < width; start += head) {
            double total = 0;
            for (int32_t s = 0; s <= t; s++) {
                double sum = 0;
                for (int32_t i = start; i < start + head; i++) sum += query[i] * key[s][i];
                total += share[s] = reference_exp(sum / __builtin_sqrt((double)head));
            }
            for (int32_t i = start; i < start + head; i++) {
                y[i] = 0;
                for (int32_t s = 0; s <= t; s++) y[i] += share[s] / total * value[s][i];
            }
        }
        for (int32_t i = 0; i < width; i++) z[i] = y[i];
        if (config->has_output) layer(at + PR_SEQ_PROJECTION, width, width, y, z);
        for (int32_t i = 0; i < width; i++)
            x[t][i] = z[i] + (order == PR_NORM_QUERY ? from[t][i] : x[t][i]);
        if (order == PR_NORM_AFTER) normalise(config, norm, x[t], x[t]);
        for (int32_t i = 0; i < width; i++) y[i] = x[t][i];
        if (order != PR_NORM_AFTER) normalise(config, norm + 2, x[t], y);
        layer(at + PR_SEQ_FEED, config->hidden, width, y, wide);
        for (int32_t i = 0; i < config->hidden; i++)
            wide[i] = reference_activation(config->activation, wide[i]);
        layer(at + PR_SEQ_FEED_OUT, width, config->hidden, wide, z);
        for (int32_t i = 0; i < width; i++)
            x[t][i] = z[i] + (order == PR_NORM_QUERY ? y[i] : x[t][i]);
        if (order == PR_NORM_AFTER) normalise(config, norm + 2, x[t], x[t]);
    }
}

static void attention_reference(const pr_sequence_config *config, const uint32_t *rows,
                                int32_t count) {
    int32_t width = config->embedding, ahead = config->window - count;
    int32_t pads = config->padding ? ahead : 0, is_zero = config->padding == PR_PADDING_ZERO;
    for (int32_t k = 0; k < width; k++) result[k] = 0;
    if (!count) return;
    for (int32_t t = 0; t < pads + count; t++) {
        int32_t place = t - pads + (config->is_from_last ? ahead : 0);
        for (int32_t k = 0; k < width; k++)
            x[t][k] = t < pads
                          ? vector[1][k]
                          : (double)items[(int32_t)rows[t - pads] * width + k] * config->scale +
                                vector[0][place * width + k];
        if (config->norms & 1) normalise(config, PR_SEQ_EMBEDDING_NORM, x[t], x[t]);
    }
    for (int32_t k = 0; k < config->layers; k++) {
        for (int32_t t = 0; is_zero && t < pads; t++)
            for (int32_t i = 0; i < width; i++) x[t][i] = 0;
        block_reference(config, k, pads + count);
    }
    const double *last = x[pads + count - 1];
    for (int32_t k = 0; k < width; k++) result[k] = last[k];
    if (config->norms & 2) normalise(config, PR_SEQ_LAST_NORM, last, result);
}

static void gru_reference(const pr_sequence_config *config, const uint32_t *rows, int32_t count) {
    int32_t width = config->embedding, n = config->hidden;
    double input[3 * MOST], gates[3 * MOST], late[3 * MOST], held[MOST], h[BLOCKS][MOST] = { 0 };
    for (int32_t t = 0; t < count; t++) {
        for (int32_t k = 0; k < width; k++) x[0][k] = items[(int32_t)rows[t] * width + k];
        for (int32_t l = 0; l < config->layers; l++) {
            int32_t number = l * PR_SEQ_STEP;
            layer(number + PR_SEQ_INPUT, 3 * n, l ? n : width, l ? h[l - 1] : x[0], input);
            layer(number + PR_SEQ_HIDDEN, 3 * n, n, h[l], gates);
            for (int32_t k = 0; k < n; k++)
                held[k] = h[l][k] * reference_sigmoid(input[k] + gates[k]);
            layer(number + PR_SEQ_HIDDEN, 3 * n, n, held, late);
            for (int32_t k = 0; k < n; k++) {
                double r = reference_sigmoid(input[k] + gates[k]);
                double z = reference_sigmoid(input[n + k] + gates[n + k]);
                double sum = config->is_reset_before ? late[2 * n + k] : r * gates[2 * n + k];
                h[l][k] = (1 - z) * reference_tanh(input[2 * n + k] + sum) + z * h[l][k];
            }
        }
    }
    for (int32_t k = 0; k < n; k++) result[k] = h[config->layers - 1][k];
    if (config->has_output)
        layer(PR_SEQ_OUTPUT, config->items.width, n, h[config->layers - 1], result);
}

static void reference(const pr_sequence_config *config, const uint32_t *rows, int32_t count) {
    (config->is_recurrent ? gru_reference : attention_reference)(config, rows, count);
}

// ---- checks

static int check_left_out(const pr_sequence *model, int32_t count) {
    const pr_sequence_config *config = &model->config;
    int32_t stride = pr_round_up(config->items.width, 4);
    int32_t can_keep = config->is_recurrent || (!config->is_from_last && !config->padding);
    for (int32_t keeps = 0; keeps <= can_keep; keeps++) {
        pr_sequence_leave_out(model, events, count, keeps, rests, state, spare, vectors);
        for (int32_t i = 0; i < count; i++) {
            int32_t at = 0;
            for (int32_t j = 0; j < count; j++)
                if (j != i) some[at++] = events[j];
            reference(config, some, at);
            for (int32_t k = 0; k < config->items.width; k++)
                CHECK(is_close(vectors[i * stride + k], result[k], 2 * TOLERANCE));
        }
    }
    return 0;
}

static int check_model(const pr_sequence_config *config) {
    const pr_sequence *model = load(config);
    CHECK(model != 0);
    int32_t window = config->is_recurrent ? EVENTS - 1 : config->window;
    int32_t can_keep = config->is_recurrent || (!config->is_from_last && !config->padding);
    for (int32_t i = 0; i < EVENTS; i++) events[i] = (uint32_t)random_below(ITEMS);
    for (int32_t count = 0; count <= window; count += count < 4 ? 1 : 5) {
        pr_sequence_encode(model, events, 0, count, state, found);
        reference(config, events, count);
        for (int32_t k = 0; k < config->items.width; k++)
            CHECK(is_close(found[k], result[k], 2 * TOLERANCE));
        // The same to the bit where the state holds the first events.
        for (int32_t first = 0; can_keep && first <= count; first += 1 + first / 2) {
            if (config->is_recurrent) pr_sequence_encode(model, events, 0, first, state, again);
            pr_sequence_encode(model, events, first, count, state, again);
            for (int32_t k = 0; k < config->items.width; k++) CHECK(again[k] == found[k]);
        }
        if (count < 7) PASS(check_left_out(model, count));
    }
    return 0;
}

static int check_attention(void) {
    static const int32_t widths[][2] = { { 8, 1 },  { 12, 3 }, { 15, 3 },
                                         { 18, 2 }, { 1, 1 },  { 6, 2 } },
                         activations[] = { PR_RELU, PR_GELU, PR_TANH, PR_SWISH };
    for (int32_t order = PR_NORM_AFTER; order <= PR_NORM_QUERY; order++)
        for (int32_t padding = PR_PADDING_MASKED; padding <= PR_PADDING_ATTENDED; padding++)
            for (int32_t i = 0; i < 6; i++) {
                int32_t width = widths[i][0], is_odd = (i + order + padding) % 2;
                pr_sequence_config config = {
                    .is_tied = !is_odd,
                    .embedding = width,
                    .layers = 1 + i % BLOCKS,
                    .hidden = 3 + 4 * i,
                    .has_output = (i + order) % 2,
                    .window = is_odd ? 55 : 9,
                    .heads = widths[i][1],
                    .activation = activations[i % 4],
                    .order = order,
                    .norms = (i + padding) % 4,
                    .padding = padding,
                    .is_from_last = padding || i == 1,
                    .epsilon = 1e-5f,
                    .scale = 1 + (float)i,
                    .items = { .items = ITEMS, .width = width, .has_item_bias = is_odd },
                };
                PASS(check_model(&config));
            }
    return 0;
}

static int check_gru(void) {
    static const int32_t widths[][2] = { { 8, 8 }, { 5, 7 }, { 7, 3 }, { 24, 1 } };
    for (int32_t i = 0; i < 4; i++)
        for (int32_t form = 0; form < 8; form++) {
            int32_t hidden = widths[i][1], has_output = form & 1;
            pr_sequence_config config = {
                .is_recurrent = 1,
                .embedding = widths[i][0],
                .layers = 1 + (form >> 2),
                .hidden = hidden,
                .has_output = has_output,
                .is_reset_before = (form >> 1) & 1,
                .items = { .items = ITEMS, .width = has_output ? 6 : hidden },
            };
            PASS(check_model(&config));
        }
    return 0;
}

int run(void) {
    PASS(check_attention());
    return check_gru();
}

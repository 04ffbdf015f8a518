// Models of ordered histories: SASRec (attention.h) and GRU4Rec (gru.h). An encoder turns the
// events, oldest first, into a vector u; items score raw_i = v_i . u + bias_i, by the functions of
// pr_dot, which owns the items' vectors. Where nothing else is given, these are also the
// embedding, which the encoder reads. docs/format.md has the equations.
//
// Memory: one block of pr_sequence_size bytes from the caller, 16-aligned and zeroed, which it
// frees. It holds config, weights and scratch. Loading fills the weights; after that no function
// with a const model changes them. Such a function overwrites the scratch: one call per model at a
// time. Nothing allocates. The caller owns the states of users.
//
// Rows of numbers take a multiple of four; what is behind their last number is not read.
//
//   pr_sequence *model = pr_sequence_init(address, &config);
//   pr_table_set(pr_dot_table(pr_sequence_dot(model)), 0, I, 0, d, items);
//   pr_sequence_set(model, PR_SEQ_INPUT, 0, 3 * h, d, input);   // (3 h, d)
//   pr_sequence_set(model, PR_SEQ_HIDDEN, 0, 3 * h, h, hidden); // (3 h, h)
//   pr_sequence_set(model, PR_SEQ_OUTPUT, 0, d, h, output);     // (d, h)
//   pr_sequence_ready(model);
//   pr_sequence_encode(model, events, 0, 2, state, vector); // a new user
//   pr_sequence_encode(model, events, 2, 3, state, vector); // and one event more
//   pr_dot_prepare(pr_sequence_dot(model), vector, prepared);
#ifndef PR_SEQUENCE_H
#define PR_SEQUENCE_H

#include "dense.h"
#include "dot.h"

enum {
    PR_SEQ_LAYERS_MAX = 16,
    PR_SEQ_CHUNK = 48, // events that go through a layer together

    // Tensors by the numbers of pr_sequence_set: the weights of layers, where those of block K are
    // these plus K * PR_SEQ_STEP; their biases, which are PR_SEQ_BIAS more; and vectors, where
    // the weights and biases of the two normalisations of block K are four from
    // PR_SEQ_NORMS + 4 * K on.
    PR_SEQ_QUERY = 0, // (width, width), as the next three
    PR_SEQ_KEY = 1,
    PR_SEQ_VALUE = 2,
    PR_SEQ_PROJECTION = 3,
    PR_SEQ_FEED = 4, // (hidden, width)
    PR_SEQ_FEED_OUT = 5, // (width, hidden)
    PR_SEQ_INPUT = 0, // of gated units: (3 hidden, inputs)
    PR_SEQ_HIDDEN = 1, // (3 hidden, hidden)
    PR_SEQ_STEP = 6,
    PR_SEQ_OUTPUT = 96, // (width of vectors, hidden)
    PR_SEQ_BIAS = 128,
    PR_SEQ_POSITION = 256, // (window, width)
    PR_SEQ_PADDING = 257,
    PR_SEQ_EMBEDDING_NORM = 258,
    PR_SEQ_LAST_NORM = 260,
    PR_SEQ_NORMS = 262,

    // Where normalisation stands: after each sum; before each layer; or before it and kept in the
    // sum, with keys and values from before it (the authors of SASRec).
    PR_NORM_AFTER = 0,
    PR_NORM_BEFORE = 1,
    PR_NORM_QUERY = 2,

    // What is attended to before the first event: nothing, vectors of zeros in each block, or a
    // vector that goes through the blocks.
    PR_PADDING_MASKED = 0,
    PR_PADDING_ZERO = 1,
    PR_PADDING_ATTENDED = 2,
};

// JavaScript writes it as 32-bit numbers, in this order.
typedef struct pr_sequence_config {
    int32_t is_recurrent; // GRU4Rec, not SASRec
    int32_t is_tied; // the items' vectors are the embedding
    int32_t embedding; // its width
    int32_t dtype; // of it, where it is not tied
    int32_t layers; // blocks of attention, or layers of gated units
    int32_t hidden; // width of the feed-forward layers, or of gated units
    int32_t has_output; // whether there is a layer behind the heads, or the last units
    int32_t is_reset_before; // whether the reset gate comes before the product
    // The rest is SASRec's.
    int32_t window;
    int32_t heads;
    int32_t activation; // of the feed-forward layers
    int32_t order; // of normalisation
    int32_t norms; // 1: of x, 2: of the last sum
    int32_t padding;
    int32_t
        is_from_last; // whether the newest event has the last position, not the oldest the first
    float epsilon;
    float scale; // of an item's embedding
    pr_dot_config items; // of which an item's bias may be used
} pr_sequence_config;

typedef struct pr_sequence {
    pr_sequence_config config;
    pr_table embedding; // the items' vectors where tied
    pr_dot dot; // the items, and what scores them
    int32_t stride, hidden; // numbers of x, and of the hidden layer or units: multiples of four
    int32_t row; // numbers of a state: of gated units all, else of an event, keys and values
    pr_dense dense[PR_SEQ_OUTPUT + 1];
    float *vector[PR_SEQ_NORMS - PR_SEQ_POSITION + 4 * PR_SEQ_LAYERS_MAX];
    float *pad; // (row) the keys and values of padding
    // Scratch, for a chunk of events.
    float *x, *norm, *sum; // (PR_SEQ_CHUNK, stride)
    float *wide; // (PR_SEQ_CHUNK, the widest of x, hidden and gates)
    float *weights; // (window + 1) of the events attended to
    float *head; // (stride) a query of one head
    float *blocks; // of pr_dense_forward_rows
} pr_sequence;

// ---- lifecycle

// Bytes of a model.
uint64_t pr_sequence_size(const pr_sequence_config *config);

// Lays a model out at an address; the config is copied.
pr_sequence *pr_sequence_init(void *address, const pr_sequence_config *config);

// What scores, and the embedding where it is not tied: tables to be filled.
pr_dot *pr_sequence_dot(pr_sequence *model);
pr_table *pr_sequence_embedding(pr_sequence *model);

// Stores rows `first` to `first + rows - 1` of a tensor (any, width): values (rows, width). A
// vector is one row.
void pr_sequence_set(pr_sequence *model, int32_t tensor, int32_t first, int32_t rows, int32_t width,
                     const float *values);

// Finishes loading, once everything is set.
void pr_sequence_ready(pr_sequence *model);

// ---- users

// vector (width, padded) = the encoding of events rows (count), oldest first, of which the state
// has `first`; it then has all. To the bit the same for every `first`. A state is one row of
// numbers; of SASRec one for each event, one for the padding in front, and four numbers more. Rows
// are in range; SASRec takes at most a window of them, and gives zeros for none.
void pr_sequence_encode(const pr_sequence *model, const uint32_t *rows, int32_t first,
                        int32_t count, float *state, float *vector);

// vectors (count + 1, width padded): without each of the events; the last row is scratch. rests
// (count) and two states of count events are the caller's. keeps: whether the state of an event
// stays the same when one behind it is missing: each encoding starts where it differs.
void pr_sequence_leave_out(const pr_sequence *model, const uint32_t *rows, int32_t count,
                           int32_t keeps, uint32_t *rests, float *state, float *spare,
                           float *vectors);

#endif

// The encoder of SASRec (Kang and McAuley, ICDM 2018): causal self-attention over the events of a
// history. x_t is an event's item and position, normalised where the model does so; each block has
//
//   a_t = sum over s <= t of softmax_s(q_t . k_s / sqrt(width of a head)) v_s    for each head
//
// and a feed-forward layer, with sums and normalisation in one of three orders. Padding, where it
// is attended to, is one event in front of all that counts several times.
//
// The keys and values of events are the state: an event computes its own from those before it, so a
// state grows by appending. A part of pr_sequence, whose layers, vectors and scratch these
// functions use.
#ifndef PR_ATTENTION_H
#define PR_ATTENTION_H

#include "sequence.h"

// Lays the layers and vectors out in the arena.
void pr_attention_plan(pr_sequence *model, pr_arena *arena);

// Computes the keys and values of the padding.
void pr_attention_ready(const pr_sequence *model);

// pr_sequence_encode for SASRec.
void pr_attention_encode(const pr_sequence *model, const uint32_t *rows, int32_t first,
                         int32_t count, float *state, float *vector);

#endif

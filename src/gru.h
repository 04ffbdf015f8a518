// The encoder of GRU4Rec (Hidasi et al., ICLR 2016): gated recurrent units over the events of a
// history (Cho et al., 2014):
//
//   r = sigmoid(A_r x + a_r + B_r h + b_r),  z = sigmoid(A_z x + a_z + B_z h + b_z)
//   n = tanh(A_n x + a_n + r (B_n h + b_n)), or tanh(A_n x + a_n + B_n (r h) + b_n)
//   h = (1 - z) n + z h
//
// x is an event's item, of later layers the h of the layer below; h is 0 before the first event.
// The h of all layers are the state of a user, which does not grow. A part of pr_sequence, whose
// layers, vectors and scratch these functions use.
#ifndef PR_GRU_H
#define PR_GRU_H

#include "sequence.h"

// Lays the layers out in the arena.
void pr_gru_plan(pr_sequence *model, pr_arena *arena);

// pr_sequence_encode for GRU4Rec.
void pr_gru_encode(const pr_sequence *model, const uint32_t *rows, int32_t first, int32_t count,
                   float *state, float *vector);

#endif

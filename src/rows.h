// Rows of the item table come from outside: whoever reads by them asks here first.
#ifndef PR_ROWS_H
#define PR_ROWS_H

#include <stdint.h>

// The index of the first of rows (count) that is not below `items`, or -1; rows NULL stands for
// first, first + 1, ...
static inline int32_t pr_rows_first_out_of_range(const uint32_t *rows, uint32_t first,
                                                 int32_t count, int32_t items) {
    if (!rows) return (uint64_t)first + (uint64_t)count <= (uint64_t)items ? -1 : 0;
    for (int32_t i = 0; i < count; i++)
        if (rows[i] >= (uint32_t)items) return i;
    return -1;
}

#endif

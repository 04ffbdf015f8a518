// Rows of the item table come from outside: every function that reads by them checks them first.
#ifndef PR_ROWS_H
#define PR_ROWS_H

#include <stdint.h>

#include "status.h"

// PR_ERR_ROW where one of rows (count) is not below `items`. rows NULL: first, first + 1, ...
static inline pr_status pr_rows_check(const uint32_t *rows, uint32_t first, int32_t count,
                                      int32_t items) {
    if (!rows) return (uint64_t)first + (uint64_t)count <= (uint64_t)items ? PR_OK : PR_ERR_ROW;
    for (int32_t i = 0; i < count; i++)
        if (rows[i] >= (uint32_t)items) return PR_ERR_ROW;
    return PR_OK;
}

#endif

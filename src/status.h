// What functions that can fail return. The numbers are part of the interface with
// js/runtime/abi.js.
#ifndef PR_STATUS_H
#define PR_STATUS_H

typedef enum pr_status {
    PR_OK = 0,
    PR_ERR_ROW = -1, // a row is not below the number of items
    PR_ERR_NOT_FINITE = -2, // a stored number is NaN or infinite
    PR_ERR_NOT_POSITIVE_DEFINITE = -3,
    PR_ERR_PRECISION = -4, // rounding leaves too few digits
} pr_status;

#endif

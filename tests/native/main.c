// Runs one test file natively.
#include <stdio.h>

#include "check.h"

int main(void) {
    int line = run();
    if (line) printf("check failed at line %d\n", line);
    return line != 0;
}

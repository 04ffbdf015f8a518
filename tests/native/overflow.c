// Overflows: tests/01-native.test.js checks with it that its sanitizers stop a program.
int main(int count, char **arguments) {
    (void)arguments;
    int limit = 0x7fffffff;
    return limit + count == 0;
}

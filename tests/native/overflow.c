// Must not run to its end: what tests/01-native.test.js proves its sanitizers with.
int main(int count, char **arguments) {
    (void)arguments;
    int limit = 0x7fffffff;
    return limit + count == 0;
}

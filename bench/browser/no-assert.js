// In place of node:assert, which modules of tests/lib import beside what a page uses.
export default {};

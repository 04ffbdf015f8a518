/** The budget of private queries: until the visitor forgets everything. */
export const BUDGET = { epsilon: 9 };

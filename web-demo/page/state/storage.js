/** Small choices of the visitor in this browser's storage, which may be blocked or full. */

const KEYS = ["language", "theme"];

/** @param {string} key one of KEYS @returns {string | null} */
export function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Forgets every choice. */
export function forgetChoices() {
  for (const key of KEYS) keep(key, null);
}

/** @param {string} key @param {string | null} value null: nothing is kept */
export function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // The choice ends with the page.
  }
}

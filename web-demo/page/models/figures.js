/** How good each model's lists are: measured on other users, the same file for every visitor. */

/** @type {Promise<Record<string, any>> | undefined} */
let opening;

/** @returns {Promise<Record<string, any>>} models/figures.json */
export function openFigures() {
  opening ??= fetchFigures().catch((error) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function fetchFigures() {
  const response = await fetch("models/figures.json");
  if (!response.ok)
    throw new Error(`The server has no measured figures (it answered ${response.status}).`);
  return response.json();
}

/**
 * What a screen reader is told. Only the last of several words in quick succession is, so that
 * typing is not talked over.
 */

const PAUSE = 700;

/** @param {(text: string) => void} tell */
export function announcer(tell) {
  let timer;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => tell(text), PAUSE);
  };
}

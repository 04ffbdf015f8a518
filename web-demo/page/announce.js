/**
 * Announcements for screen readers. Of several in quick succession only the last is made, so that
 * they do not interrupt typing.
 */

const PAUSE = 700;

/** @param {(text: string) => void} say */
export function announcer(say) {
  let timer;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => say(text), PAUSE);
  };
}

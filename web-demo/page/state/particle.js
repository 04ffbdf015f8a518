/**
 * A Korean particle has two forms: which one follows depends on whether the word before it ends in
 * a consonant, as it is read aloud. Digits are read in Korean, Latin letters as their last sound is
 * written: a guess that holds for most titles.
 */

// 은/는, 이/가, 을/를, 과/와, 이에요/예요, 으로/로: after a consonant, after a vowel
const FORMS = {
  은: "는",
  이: "가",
  을: "를",
  과: "와",
  이에요: "예요",
  으로: "로",
};
const FIRST_SYLLABLE = 0xac00; // 가
const LAST_SYLLABLE = 0xd7a3; // 힣
const FINALS = 28; // codes of final consonants; 0 is none
const FINAL_L = 8; // ㄹ, after which 로 stands

// How 0 to 9 end: 영 일 이 삼 사 오 육 칠 팔 구
const DIGITS = ["ㅇ", "ㄹ", "", "ㅁ", "", "", "ㄱ", "ㄹ", "ㄹ", ""];

/**
 * The word with the form of the particle that follows it.
 *
 * @param {string | number} word
 * @param {keyof typeof FORMS} particle the form after a consonant
 * @param {string} [between] what stands between both and is not read, a quotation mark
 * @example
 * withParticle("0.39", "이에요"); // "0.39예요"
 * withParticle("액션", "을"); // "액션을"
 */
export function withParticle(word, particle, between = "") {
  const final = finalOf(String(word));
  const isBare = final === "" || (particle === "으로" && final === "ㄹ");
  return `${word}${between}${isBare ? FORMS[particle] : particle}`;
}

/** The consonant that the word ends in: "ㄹ", another, or "" for a vowel. */
function finalOf(word) {
  // An explanation in brackets and what is not read do not count.
  const read = word.replace(/\s*\([^)]*\)\s*$/, "").replace(/[^\p{L}\p{N}%]+$/u, "");
  const last = read.at(-1) ?? "";
  const code = last.charCodeAt(0);
  if (code >= FIRST_SYLLABLE && code <= LAST_SYLLABLE) {
    const final = (code - FIRST_SYLLABLE) % FINALS;
    return final === 0 ? "" : final === FINAL_L ? "ㄹ" : "ㅇ";
  }
  // The zeros of 10, 100, 1000 are read by their place, and end in a consonant like 영.
  if (/\d/.test(last)) return DIGITS[Number(last)];
  if (/l$/i.test(last)) return "ㄹ";
  return /(?:[nm]|ng)$/i.test(read) ? "ㅇ" : "";
}

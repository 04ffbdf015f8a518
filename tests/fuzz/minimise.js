// A smaller input with the same defect: parts are left out as long as the defect stays.

const MILLISECONDS = 3000;

/**
 * @param {Uint8Array} bytes
 * @param {(bytes: Uint8Array) => Promise<boolean>} isWrong
 * @returns {Promise<Uint8Array>}
 */
export async function minimise(bytes, isWrong) {
  const end = Date.now() + MILLISECONDS;
  for (let size = Math.ceil(bytes.length / 2); size >= 1 && Date.now() < end;) {
    let isSmaller = false;
    for (let at = 0; at < bytes.length && Date.now() < end;) {
      const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
      if (await isWrong(new Uint8Array(without))) {
        bytes = new Uint8Array(without);
        isSmaller = true;
      } else at += size;
    }
    if (!isSmaller || size > bytes.length) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return bytes;
}

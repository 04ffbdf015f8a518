/** The colours of heat maps, and their drawing on a canvas. */

const CELL = 16; // pixels of the canvas; CSS scales it

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ values: ArrayLike<number>, columns: number, rows: number, scale?: number, lit?:
 *   number | null, also?: ReadonlySet<number> }} what
 */
export function paint(canvas, { values, columns, rows, scale, lit = null, also }) {
  const cell = Math.max(1, Math.min(CELL, Math.floor(4096 / Math.max(columns, rows))));
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const context = canvas.getContext("2d");
  const { positive, negative, ground, ink } = coloursOf(canvas);
  const strongest = scale ?? largest(values);
  context.fillStyle = ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (!Number.isFinite(value) || value === 0) continue;
    context.globalAlpha = strongest > 0 ? Math.min(1, Math.abs(value) / strongest) : 0;
    context.fillStyle = value > 0 ? positive : negative;
    context.fillRect((index % columns) * cell, Math.floor(index / columns) * cell, cell, cell);
  }
  context.globalAlpha = 1;
  context.strokeStyle = ink;
  context.lineWidth = Math.max(1, cell / 8);
  for (const index of new Set([...(also ?? []), ...(lit === null ? [] : [lit])]))
    context.strokeRect((index % columns) * cell, Math.floor(index / columns) * cell, cell, cell);
}

/** @param {ArrayLike<number>} values */
export function largest(values) {
  let most = 0;
  for (let k = 0; k < values.length; k += 1)
    if (Number.isFinite(values[k])) most = Math.max(most, Math.abs(values[k]));
  return most;
}

function coloursOf(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    positive: of("--positive"),
    negative: of("--negative"),
    ground: of("--quiet"),
    ink: of("--ink"),
  };
}

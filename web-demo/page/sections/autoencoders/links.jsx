/**
 * Lines between the rows of two columns of the same height: colour for the sign, width for the
 * strength.
 *
 * @param {object} props
 * @param {number} props.from rows on the left
 * @param {number} props.to rows on the right
 * @param {{ from: number, to: number, value: number }[]} props.lines
 */
export function Links({ from, to, lines }) {
  const strongest = lines.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0);
  return (
    <svg class="autoencoders-links" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      {lines.map(({ from: left, to: right, value }, index) => {
        const y1 = (100 * (left + 0.5)) / from;
        const y2 = (100 * (right + 0.5)) / to;
        const share = strongest > 0 ? Math.abs(value) / strongest : 0;
        return (
          <path
            key={index}
            class={value < 0 ? "negative" : "positive"}
            d={`M0 ${y1} C50 ${y1} 50 ${y2} 100 ${y2}`}
            style={{ opacity: 0.2 + 0.8 * share, strokeWidth: 0.5 + 2.5 * share }}
          />
        );
      })}
    </svg>
  );
}

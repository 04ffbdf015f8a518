import { useRef } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { onCircle } from "./four-users.js";

const KEYS = { ArrowUp: 2, ArrowRight: -2, ArrowDown: -2, ArrowLeft: 2, PageUp: 15, PageDown: -15 };
const turned = (angle) => (Math.round(angle) + 360) % 360;

/**
 * Four users as arrows of length 1; u4 can be dragged, or turned by keys.
 *
 * @param {object} props
 * @param {number} props.angle of u4, in degrees
 * @param {(angle: number) => void} props.onAngle
 * @param {string} props.label
 * @param {[number, number] | null} props.lit two users, by index
 */
export function Circle({ angle, onAngle, label, lit }) {
  const root = useRef(null);
  const vectors = onCircle(angle);
  const drag = (event) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = root.current.getBoundingClientRect();
    const x = event.clientX - (box.left + box.width / 2);
    const y = box.top + box.height / 2 - event.clientY;
    onAngle(turned((Math.atan2(y, x) * 180) / Math.PI));
  };
  const onKeyDown = (event) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onAngle(turned(angle + step));
  };
  return (
    <svg class="ncf-circle" viewBox="-128 -128 256 256" ref={root}>
      <circle r="100" class="ncf-track" />
      <path d="M-122 0H122M0 122V-122" class="ncf-axes" />
      {vectors.slice(0, 3).map((vector, user) => (
        <Arrow key={user} vector={vector} name={`u${user + 1}`} isLit={lit?.includes(user)} />
      ))}
      {/* tabindex, not tabIndex: attributes of SVG are written as they are. */}
      <g
        class="ncf-handle"
        role="slider"
        tabindex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={359}
        aria-valuenow={angle}
        aria-valuetext={`${formatNumber(angle)}°`}
        data-angle={angle}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={onKeyDown}
      >
        <Arrow vector={vectors[3]} name="u4" isLit={lit?.includes(3)} />
        <circle cx={100 * vectors[3][0]} cy={-100 * vectors[3][1]} r="22" class="ncf-grip" />
      </g>
    </svg>
  );
}

function Arrow({ vector: [x, y], name, isLit = false }) {
  return (
    <g class={isLit ? "ncf-arrow lit" : "ncf-arrow"}>
      <line x2={100 * x} y2={-100 * y} />
      <circle cx={100 * x} cy={-100 * y} r="5" />
      <text x={117 * x} y={-117 * y + 5}>
        {name}
      </text>
    </g>
  );
}

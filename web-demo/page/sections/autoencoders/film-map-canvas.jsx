import { useEffect, useRef, useState } from "preact/hooks";
import { scheme } from "../../state/theme.js";
import { GROUPS, WIDTH, nearest, towards } from "./film-map.js";

const REACH = 30; // of the map's width: how near the pointer must be
const STAR = "★";
const MANY = 30; // films of a history, whose stars are smaller
const MARGIN = 12; // pixels

/**
 * The map as dots. Pointing, or the arrow keys while it has the focus, calls `onPoint`; a press or
 * Enter calls `onPick`.
 *
 * @param {object} props
 * @param {import("./film-map.js").FilmMap} props.map
 * @param {ReadonlySet<number>} props.rated
 * @param {ReadonlySet<number>} props.listed
 * @param {number[]} props.near neighbours of the chosen film
 * @param {number | null} props.chosen
 * @param {number | null} props.pointed
 * @param {string | null} props.group the only group in colour, or null
 * @param {string} props.label
 * @param {(item: number | null) => void} props.onPoint
 * @param {(item: number) => void} props.onPick
 */
export function FilmMapCanvas(props) {
  const { map, pointed, listed, label, onPoint, onPick } = props;
  const canvas = useRef(null);
  const [size, setSize] = useState(0);
  const { value: colours } = scheme; // drawn again when it changes
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      setSize(Math.round(contentRect.width)),
    );
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (size > 0) draw(canvas.current, size, props);
  }, [size, colours, ...Object.values(props)]);

  const at = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const toMap = (pixel) => ((pixel - MARGIN) / (box.width - 2 * MARGIN)) * WIDTH;
    const point = { x: toMap(event.clientX - box.left), y: toMap(event.clientY - box.top) };
    const [place] = nearest(map.places, point, 1);
    return Math.hypot(place.x - point.x, place.y - point.y) <= REACH ? place.item : null;
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && pointed !== null) return onPick(pointed);
    const from = map.placeOf.get(pointed ?? [...listed][0]);
    const next = towards(map.places, from, event.key);
    if (!next) return;
    event.preventDefault();
    onPoint(pointed === null ? from.item : next.item);
  };
  return (
    <canvas
      class="autoencoders-map"
      ref={canvas}
      role="img"
      tabIndex={0}
      style={{ height: `${heightOf(map, size)}px` }}
      aria-label={label}
      onPointerMove={(event) => onPoint(at(event))}
      onPointerLeave={() => onPoint(null)}
      onClick={(event) => at(event) !== null && onPick(at(event))}
      onKeyDown={onKeyDown}
    />
  );
}

const heightOf = ({ height }, size) => Math.round(height * (size - 2 * MARGIN)) + 2 * MARGIN;

function draw(canvas, size, { map, rated, listed, near, chosen, pointed, group }) {
  const ratio = devicePixelRatio || 1;
  canvas.width = size * ratio;
  canvas.height = heightOf(map, size) * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name).trim();
  const pixel = (value) => MARGIN + (value / WIDTH) * (size - 2 * MARGIN);
  const dot = (item, radius, fill, stroke) => {
    const place = map.placeOf.get(item);
    if (!place) return;
    context.beginPath();
    context.arc(pixel(place.x), pixel(place.y), radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    if (fill) context.fill();
    context.strokeStyle = stroke;
    if (stroke) context.stroke();
  };

  const colours = Object.keys(GROUPS).map((name) => [name, colour(`--autoencoders-${name}`)]);
  const byGroup = Object.fromEntries(colours);
  const small = Math.max(1.2, size / 320);
  for (const place of map.places) {
    const isColoured = place.group !== undefined && (group === null || place.group === group);
    context.globalAlpha = isColoured ? 0.75 : 0.35;
    dot(place.item, small, isColoured ? byGroup[place.group] : colour("--star-empty"));
  }
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  const from = map.placeOf.get(chosen);
  context.strokeStyle = colour("--ink");
  for (const item of from ? near : []) {
    const to = map.placeOf.get(item);
    if (!to) continue;
    context.beginPath();
    context.moveTo(pixel(from.x), pixel(from.y));
    context.lineTo(pixel(to.x), pixel(to.y));
    context.stroke();
    dot(item, 4, colour("--card"), colour("--ink"));
  }
  const ground = colour("--card");
  for (const item of listed) dot(item, 6, colour("--ink"), ground);
  context.font = `${rated.size > MANY ? 13 : 22}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const item of rated) {
    const place = map.placeOf.get(item);
    if (!place) continue;
    context.fillStyle = colour("--star");
    context.strokeStyle = ground;
    context.strokeText(STAR, pixel(place.x), pixel(place.y));
    context.fillText(STAR, pixel(place.x), pixel(place.y));
  }
  context.lineWidth = 2.5;
  for (const item of [chosen, pointed]) if (item !== null) dot(item, 8, null, colour("--ink"));
}

import { useEffect, useRef, useState } from "preact/hooks";

const NEAR = "600px"; // below the screen

/**
 * A card whose tool comes, with its models, once the card is near the screen: the first picture
 * does not wait for what is far below.
 *
 * @param {object} props
 * @param {string} props.title
 * @param {string} [props.told]
 * @param {number} props.height pixels, kept free for the tool
 * @param {import("preact").ComponentChildren} props.children the tool
 */
export function Card({ title, told, height, children }) {
  const place = useRef(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setNear(true),
      { rootMargin: NEAR },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="card autoencoders-card" ref={place}>
      <h2>{title}</h2>
      {told && <p class="hint">{told}</p>}
      <div style={{ minHeight: `${height}px` }}>{isNear && children}</div>
    </div>
  );
}

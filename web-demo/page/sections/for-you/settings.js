/** The settings of the section, all in the address. */
import { catalogue } from "../../models/films.js";
import { FIRST_MODEL, MODELS } from "../../ranking/models.js";
import { CAPS, FIRST_WISHES, MAX_VARIETY } from "../../ranking/rerank.js";
import { setting } from "../../state/address.js";

/** Steps of the slider against popularity. At the last it counts about as much as the score. */
export const NOVELTY_STEPS = 20;

/** The server's lists that are no genre. */
export const LISTS = ["popular", "recent", "classics"];

export const HERE = "device";

/**
 * @typedef {object} Side one of the lists beside each other
 * @property {string} model of MODELS
 * @property {number} novelty step of the slider
 * @property {(model: string) => void} setModel
 * @property {(novelty: number) => void} setNovelty
 */

/** In a component. */
export function settings() {
  const { hasLists, genres } = catalogue.value;
  const [list, setFrom] = setting("from", LISTS[0], { among: [...LISTS, ...genres, HERE] });
  const [near, setNear] = setting("near", 0, { among: catalogue.value.ids });
  const [variety, setVariety] = setting("variety", FIRST_WISHES.variety, {
    among: steps(MAX_VARIETY),
  });
  const [cap, setCap] = setting("cap", FIRST_WISHES.maxPerGenre, { among: CAPS });
  const [isCompared, setCompared] = setting("compare", false);
  return {
    sides: [side("", FIRST_MODEL, 0), side("2", FIRST_MODEL, NOVELTY_STEPS)],
    from: hasLists ? list : HERE,
    near: hasLists && list !== HERE ? near : 0,
    setFrom: (from) => (setNear(0), setFrom(from)),
    setNear,
    variety,
    setVariety,
    cap,
    setCap,
    isCompared,
    setCompared,
  };
}

/** @returns {Side} */
function side(suffix, firstModel, firstNovelty) {
  const [model, setModel] = setting(`model${suffix}`, firstModel, { among: Object.keys(MODELS) });
  const [novelty, setNovelty] = setting(`novelty${suffix}`, firstNovelty, {
    among: steps(NOVELTY_STEPS),
  });
  return { model, setModel, novelty, setNovelty };
}

/** What re-ranking makes of the settings. @param {Side} side */
export const wishesOf = ({ model, novelty }, { variety, cap }) => ({
  novelty: (novelty / NOVELTY_STEPS) * MODELS[model].novelty,
  variety: MODELS[model].isMatrix ? 0 : variety,
  maxPerGenre: cap,
});

const steps = (last) => Array.from({ length: last + 1 }, (_, step) => step);

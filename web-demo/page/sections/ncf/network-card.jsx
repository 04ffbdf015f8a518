import { useMemo, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { FilmChoice } from "./film-choice.jsx";
import { GmfBranch } from "./gmf-branch.jsx";
import { Joined } from "./joined.jsx";
import { MlpBranch } from "./mlp-branch.jsx";
import { gmfOf, mlpOf, strongestOf } from "./network.js";
import { ncfTexts } from "./texts.js";

const LISTED = 10;

/**
 * One film on its way through GMF, MLP and the two joined.
 *
 * @param {object} props
 * @param {any} props.joined of useJoined
 * @param {number} props.alpha as the knob stands; the numbers follow a moment later
 * @param {(alpha: number) => void} props.onAlpha
 * @param {(item: number) => void} props.onFilm
 */
export function NetworkCard({ joined, alpha, onAlpha, onFilm }) {
  const t = ncfTexts().network;
  const { people, film, list, scores } = joined;
  const gmf = useMemo(() => gmfOf(people.gmfInsides, people.gmf.vector, film), [people, film]);
  const mlp = useMemo(() => mlpOf(people.mlpInsides, people.mlp.vector, film), [people, film]);
  const [pinned, pin] = useState(null);
  const [open, setOpen] = useState(null);
  const [at, setAt] = useState({ k: null, term: null, neuron: null });
  const k = pinned ?? strongestOf(gmf.terms, 1)[0];
  const last = mlp.layers.length - 1;
  const neuron = open ?? { layer: last, index: strongestOf(mlp.terms, 1)[0] };
  const title = catalogue.value.get(film)?.title ?? film;
  return (
    <section class="card" aria-labelledby="ncf-network-title">
      <h2 id="ncf-network-title" data-film={film}>
        {t.title(title)}
      </h2>
      <div class="ncf-network">
        <FilmChoice list={list.slice(0, LISTED)} film={film} onChoose={onFilm} />
        <div class="ncf-graph">
          <GmfBranch
            gmf={gmf}
            insides={people.gmfInsides}
            k={k}
            at={at.k}
            term={at.term}
            onPoint={(index, term) => setAt({ ...at, k: index, term })}
            onPick={pin}
          />
          <MlpBranch
            mlp={mlp}
            open={neuron}
            at={at.neuron}
            term={at.term}
            onPoint={(place) => setAt({ ...at, neuron: place })}
            onPick={setOpen}
          />
          <Joined
            gmf={gmf}
            mlp={mlp}
            alpha={joined.alpha}
            set={alpha}
            onAlpha={onAlpha}
            scores={scores}
            term={at.term}
            onTerm={(term) => setAt({ ...at, term })}
          />
        </div>
      </div>
    </section>
  );
}

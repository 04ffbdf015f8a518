import { formatNumber } from "../../state/language.js";
import { Answer } from "./answer.jsx";
import { recall } from "./films.js";
import { formatFactor } from "./format-factor.js";
import { LedgerView } from "./ledger-view.jsx";
import noisyFormula from "./noisy.tex";
import responseFormula from "./response.tex";
import { guess, odds, posterior } from "./server.js";

const BYTES = 4; // of a float32

/**
 * The three ways side by side.
 *
 * @param {object} props
 * @param {import("./server.js").World} props.world
 * @param {import("./films.js").Films} props.films
 * @param {{ direction: Float64Array, nearest: number, own: ReadonlySet<number> }} props.visitor
 * @param {ReturnType<typeof import("./use-draws.js").useDraws>} props.draws
 * @param {number} props.epsilon of a draw
 * @param {number | null} props.lit
 * @param {(at: number | null) => void} props.setLit
 * @param {Record<string, any>} props.t texts
 */
export function Answers({ world, films, visitor, draws, epsilon, lit, setLit, t }) {
  const genres = world.tastes.map(({ genre }) => genre);
  const common = { lit, onPoint: setLit, t };
  const about = (answers) => {
    const guessed = guess(world, answers);
    const probabilities = posterior(world, answers);
    return {
      guessed,
      belief: { genres, probabilities, nearest: visitor.nearest },
      found: recall(films, visitor.own, guessed),
      surer: surerOf(probabilities, answers.length * epsilon, t),
    };
  };
  const truth = { label: t.true, values: visitor.direction };
  return (
    <div class="cards">
      <Silent {...{ ...common, truth, told: about([]) }} />
      <Response
        {...{ ...common, truth, genres, told: about(draws.response.answers), epsilon }}
        draws={draws.response}
      />
      <Noisy {...{ ...common, truth, told: about(draws.noisy.answers) }} draws={draws.noisy} />
    </div>
  );
}

function Silent({ truth, told, t, ...common }) {
  const sent = { request: "GET api/candidates?list=popular&limit=200", bytes: t.silentBytes };
  const nothing = { label: t.sentNothing, values: new Float64Array(told.guessed.length) };
  const rows = [truth, nothing, { label: t.guessed, values: told.guessed }];
  return (
    <Answer
      {...{ ...common, ...told, sent, rows, t }}
      name="none"
      title={t.names.none}
      surer={t.notSurer}
    />
  );
}

function Response({ truth, told, genres, draws, epsilon, t, ...common }) {
  const { answers } = draws;
  const drawn = answers.at(-1);
  const formula = {
    mathml: responseFormula,
    label: t.responseInWords,
    slots: { truth: formatNumber(truthOf(epsilon, genres.length), 3) },
  };
  const sent = {
    request: drawn ? `GET api/candidates?list=${genres[drawn.centroid]}&limit=200` : t.nothing,
    bytes: t.responseBytes(genres.length, formatNumber(Math.log2(genres.length), 1)),
  };
  const counts = genres.map((_, at) => answers.filter(({ centroid }) => centroid === at).length);
  const rows = [
    truth,
    { label: t.sentGenres, values: counts, isGenres: true },
    { label: t.guessed, values: told.guessed },
  ];
  return (
    <Answer
      {...{ ...common, ...told, formula, sent, rows, t }}
      name="response"
      title={t.names.response}
      ledger={<LedgerView draws={draws} t={t} />}
    />
  );
}

function Noisy({ truth, told, draws, t, ...common }) {
  const drawn = draws.answers.at(-1);
  const width = truth.values.length;
  const values = drawn?.vector ?? [];
  const shown = Array.from(values.slice(0, 3), (value) => value.toFixed(3)).join(", ");
  const formula = {
    mathml: noisyFormula,
    label: t.noisyInWords,
    slots: { sigma: formatNumber(drawn?.sigma ?? 0, 3) },
  };
  const length = Math.hypot(...values);
  const sent = {
    request: drawn ? `[${shown}, … ]` : t.nothing,
    bytes: t.noisyBytes(width, width * BYTES, formatNumber(length, 1)),
  };
  const rows = [
    truth,
    { label: t.sentVector, values: drawn?.vector ?? new Float64Array(width) },
    { label: t.guessed, values: told.guessed },
  ];
  return (
    <Answer
      {...{ ...common, ...told, formula, sent, rows, t }}
      name="noisy"
      title={t.names.noisy}
      ledger={<LedgerView draws={draws} t={t} />}
    />
  );
}

/** The probability with which the own genre is sent. */
const truthOf = (epsilon, count) => 1 / (1 + (count - 1) * Math.exp(-epsilon));

/** How much the odds of the server's first guess grew, and how much they could at most. */
function surerOf(probabilities, spent, t) {
  const most = Math.max(...probabilities);
  const factor = odds(most) / odds(1 / probabilities.length);
  return t.surer(formatNumber(100 * most, 1), formatFactor(factor), formatFactor(Math.exp(spent)));
}

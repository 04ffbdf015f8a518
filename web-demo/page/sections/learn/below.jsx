import { addressOf } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { Formula } from "../../ui/formula.jsx";
import { Predict } from "../../ui/predict.jsx";
import loss from "./loss.tex";
import { DEFAULTS } from "./settings.js";
import { learnTexts } from "./texts.js";

/** The epochs of what the prose links to. */
const EPOCHS = 200;

/** A question, the loss, and what to try; each link is a state of the tool above. */
export function Below({ session }) {
  const t = learnTexts();
  const { prose } = t;
  const tries = [
    [prose.regularise, { decay: 0.002 }],
    [prose.noise, { noise: 0 }],
    [prose.sixteen, { size: 16 }],
    [prose.autorec, { model: "autorec" }],
  ];
  return (
    <>
      <Predict {...t.question} right={1} why={<Why session={session} />} />
      <h3>{prose.tries}</h3>
      <ul class="learn-tries">
        {tries.map(([[name, text], settings]) => (
          <li key={name}>
            <a href={addressOf("learn", { ...settings, epoch: EPOCHS })}>{name}</a>
            {text}
          </li>
        ))}
      </ul>
      <h3>{prose.loss}</h3>
      <Formula mathml={loss} label={prose.lossLabel} />
      <p>{prose.lossText}</p>
      <p>{prose.honest}</p>
    </>
  );
}

/** Trains both, and gives what came of it. */
function Why({ session }) {
  const { question } = learnTexts();
  const { value } = useResult(
    async () => [
      await session.outcome({ ...DEFAULTS, size: 4 }, EPOCHS),
      await session.outcome({ ...DEFAULTS, size: 8 }, EPOCHS),
    ],
    [],
  );
  if (!value) return question.running;
  const [four, eight] = value.map(({ training, test }) => ({
    training: formatNumber(training, 2),
    test: formatNumber(test, 2),
  }));
  return (
    <>
      {question.why(four, eight)}
      <a href={addressOf("learn", { size: 4, epoch: EPOCHS })}>{question.links[0]}</a>,{" "}
      <a href={addressOf("learn", { epoch: EPOCHS })}>{question.links[1]}</a>
    </>
  );
}

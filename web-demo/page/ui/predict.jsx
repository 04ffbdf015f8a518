import { useState } from "preact/hooks";
import { textsOf } from "../state/language.js";
import { Choice } from "./choice.jsx";

const TEXTS = {
  en: { title: "Predict first", right: "That is what happens.", wrong: "It turns out otherwise." },
  ko: { title: "먼저 예상해 보세요", right: "맞아요, 그렇게 됩니다.", wrong: "실제로는 달라요." },
};

/**
 * A question to answer before one tries; the answer says why, and how to see it above.
 *
 * @param {object} props
 * @param {string} props.question
 * @param {string[]} props.answers
 * @param {number} props.right index of the right answer
 * @param {import("preact").ComponentChildren} props.why shown after an answer
 */
export function Predict({ question, answers, right, why }) {
  const t = textsOf(TEXTS);
  const [chosen, choose] = useState(null);
  return (
    <aside class="predict" aria-label={question}>
      <h3>{t.title}</h3>
      <Choice
        label={question}
        value={chosen === null ? "" : String(chosen)}
        options={answers.map((label, index) => ({ value: String(index), label }))}
        onChange={(value) => choose(Number(value))}
      />
      <div role="status">
        {chosen !== null && (
          <p>
            <strong>{chosen === right ? t.right : t.wrong}</strong> {why}
          </p>
        )}
      </div>
    </aside>
  );
}

import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import { encoderColumn, termsOf } from "./network.js";
import product from "./product.tex";
import { addend } from "./signed-row.jsx";
import { sectionTexts, titleOf } from "./texts.js";

/**
 * A single term: two numbers and their product, and where each stands.
 *
 * @param {object} props
 * @param {import("./run.js").Run} props.run
 * @param {import("./look.js").Look} props.look
 */
export function SingleNumber({ run, look }) {
  const t = sectionTexts().single;
  const { k, item } = look;
  const isInput = look.level === "code-term";
  const { values, first, second } = (isInput ? ofInput : ofScore)(run, k, item);
  const words = isInput ? t.input : t.score;
  const slots = {
    first: formatNumber(first, 4),
    second: addend(second, 4),
    product: formatNumber(first * second, 4),
  };
  const { inputs, length } = run.encoding;
  const { given } = inputs.find((input) => input.item === item) ?? {};
  return (
    <div class="autoencoders-single" data-product={first * second}>
      <Formula mathml={product} label={t.formula(slots)} slots={slots} />
      <dl>
        <dt>{slots.first}</dt>
        <dd>{words.first(titleOf(item), k, { given, length: formatNumber(length, 3) })}</dd>
        <dt>{slots.second}</dt>
        <dd>{words.second(titleOf(item), k)}</dd>
        <dt>{slots.product}</dt>
        <dd>{words.product(titleOf(item), k)}</dd>
      </dl>
      <figure>
        <HeatMap values={values} columns={48} lit={k} label={words.map(titleOf(item))} />
        <figcaption class="hint">{words.map(titleOf(item))}</figcaption>
      </figure>
    </div>
  );
}

function ofInput({ insides, encoding }, k, item) {
  const input = encoding.inputs.find((one) => one.item === item);
  const values = encoderColumn(insides, input.row);
  return { values, first: input.x, second: values[k] };
}

function ofScore({ insides, encoding }, k, item) {
  const { weights } = termsOf(insides, encoding.code, insides.rowOf(item));
  return { values: weights, first: encoding.code[k], second: weights[k] };
}

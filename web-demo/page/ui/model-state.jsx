import { formatNumber, textsOf } from "../state/language.js";

const TEXTS = {
  en: {
    loading: (label) => `Loading ${label} …`,
    failed: (label) => `${label} did not arrive.`,
    retry: "Try again",
  },
  ko: {
    loading: (label) => `${label} 불러오는 중 …`,
    failed: (label) => `${label} 모델을 불러오지 못했어요.`,
    retry: "다시 시도",
  },
};

/**
 * What is shown instead of a model that is not there yet, or failed; nothing once it is there.
 *
 * @param {object} props
 * @param {ReturnType<typeof import("../models/open-model.js").useModel>} props.opening
 * @param {string} props.label
 */
export function ModelState({ opening: { model, error, progress, retry }, label }) {
  const t = textsOf(TEXTS);
  if (error)
    return (
      <div class="alert" role="alert">
        <strong>{t.failed(label)}</strong> {error.message}{" "}
        <button type="button" class="button" onClick={retry}>
          {t.retry}
        </button>
      </div>
    );
  if (model) return null;
  const share = progress?.total
    ? ` ${formatNumber((100 * progress.loaded) / progress.total)}%`
    : "";
  return (
    <p class="loading" role="status">
      {t.loading(label)}
      {share}
    </p>
  );
}

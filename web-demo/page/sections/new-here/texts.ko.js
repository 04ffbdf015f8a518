import { formatNumber } from "../../state/language.js";
import { withParticle } from "../../state/particle.js";

const films = (titles) => titles.map((title) => `‘${title}’`).join(", ");

export default {
  title: "처음 왔다면?",
  lead:
    "모델은 다른 사용자 549명에게서 배웠고, 여러분의 벡터는 학습한 적이 없어요. 그래서 영화 쪽 숫자는 그대로 두고, 처음 준 평점 몇 개로 이 기기에서 벡터를 " +
    "만들어요. 이것을 폴드인(fold-in)이라고 해요. 평점 하나마다 벡터가 움직이고(처음 몇 개가 가장 크게), 목록이 따라 바뀌어요.",
  way: "새 사용자를 만드는 방법",
  ways: {
    gmf: "맞추기: GMF",
    neumf: "맞추기: NeuMF",
    ials: "맞추기: iALS",
    dae: "인코딩: DAE",
    candidates: "타워: 후보 생성",
  },
  computing: "평점마다 벡터를 계산하고 있어요 …",
  back: "평점 하나 빼기",
  forward: "평점 하나 더하기",
  play: "재생",
  pause: "멈춤",
  given: "지금까지 준 평점",
  ofAll: (at, last) => `${last}개 중 ${at}개`,
  example: "아직 평점이 없어서, SF를 좋아하는 사용자를 예로 보여 드려요.",
  most: (count) => `여러분의 평점 가운데 처음 ${count}개예요.`,

  vectorTitle: "평점 하나마다 바뀌는 벡터",
  vectorNow: (width) => `지금의 벡터: 숫자 ${width}개`,
  vectorAfter: (at) => `평점 ${at}개 뒤의 사용자 벡터`,
  changed: "평점이 없을 때와 비교해 바뀐 양 (영화마다 한 줄)",
  changedAfter: (at) => `평점 ${at}개까지, 평점마다 벡터가 바뀐 양`,
  before: {
    gmf: "평점이 없으면 벡터는 학습에 쓴 사용자들의 평균이에요.",
    neumf: "평점이 없으면 벡터는 학습에 쓴 사용자들의 평균이에요.",
    ials: "평점이 없으면 벡터는 0이에요. 모든 영화의 점수가 0이라 순서에 뜻이 없어요.",
    dae: "평점이 없으면 코드는 편향에서만 나와요. 누구에게나 같은 목록이에요.",
    candidates: "평점이 없으면 타워에는 0이 들어가요. 누구에게나 같은 목록이에요.",
  },
  moved: (title, stars, moved, share) =>
    `‘${title}’(${stars}★)은 벡터를 ${formatNumber(moved, 2)}만큼 움직였어요` +
    (share === null ? "." : `. 첫 평점의 ${formatNumber(100 * share)}%예요.`),
  still: (title, stars) =>
    `‘${title}’(${stars}★)은 벡터를 움직이지 않았어요. 이 모델은 좋아한 영화만 읽어요.`,
  column: (number, value, titles, isHalf) =>
    `${number}번째 숫자는 ${withParticle(formatNumber(value, 3), "이에요")}. ` +
    (titles.length > 0
      ? `이 숫자가 큰 유명한 영화: ${films(titles)}.`
      : isHalf
        ? "이 숫자는 타워로 들어가요."
        : ""),

  listTitle: (at) => (at === 0 ? "평점이 없을 때의 목록" : `평점 ${at}개 뒤의 목록`),
  entered: (count) => `새로 들어온 영화는 ${count}편이에요.`,
  ahead: (count) => `나중에 평가할 영화 ${count}편이 벌써 들어 있어요.`,

  mapTitle: "영화 지도 위의 길",
  mapInWords: (at, [left, right, low, high]) =>
    `영화 400편의 지도 위에서 평점 ${at}개까지 벡터가 지나온 길. 왼쪽: ${left}. 오른쪽: ${right}. 아래: ${low}. 위: ${high}.`,
  keyPath: "준 평점의 수",
  keyRated: "평가한 영화",
  keyListed: "목록에 있는 영화",
  share: (percent, factor) =>
    `길이 나아가는 쪽에 있는 영화의 점수가 올라가요. 영화들이 가장 크게 다른 두 방향을 그렸어요(전체 차이의 ${percent}%). 길은 ${factor}배 길이로 ` +
    "그렸어요.",

  curveTitle: "그때 목록은 얼마나 좋을까요?",
  metric: "측정 지표",
  likedGiven: "알려 준 좋아하는 영화 수",
  you: "여러분",
  modelNames: { popularity: "인기순", candidates: "후보 생성" },
  curveHere: (liked, nearest, model, metric, value, popular) =>
    `지금까지 좋아하는 영화(4★ 이상)는 ${liked}편이에요. ${nearest}편을 알려 준 사용자에게 ${model}의 ${metric}은 ${value}, ` +
    `인기순 목록은 ${withParticle(popular, "이에요")}.`,
  interval:
    "칠한 부분: 어떤 모델의 학습에도 쓰지 않은 사용자 61명에 대한 이 모델의 95% 구간이에요.",
  numbers: "모든 숫자",
  users: "측정한 사용자 수",

  howTitle: "벡터를 만드는 방법",
  formulaInWords: {
    gmf: "벡터 p는 기록과 나머지 모든 영화의 로그 손실을 사전 분포와 함께 최소로 만들어요",
    neumf: "벡터 p는 기록과 뽑은 다른 영화들의 로그 손실을 사전 분포와 함께 최소로 만들어요",
    ials: "벡터 p는 기록과 모든 영화에 대한 릿지 회귀의 해예요",
    dae: "코드 z는 좋아한 영화들의 열을 더해 tanh에 넣은 값이에요",
    candidates: "벡터 u는 본 영화들의 평균을 타워에 넣어 얻은 값이에요",
  },
  made: {
    gmf: () =>
      "GMF는 맞춰요(fit). 여러분이 고른 영화와 고르지 않은 모든 영화를 가장 잘 설명하면서, 다른 사용자들에게서 너무 멀어지지 않는(사전 분포) 벡터를 " +
      "찾아요. 손실이 볼록해서 뉴턴 방법이 모든 영화를 놓고 하나뿐인 최솟값을 찾아요. 평점을 준 순서는 상관없어요.",
    neumf: (steps) =>
      `NeuMF도 맞추지만, 타워에는 최솟값이 하나가 아니에요. 평균 사용자에서 시작해 Adam으로 ${steps}번 움직이고, 매번 고르지 않은 영화를 새로 ` +
      "뽑아요. 그래서 지난 벡터에서 이어 맞추면 새로 맞춘 것과 조금 다른 곳에서 끝나요.",
    ials: () =>
      "iALS의 손실은 제곱 오차라서 릿지 회귀가 돼요. 식 64개짜리 연립방정식 하나를 정확히 풀면 돼요. 벌점은 세는 영화 수에 따라 커지고, 기록이 짧은 " +
      "사용자의 벡터를 짧게 붙잡아 둬요.",
    dae: () =>
      "오토인코더는 맞추지 않아요. 인코더를 한 번 지나면 코드가 나와요. 좋아한 영화의 열을 더하고, 길이를 1로 맞추고, tanh에 넣어요. 짧은 기록으로도 " +
      "학습해서 영화 한 편이 얼마나 적은 것을 말해 주는지 알아요.",
    candidates: () =>
      "후보 생성 모델은 특징을 타워에 넣어요. 본 영화 임베딩의 평균, 검색한 낱말의 평균(여기서는 없음), 평점의 수예요. 맞추는 것이 없어서 새 사용자는 계산 한 " +
      "번이면 돼요.",
  },

  lessTitle: "평점 하나를 빼면",
  takeBack: "되돌릴 평점",
  withoutLabel: "그 평점이 없는 목록",
  updateTime: (update, anew) => `user.update는 ${update} ms, 새 사용자는 ${anew} ms 걸렸어요.`,
  difference: (most) =>
    most === null
      ? "두 벡터는 같아요."
      : `맞출 때마다 다른 영화를 뽑기 때문에 두 벡터는 많아야 ${most} 달라요.`,

  predict: {
    question:
      "인기순은 누구에게나 같은 목록이에요. 좋아하는 영화를 한 편만 알 때, 무엇의 Recall@20이 더 높을까요?",
    answers: [
      "모든 모델",
      "GMF, NeuMF, 사용자를 읽는 오토인코더, 후보 생성. MLP, EASE, iALS는 아님",
      "아무 모델도 아님",
    ],
    right: 1,
    why:
      "영화 한 편은 말해 주는 것이 적은데, EASE와 iALS는 그것을 곧이곧대로 믿어요. GMF의 사전 분포와 오토인코더가 학습한 짧은 기록은 그것이 얼마나 " +
      "적은지 알려 줘요. 평점을 하나로 놓고 ‘모든 숫자’를 열어 보세요.",
  },
};

import { withParticle } from "../../state/particle.js";

export default {
  title: "행렬 분해에서 신경망 협업 필터링까지",
  lead:
    "행렬 분해는 내적으로 점수를 매겨요. 사용자의 숫자와 영화의 숫자를 하나씩 곱해서 더하는 거예요. " +
    "GMF는 곱마다 가중치를 주고, MLP는 두 숫자가 어떻게 만날지를 신경망에 맡겨요. NeuMF는 둘을 합치고, " +
    "α가 어느 쪽을 더 믿을지 정해요.",
  example: "아직 평가한 영화가 없어서 SF 예시로 보여 드려요.",
  network: {
    title: (film) => `“${film}”의 점수가 나오기까지`,
    list: "합친 신경망의 추천 목록",
    search: "다른 영화 들여다보기 (영어 제목)",
    found: "찾은 영화",
    gmf: "GMF: 곱",
    mlp: "MLP: 층",
    joined: "NeuMF: 둘을 합치기",
    rows: {
      user: "사용자 p",
      film: "영화 q",
      products: "곱 p × q",
      terms: "가중치를 준 곱 h × p × q",
      mlpUser: "사용자 p′",
      mlpFilm: "1층에 들어가는 영화 쪽 절반",
      mlpTerms: "가중치를 준 2층 h′ × z",
      inputs: "입력",
      weights: "가중치",
      weighed: "입력 × 가중치",
      joined: "합친 h: α × GMF의 h, (1 − α) × MLP의 h",
    },
    logit: (terms, bias, logit) => `합 ${terms} + 편향 ${bias} = 로짓 ${logit}`,
    parts: { gmf: "α × GMF의 로짓", mlp: "(1 − α) × MLP의 로짓" },
    layer: (number, width) => `${number}층: ReLU를 지난 뉴런 ${width}개`,
    dimension: (k) => `차원 ${k}: h × 사용자 × 영화`,
    most: "값이 가장 큰 영화",
    least: "값이 가장 작은 영화",
    neuron: (index, layer) => `${layer}층의 뉴런 ${index}`,
    input: (index) => `입력 ${index}`,
    sum: (sum) => `입력을 모두 더하면 ${sum}`,
    firstLayer: "사용자 입력의 합 + 영화 쪽 절반 + 편향이에요. 0보다 작으면 0이 돼요.",
    laterLayer:
      "입력의 합 + 편향이에요. 0보다 작으면 0이 돼요. 입력을 누르면 그 입력이 나온 뉴런이 열려요.",
    alpha: "α: GMF를 믿는 정도",
    onlyMlp: "MLP만",
    onlyGmf: "GMF만",
    scores: { gmf: "GMF만", mlp: "MLP만", joined: "합친 점수" },
    formula: ({ alpha, rest, gmf, mlp, score }) =>
      `점수는 ${alpha} 곱하기 GMF의 로짓 ${gmf} 더하기 ${rest} 곱하기 MLP의 로짓 ${mlp}에 시그모이드를 ` +
      `적용한 ${withParticle(score, "이에요")}.`,
  },
  four: {
    title: "숫자 두 개로는 나타낼 수 없는 순서",
    hint: "논문에 나온 사용자 네 명이에요. 모두 길이가 1인 화살표예요. u4를 끌거나 화살표 키로 돌려 보세요.",
    interactions: "누가 무엇을 골랐나",
    drag: "u4의 방향",
    numbers: "사용자마다 숫자 몇 개",
    reset: "처음으로",
    best: "가장 나은 방향",
    pair: "사용자",
    shared: "겹치는 정도",
    product: "내적",
    vector: (user, values) => `u${user}의 벡터: ${values.join(", ")}`,
    checks: {
      others: "u2는 u1보다 u3에 가깝고, u1과 u3이 가장 멀어요",
      first: "u4는 u3보다 u1에 가까워요",
      second: "u4는 u2보다 u3에 가까워요",
      positive: "겹치는 정도처럼 내적도 0보다 작지 않아요",
    },
    holds: ": 맞음",
    broken: ": 틀림",
    after: {
      2:
        "모든 방향을 다 해 봐도 네 줄 가운데 세 줄까지만 맞아요. u4의 두 순서가 모두 맞는 곳에서는 " +
        "아이템이 겹치는데도 u4가 모두의 반대쪽을 향해요.",
      3: "숫자를 하나 더하면 순서는 모두 맞아요. 하지만 내적이 겹치는 정도와 아직 같지는 않아요.",
      4:
        "숫자가 네 개면 내적이 겹치는 정도와 똑같아져요. 내적이 문제가 아니라 숫자 두 개가 모자랐던 " +
        "거예요. 대신 숫자가 많아지면 데이터도 더 필요해요.",
    },
  },
  agreement: {
    title: "신경망들의 의견은 서로 같을까요?",
    count: "비교할 범위",
    first: (count) => `앞의 ${count}편`,
    shared: (count) => `두 순위의 앞 ${count}편에 함께 있는 영화 수`,
    names: {
      gmf: () => "GMF",
      mlp: () => "MLP",
      joined: (alpha) => `α = ${alpha}`,
      trained: () => "학습한 NeuMF",
    },
    ranks: (count) => `GMF나 MLP의 앞 ${count}편에 든 영화의 순위`,
    ranksInWords: (count, same) =>
      `GMF 순위와 MLP 순위를 견준 그림이에요. 앞 ${count}편 가운데 ${same}편이 같아요.`,
    gmfRank: "GMF 순위 →",
    mlpRank: "↑ MLP 순위",
  },
  predict: {
    question: "어떤 영화에 GMF는 0.90, MLP는 0.50을 줬어요. α = 0.5로 합치면 몇 점일까요?",
    answers: ["평균인 0.70", "큰 쪽인 0.90", "0.75"],
    why:
      "확률이 아니라 로짓을 평균 내요. 0.90과 0.50의 로짓은 2.20과 0이고, 평균 1.10에 시그모이드를 " +
      "적용하면 0.75예요. 위에서 α를 움직이면 점수가 둘 사이를 미끄러져요.",
  },
  prose: [
    "이 페이지의 GMF는 32차원 모델 두 개를 나란히 놓고 평균 낸 것이라서, 히트맵의 한 줄이 모델 하나예요. " +
      "MLP 파일에는 1층의 영화 쪽 절반이 이미 곱해져 있어요. 휴대전화가 할 일이 줄지만 합은 같아요.",
    "α는 논문에서 미리 학습한 두 신경망으로 NeuMF를 시작하는 방법이에요. h를 GMF의 αh와 MLP의 (1 − α)h로 " +
      "이어 붙여요. 손잡이를 끄는 동안 패키지가 두 파일을 합치고, 그 뒤에 더 학습하지는 않아요. " +
      "“학습한 NeuMF”는 두 쪽이 함께 배운 다른 파일이에요.",
    "논문이 나오고 3년 뒤, Rendle 등이 내적도 신경망만큼 공들여 조정했더니 내적이 이겼어요. 이 페이지의 " +
      "데이터로 잰 수치는 “왜 딥러닝일까?”에 있어요.",
  ],
};

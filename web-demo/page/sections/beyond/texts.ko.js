import { withParticle } from "../../state/particle.js";

export default {
  title: "그 너머",
  lead:
    "강의에 나오지 않은 세 모델을 같은 기록으로 비교해요. EASE는 영화에서 영화로 가는 행렬 하나를 식으로 바로 풀고, iALS는 릿지 회귀로 맞추는 내적이고, " +
    "SASRec은 기록을 순서대로 어텐션으로 읽어요. 앞의 둘은 선형인데, 데이터가 적을 때 이기기 어려워요.",
  beside: "나란히 볼 강의의 모델",
  order: "여러분의 기록 순서예요. 마지막이 가장 최근이에요. 영화를 누르면 맨 뒤로 가요.",
  example: "아직 평점이 없어서, SF를 좋아하는 사용자를 예로 보여 드려요.",
  most: (count) => `여러분의 평점 가운데 마지막 ${count}개예요.`,
  listOf: (model) => `${model}의 목록`,
  changed: (count) =>
    count === 0 ? "순서를 바꿔도 그대로예요." : `${count}자리의 영화가 바뀌었어요.`,
  shared: (count) => `10편 중 ${count}편이 EASE의 목록에도 있어요.`,
  time: (ms) => `${ms} ms`,
  why: (title) => `왜 ‘${title}’일까요?`,
  total: "합:",
  byPackage: (score) => `패키지의 점수: ${score}`,
  weight: (from, to, value) =>
    `‘${withParticle(from, "이", "’")} ‘${to}’에 ` + `${withParticle(value, "을")} 더해요.`,

  ease: {
    title: "EASE: 가중치 한 줄",
    map: "여러분의 영화(줄)와 EASE의 목록, 고른 영화(칸). 칸을 누르면 그 영화를 골라요.",
    mapLabel: "EASE 목록의 영화에 대한 내 영화들의 가중치",
    point: "칸을 가리키면 한 영화가 다른 영화에 더하는 값을 볼 수 있어요.",
    words: "점수는 기록에 있는 영화들의 가중치를 더한 값이에요",
    sum: (title) => `‘${title}’의 점수가 되는 값`,
  },
  ials: {
    title: "iALS: 내적과 릿지",
    sum: (count) => `내 영화 ${count}편의 합`,
    user: "p, 릿지의 해",
    film: "영화의 q",
    products: "곱",
    point: "숫자를 가리키면 점수에 더해지는 곱을 볼 수 있어요.",
    product: (number, user, film, product) => `${number}번째 숫자: ${user} × ${film} = ${product}`,
    words: "점수는 p와 q의 내적이고, p는 릿지 회귀의 해예요",
    note: "릿지는 내 영화 벡터의 합을 p로 바꿔요. 거의 모든 영화에 있는 것은 덜 세고, 벌점 λ는 p를 짧게 붙잡아 둬요. 이 식은 정확히 풀려요.",
  },
  sasrec: {
    title: "SASRec: 순서대로 읽는 어텐션",
    head: "블록과 헤드",
    name: (name) => name.replace(".", ", 헤드 "),
    mapLabel: "어텐션: 줄은 기록의 영화, 칸은 그보다 앞선 영화",
    point: "줄은 기록의 영화예요. 칸은 앞선 영화에서 얼마나 가져오는지 보여 줘요.",
    share: (from, to, percent) =>
      `‘${withParticle(from, "을", "’")} 읽을 때 이 헤드는 ‘${to}’에서 ${percent}%를 가져와요.`,
    words: "가중치는 쿼리와 키의 소프트맥스이고, 점수는 마지막 상태와의 내적이에요",
    note:
      "마지막 줄이 목록을 만들어요. 사용자 549명은 순서를 배우기에 너무 적어서, 이 파일은 순서를 섞은 기록으로 학습했어요. 그래서 순서가 영향을 주지만 크지는 " +
      "않아요.",
  },

  measured: "여기서는 얼마나 좋을까요?",
  model: "모델",
  modelNames: { popularity: "인기순", candidates: "후보 생성" },
  after: (count) => `Recall, ${count}편`,
  measuredNote:
    "어떤 모델의 학습에도 쓰지 않은 사용자 61명이에요. " +
    "앞의 두 칸: 영화의 80%를 알려 주고 나머지를 찾아요. 뒤의 두 칸: 좋아하는 영화 한 편 또는 스무 편을 알려 " +
    "줬을 때의 Recall@20이에요. 여기의 EASE는 숫자 1,300만 개 중 28만 개만 가졌어요. 모두 쓰고 λ를 줄이면 0.397과 0.475예요.",

  predict: {
    question: "가장 오래된 영화를 기록의 맨 뒤로 옮기면, 누구의 목록이 바뀔까요?",
    answers: ["모두", "SASRec만. EASE와 iALS는 그대로", "아무도"],
    right: 1,
    why:
      "EASE와 iALS는 집합을 더해요. 합에는 순서가 없어요. SASRec은 자리마다 벡터가 있고, 마지막 영화가 다른 영화들에게 물어요. 위의 기록에서 영화를 " +
      "누르고 목록 아래의 글을 읽어 보세요.",
  },
};

import { formatNumber } from "../../state/language.js";
import { withParticle } from "../../state/particle.js";

export default {
  title: "서버가 알게 되는 것",
  lead:
    "이 페이지는 여러분에 대한 것을 아무것도 보내지 않아요. 누구나 같은 영화를 받고, 순서는 이 기기의 모델이 정해요. 서버가 한 사용자를 위한 영화를 찾아야 " +
    "한다면, 기기가 답을 흐리게 만들어서 보낼 수 있어요. 서버가 얼마나 알게 되는지는 엡실론(ε)으로 재고, 쓸 수 있는 예산이 있어요.",
  model: "후보 생성",
  epsilon: "한 번 뽑을 때의 엡실론",
  ends: ["조금 드러남", "많이 드러남"],
  draw: "한 번 더 뽑기",
  restart: "처음부터",
  example: "아직 평점이 없어서, SF를 좋아하는 사용자를 예로 보여 드려요.",
  trial:
    "여기서 뽑는 것은 연습이에요. 아무에게도 보내지 않고, 이 화면이 메모리에 따로 둔 장부의 예산만 써요. 여러분의 진짜 예산은 쓰지 않아요.",
  requests: (count, asked) =>
    `이 화면을 연 뒤 페이지가 보낸 요청: ${count}개, 그중 파일이 아닌 것을 물은 요청: ${asked}개`,
  computing: "뽑고 있어요 …",

  names: { none: "묻지 않기", response: "뽑은 장르", noisy: "잡음 섞은 벡터" },
  noFormula: "누구나 같은 요청을 보내서 누구에게나 답이 같아요. ε = 0이에요.",
  responseInWords: "사용자의 장르를 보낼 확률은 e의 ε제곱 나누기 e의 ε제곱 더하기 k 빼기 1",
  noisyInWords: "보내는 것은 사용자 벡터의 방향에 표준편차 σ의 정규 잡음을 더한 것",
  leaves: "기기를 떠나는 것",
  nothing: "없음: 장부가 거절했어요",
  silentBytes: "여러분에 대한 숫자는 0개예요.",
  responseBytes: (count, bits) => `장르 ${count}개 중 하나: ${bits}비트.`,
  noisyBytes: (count, bytes, length) =>
    `숫자 ${count}개, ${bytes}바이트. 벡터의 길이는 1, 보내는 것의 길이는 ${length}.`,
  true: "진짜 벡터",
  sentGenres: "지금까지 보낸 것",
  sentVector: "마지막에 보낸 것",
  sentNothing: "보낸 것: 없음",
  guessed: "서버의 짐작",
  number: (at, value) => `${at}번째 숫자: ${formatNumber(value, 3)}`,
  point: "숫자를 가리키면 모든 벡터에서 비교해 볼 수 있어요.",

  revealed: "드러나는 것",
  probability: "서버가 믿는 확률",
  belief: (own, share, first) =>
    `서버는 사용자의 장르 ${own}에 ${share}%를 줘요. 서버의 첫 번째 짐작은 ${withParticle(first, "이에요")}.`,
  notSurer: "서버는 전과 똑같이 몰라요. 모든 장르의 가능성이 같아요.",
  surer: (percent, factor, bound) =>
    `첫 번째 짐작의 확률은 ${percent}%, 오즈는 전의 ${factor}배예요. 지금까지 뽑은 것 전체의 한계는 e^ε = ${bound}배예요.`,

  lost: "잃는 것",
  found: (percent) => `내게 가장 맞는 100편 중 ${percent}편이 서버가 보내는 100편에 있어요`,
  ledger: "이 연습의 장부",
  spent: (used, budget, count) => `ε ${budget} 중 ${used} 사용, ${count}번 뽑음`,
  refused: "장부가 거절해서 답이 없어요:",

  chartTitle: "엡실론에 따라 한 번 뽑아 찾는 것",
  foundAxis: "가장 맞는 100편 중 찾은 것",
  chart: (epsilon, none, response, noisy) =>
    `엡실론 ${epsilon}에서 가장 맞는 영화 중 뽑은 장르는 평균 ${response}%, 잡음 섞은 벡터는 ${noisy}%, 묻지 않기는 ${none}%를 ` +
    "찾아요.",
  chartNote:
    "점선보다 아래면 묻지 않는 것보다 못해요. " +
    "장르: 뽑힐 수 있는 모든 장르에 대한 정확한 평균이에요. 벡터: 16번씩 뽑았고, 가장 낮은 값에서 가장 높은 값까지 칠했어요. 서버는 방법을 알고 있어서, 잡음 " +
    "섞인 벡터를 모든 취향의 평균 쪽으로 당겨요. 숫자 65개짜리 벡터는 말해 주는 것이 많아서 잡음이 커야 해요.",

  predict: {
    question: "엡실론이 두 배가 되면, 답 하나가 서버의 오즈를 바꿀 수 있는 한계는 어떻게 될까요?",
    answers: ["배수의 두 배", "배수의 제곱", "그대로"],
    right: 1,
    why:
      "한계는 e^ε이라서 엡실론이 두 배면 제곱이 돼요. 3이면 20배, 6이면 403배예요. 3으로 두 번 뽑는 것의 한계는 6으로 한 번 뽑는 것과 같아요. ‘한 " +
      "번 더 뽑기’를 눌러 비교해 보세요.",
  },
  definition:
    "한 사용자에게서 그 답이 나올 확률은 다른 사용자의 e의 ε제곱 배 더하기 δ를 넘지 않아요",
  meaning: (epsilon, factor) =>
    `x와 y는 평점이 어떻든 아무 두 사용자이고, S는 답들의 아무 집합이에요. 그래서 서버가 무엇을 알고 어떻게 계산하든, ε = ${epsilon}에서 답 하나는 ` +
    `여러분에 대해 서버가 믿는 것의 오즈를 최대 ${factor}배 바꿔요(확률 δ 정도의 예외가 있어요. 뽑은 장르의 δ는 0, 잡음 섞은 벡터는 백만분의 ` +
    "1이에요).",
  budget:
    "엡실론은 더해져요. 잡음 섞은 벡터를 많이 모아 평균을 내면 진짜 벡터가 되고, 자주 뽑히는 장르는 여러분의 장르예요. 그래서 패키지의 기록에는 예산을 정해 둔 " +
    "장부가 있어요. 답을 계산하기 전에 장부에 적고, 예산을 넘으면 거절해요. ‘나를 위한 추천’의 장부는 진짜예요.",
};

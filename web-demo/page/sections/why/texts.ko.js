export default {
  title: "왜 딥러닝일까요?",
  lead:
    "신경망은 입력을 구부리고 접을 수 있고, 아이템이 무엇인지를 데이터만 보고 배우고, 기록을 순서대로 읽고, " +
    "어떤 종류의 입력이든 받아요. 네 가지를 작은 예로 바로 움직여 볼 수 있어요. 그 아래에는 이 데이터에서 " +
    "그만한 값을 하는지 잰 표가 있어요. 생각보다 작을 때가 많아요.",
  example: "아직 평가한 영화가 없어서 SF 예시로 보여 드려요.",
  taste: {
    title: "1. 비선형 변환",
    hint: "어떤 영화를 좋아하는지 눌러 보세요. 누르는 순간 두 모델이 배워요.",
    yours: "내 취향",
    kinds: ["둘 다 아님", "액션", "로맨스", "액션 + 로맨스"],
    like: "좋아요",
    dislike: "싫어요",
    names: { dot: "내적", net: "신경망" },
    steps: "학습한 횟수",
    play: "재생",
    pause: "멈춤",
    right: (count) => `4개 가운데 ${count}개 맞음`,
    inWords: (name, scores) =>
      `${name}: 모든 영화의 점수예요. 오른쪽이 액션, 위쪽이 로맨스예요. 네 모서리: ${scores}.`,
    formula: (kind, dot, net) => `${kind}: 내적은 ${dot}, 신경망은 ${net}.`,
    at: (kind) => `“${kind}”의 숫자예요. “둘 중 하나만”이라는 취향을 나타내려면 구부러져야 해요.`,
  },
  nearest: {
    title: "2. 표현 학습",
    hint: "모델은 누가 무엇을 좋아했는지만 봤어요. 제목도 장르도 몰라요. 같은 사람들이 좋아한 영화는 비슷한 숫자를 받았어요.",
    film: "가까운 영화를 볼 영화",
    vector: (title) => `${title}의 임베딩`,
    alike: (count, of) =>
      `${of}편 가운데 ${count}편이 장르가 겹쳐요. 모델은 장르를 본 적이 없어요.`,
  },
  order: {
    title: "3. 순서가 있는 기록",
    hint: "SASRec은 무엇을 언제 봤는지를 살펴요. 오토인코더에게 기록은 집합이에요.",
    order: "내 영화",
    ways: { given: "평가한 순서대로", reversed: "거꾸로" },
    asGiven: "이제 순서를 뒤집어 보세요.",
    moved: (count) => (count === 0 ? "목록이 그대로예요." : `${count}자리가 바뀌었어요.`),
  },
  features: {
    title: "4. 유연함",
    hint: "한 신경망이 본 영화, 개수, 장르, 연도를 나란히 읽어요. 몇 가지를 빼 보세요.",
    inputs: "랭킹 모델",
    without: {
      nothing: "그대로",
      genres: "장르 없이",
      facts: "연도와 인기 없이",
      counts: "내 평점 개수 없이",
      watched: "본 영화 없이",
    },
    columns: "신경망 입력의 열",
    column: (name, count) => `${name}: ${count}열`,
    names: {
      watched: "본 영화",
      count: "평점 개수",
      mean_rating: "내 평균 평점",
      film: "영화",
      genres: "장르",
      year: "연도",
      popularity: "인기",
      film_rating: "평균 평점",
    },
    list: "랭킹 모델의 목록",
    whole: "모든 입력을 쓴 목록이에요.",
    changed: (places, films, of) =>
      `앞의 ${of}편 가운데 ${places}편의 자리가 바뀌었고(색으로 표시), 그중 ${films}편은 새로 들어왔어요.`,
  },
  measured: {
    title: "그래서 얼마나 좋을까요? 잰 그대로의 표",
    summary:
      "이 데이터에서는 영화 사이의 가중치 행렬일 뿐인 EASE가 가장 좋은 신경망만큼 잘하고, 평범한 내적이 " +
      "MLP를 이겨요. 신경망은 순서, 특징, 훨씬 많은 데이터처럼 더 읽을 것이 있을 때 제값을 해요.",
    measure: "지표",
    measures: { recall: "Recall@20", ndcg: "NDCG@100" },
    chart: (measure) => `새 사용자의 ${measure}. 막대: 이 데모의 분할, 눈금: 다른 네 분할의 평균`,
    axis: "높을수록 좋아요 →",
    inWords: (measure, name, value) => `모든 모델의 ${measure}. 가장 높은 것은 ${name}, ${value}.`,
    kinds: { baseline: "모델 없음", linear: "선형", network: "신경망" },
    newUsers: "ml-latest-small: 새 사용자의 나머지 영화 찾기",
    meanOf: (measure) => `네 분할 ${measure}`,
    users:
      "분할마다 사용자 61명이고, 네 분할 평균의 표준 오차는 0.01쯤이에요. 기록이 길 때의 결과예요. 영화를 " +
      "몇 편만 봤을 때는 순위가 달라요. “처음 왔다면?”를 보세요.",
    leaveOneOut: "ML-1M: 사용자마다 영화 한 편을 100편 가운데서 찾기",
    published: (measure) => `논문 ${measure}`,
    names: { linear: "조정한 내적, 192", network: "NeuMF, 64" },
    authors: "NCF 논문의 시험이에요. 논문 수치는 내적이 Rendle 등, NeuMF가 He 등이에요.",
  },
  predict: {
    question: "기록의 순서를 뒤집으면 어느 목록이 바뀔까요?",
    answers: ["둘 다", "SASRec만", "오토인코더만"],
    why:
      "오토인코더는 영화마다 있는 열을 더하는데, 합에는 순서가 없어요. SASRec은 자리마다 임베딩이 따로 있고 " +
      "마지막 영화에서 뒤를 돌아봐요. 세 번째 카드에서 해 보세요.",
  },
  prose: [
    "네 번째 카드에서 장르를 빼도 거의 그대로예요. 영화의 임베딩이 이미 장르를 알고 있거든요. 내 평점 개수를 빼면 " +
      "많이 바뀌어요. 짧은 기록을 얼마나 믿을지 알려 주는 숫자라서 그래요. 무엇이든 넣어 볼 수 있다는 것이 " +
      "유연함이고, 무엇이 쓸모 있는지는 데이터가 답해요.",
    "뉴런이 충분하면 은닉층이 하나인 신경망도 입력이 유한한 범위에 있는 연속 함수에 원하는 만큼 가까워질 수 " +
      "있어요. 나타낼 수 있다는 뜻이지, 평점 8만 개로 학습해서 찾아낸다는 뜻은 아니에요.",
    "Rendle 등(2020)은 MLP가 내적조차 배우기 어렵고, 같은 정성으로 조정한 내적이 MLP를 이긴다는 것을 " +
      "보였어요. Ferrari Dacrema 등(2019)은 신경망 추천 18개를 다시 해 봤는데, 재현된 것이 7개였고 그 " +
      "가운데 6개는 단순한 방법에 질 때가 많았어요.",
    "그러니 딥러닝이라는 이름만으로는 이유가 되지 않아요. 네 카드 가운데 필요한 것이 있을 때 신경망을 쓰고, " +
      "먼저 EASE와 나란히 재 보세요.",
  ],
};

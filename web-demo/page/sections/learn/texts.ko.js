export default {
  title: "학습 지켜보기",
  lead:
    "모델은 무작위 숫자에서 출발해서, 한 스텝마다 평점을 덜 틀리도록 숫자를 조금씩 옮겨요. 여기는 " +
    "지어낸 세계라서 내 평점은 쓰지 않아요. 숨은 취향을 가진 사용자 40명과 영화 30편, 잡음이 섞인 " +
    "평점이 조금 있어요. 그래서 실제 데이터와 달리 정답을 알아요. 재생을 눌러 " +
    "보세요. 먼저 배운 것은 처음 보는 평점에도 맞지만, 나중에 배운 것은 그렇지 않아요.",
  models: { mf: "MF", mlp: "MLP", neumf: "NeuMF", autorec: "AutoRec" },
  controls: {
    title: "학습",
    settings: "설정",
    play: "재생",
    pause: "멈춤",
    step: "한 스텝",
    reset: "처음부터",
    world: "다른 세계",
    model: "모델",
    size: "임베딩",
    rate: "학습률",
    decay: "정규화 λ",
    noise: "잡음",
    stars: (count) => `${count} ★`,
  },
  counts: {
    epoch: "에폭",
    step: "스텝",
    ofSteps: (step, all) => `${all} 중 ${step}`,
    training: "학습 오차",
    test: "테스트 오차",
    best: "가장 낮은 테스트 오차",
    bestAt: (error, epoch) => `${error} (에폭 ${epoch})`,
  },
  status: (epoch, training, test, best, bestEpoch) =>
    `에폭 ${epoch}. 학습 오차 ${training}, 테스트 오차 ${test}. ` +
    `가장 낮은 테스트 오차: ${best} (에폭 ${bestEpoch}).`,
  curves: {
    title: "평균 제곱 오차 (별²)",
    epoch: "에폭",
    noise: "잡음만의 오차",
    training: "학습",
    test: "테스트 (점: 가장 낮은 에폭)",
    before: (settings) => `점선: 지난 학습, ${settings}.`,
    first: "설정을 바꾸면 지난 학습이 여기에 점선으로 남아요.",
    run: ({ model, size, rate, decay, noise }) =>
      `${model}, 크기 ${size}, 학습률 ${rate}, λ ${decay}, 잡음 ${noise}`,
    label: (training, test, best, bestEpoch) =>
      `에폭에 따른 오차: 학습 ${training}, 테스트 ${test}, 가장 낮은 테스트 ${best} (에폭 ${bestEpoch}).`,
  },
  genres: ["SF", "로맨스", "공포", "가족"],
  matrices: {
    title: "사용자 40명이 영화 30편에 주는 별점",
    truth: "정답",
    given: "받은 평점",
    predicted: "예측",
    more: "평균보다 별이 많음",
    less: "적음",
    none: "받지 않음",
    cell: (user, film, stars) => `${user}, ${film}: ${stars}`,
    hint: "칸을 가리키거나 화살표 키로 옮겨 보세요. 누르면 고정돼요.",
  },
  maps: {
    title: "모델이 알아낸 것",
    users: "사용자",
    items: "영화",
    hint:
      "임베딩을 두 주축에 그렸어요. 모델에게 장르를 알려 준 적이 없는데 스스로 찾아내요. 색과 모양은 " +
      "숨은 정답이에요.",
    label: (name) => `${name}: 임베딩을 2차원에 그리고 숨은 장르로 색칠했어요`,
  },
  step: {
    title: "지난 스텝이 한 일",
    none: "아직 스텝이 없어요. 한 스텝은 평점 64개를 보고, 모든 숫자를 그래디언트 반대쪽으로 옮겨요.",
    batch: (count) => `평점 ${count}개를 봤어요. 각 부분을 당기는 세기(그래디언트의 길이):`,
    outlined: (count) =>
      `위의 ‘받은 평점’에서 테두리를 친 ${count}개를 봤어요. 각 부분을 당기는 세기(그래디언트의 길이):`,
    label: (list) => `그래디언트의 길이: ${list}`,
    parameter: (name, length) => `${name} ${length}`,
  },
  arithmetic: {
    title: (user, film) => `${user} × ${film}`,
    truth: "정답",
    training: "받은 평점",
    test: "테스트용으로 숨긴 평점",
    unrated: "평점",
    none: "없음",
    predicted: "예측",
    layers: "거쳐 가는 값",
    sum: "더하는 값",
    numbers: (count) => `숫자 ${count}개`,
    number: (place) => `${place}번째 숫자`,
    strip: (name, values) => `${name}: ${values}`,
    formula: (name, prediction) => `${name}의 예측 ${prediction}: 아래 항들의 합`,
  },
  terms: {
    mean: "평균 평점 μ",
    userBias: "사용자 편향",
    itemBias: "영화 편향",
    outputBias: "편향",
    products: "곱",
    tower: "가중치 × 마지막 층",
  },
  layers: {
    user: "사용자 임베딩",
    item: "영화 임베딩",
    gmfUser: "사용자 임베딩 (GMF)",
    gmfItem: "영화 임베딩 (GMF)",
    hidden1: "첫째 은닉층",
    hidden2: "둘째 은닉층",
    code: "사용자 평점의 코드",
  },
  parameters: {
    user: "사용자 임베딩",
    item: "영화 임베딩",
    userBias: "사용자 편향",
    itemBias: "영화 편향",
    layer1: "첫째 층",
    layer1Bias: "첫째 층 편향",
    layer2: "둘째 층",
    layer2Bias: "둘째 층 편향",
    output: "출력 가중치",
    outputBias: "출력 편향",
    gmfUser: "GMF 사용자",
    gmfItem: "GMF 영화",
    gmfOutput: "GMF 출력",
    encoder: "인코더 V",
    encoderBias: "인코더 편향",
  },
  question: {
    question:
      "MF의 임베딩 크기를 4에서 8로 늘리고, 정규화 없이 200 에폭을 학습해요. 두 오차는 어떻게 될까요?",
    answers: ["둘 다 낮아져요", "학습 오차는 낮아지고 테스트 오차는 높아져요", "둘 다 높아져요"],
    running: "둘 다 학습하는 중 …",
    why: (four, eight) =>
      `방금 이 브라우저에서 학습한 결과예요. 숫자 4개씩: 학습 오차 ${four.training}, 테스트 오차 ` +
      `${four.test}. 숫자 8개씩: 학습 오차 ${eight.training}, 테스트 오차 ${eight.test}. ` +
      "숫자가 많으면 더 많이 외울 수 있어요, 잡음까지도요. 위에서 보기: ",
    links: ["크기 4", "크기 8"],
  },
  prose: {
    loss: "한 스텝이 줄이는 값",
    lossLabel: "배치에 든 평점의 평균 제곱 오차에, 람다 곱하기 모든 가중치의 제곱합을 더한 값",
    lossText:
      "오차는 별 개수 차이의 제곱이에요. 한 스텝은 평점의 묶음(배치) B를 보고, 모델의 모든 숫자에 " +
      "대한 이 손실의 그래디언트를 (역방향 자동 미분으로) 구해서 Adam으로 숫자를 옮겨요. 학습 오차와 " +
      "테스트 오차는 앞부분만을, 각각 모든 학습 평점과 숨겨 둔 평점에서 잰 값이에요.",
    tries: "해 볼 것 네 가지",
    regularise: ["정규화 λ 0.002", ": 테스트 오차가 가장 낮은 곳 가까이에 머물러요."],
    noise: ["잡음 없이", ": 과적합이 거의 해롭지 않아요. 외우게 되는 것은 바로 잡음이니까요."],
    sixteen: [
      "크기 16",
      ": 평점보다 숫자가 더 많은데도 크기 8보다 과적합이 덜해요. 이중 하강(double descent)이라고 해요.",
    ],
    autorec: ["AutoRec", ": 사용자 임베딩이 없어요. 사용자의 코드는 평점에서 만들어져요."],
    honest:
      "이 페이지의 다른 곳에서 MLP와 NeuMF는 논문처럼 사용자가 어떤 영화를 평가하는지를 교차 엔트로피로 " +
      "학습했어요. 여기서는 네 모델을 한 그래프에 그릴 수 있게 제곱 오차로 별점을 예측해요.",
  },
};

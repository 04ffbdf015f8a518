import { withParticle } from "../../state/particle.js";

const terms = (slots) =>
  `편향 ${slots.bias}에 기록의 항 ${withParticle(slots.sum, "을")} 더한 값의 결과는 ${slots.code}`;

export default {
  title: "오토인코더",
  lead:
    "오토인코더는 내 평점을 읽어 숫자 몇 개(코드)로 압축한 다음, 거기에서 모든 영화의 점수를 다시 " +
    "만들어요. 영화를 하나하나 기억할 자리가 없으니 영화들의 공통점으로 표현해야 하고, 그래서 평가하지 " +
    "않은 영화도 점수를 얻어요. 새 사용자를 위해 학습할 필요 없이 신경망을 한 번 통과하면 끝이에요.",
  example: "아직 평가한 영화가 없어서 ‘SF’ 예시를 보여 드려요.",
  path: {
    label: "신경망 안의 현재 위치",
    names: ([place, first, second], titleOf) =>
      ({
        overview: () => "신경망",
        encoder: () => "인코더",
        decoder: () => "디코더",
        code: () => (second ? titleOf(Number(second)) : `${first}번 숫자`),
        film: () => (second ? `${second}번 숫자` : titleOf(Number(first))),
      })[place](),
    into: { encoder: "인코더 열어 보기 ›", decoder: "디코더 열어 보기 ›" },
  },
  network: {
    title: "내 평점, 코드, 복원",
    model: "모델",
    what: {
      ae: "AE: 기본 오토인코더예요. 기록을 있는 그대로 복원하도록 배웠어요.",
      dae: "DAE: 학습할 때 기록의 30%를 가리고, 가린 것까지 복원하도록 배웠어요.",
      "mult-dae":
        "Mult-DAE: 출력이 영화 전체에 100%를 나누어 줘요(소프트맥스). 코드는 숫자 192개예요.",
      cdae: "CDAE: DAE에 사용자마다 노드를 하나씩 더했어요. 새 사용자는 평균 노드를 받아요.",
      autorec: "U-AutoRec: 별점의 크기를 읽어요. 여기서 별 2개는 0이고, 1개는 음수예요.",
    },
  },
  input: {
    title: "입력: 내 평점",
    told: (part, name) =>
      ({
        input: `신경망이 읽는 값: ${name}`,
        code: `각 영화가 ${name}번 숫자에 더하는 값`,
        output: `없으면 ${name}의 점수가 줄어드는 만큼`,
      })[part] ?? "x: 신경망이 읽는 값",
    more: (count) => `그 전의 ${count}편`,
    strip: (count) => `입력 ${count}개 전체: 내 영화 말고는 0`,
  },
  code: {
    title: (count) => `코드: 숫자 ${count}개`,
    told: (part, name) =>
      ({
        input: `${withParticle(name, "이")} 더하는 값`,
        code: `z: ${name}번 숫자`,
        output: `각 숫자가 ${name}의 점수에 더하는 값`,
      })[part] ?? "z: 초록은 양수, 주황은 음수",
    label: (count) => `코드: 숫자 ${count}개`,
    cell: (k, value) => `${k}번 숫자: ${value}`,
    spoken: (k, above, below) =>
      `${k}번 숫자가 밀어 주는 영화: ${above}. 끌어내리는 영화: ${below}.`,
    point: "영화나 칸을 가리키면 어디에서 와서 어디로 가는지 보여요. 누르면 안으로 들어가요.",
  },
  output: {
    title: "출력: 점수가 높은 영화",
    told: (part, name) =>
      ({
        input: `${name} 없이는 점수가 줄어드는 만큼`,
        code: `${name}번 숫자가 더하는 값`,
        output: `${name}의 점수`,
      })[part] ?? "점수(출력 함수 앞의 값)",
    strip: (count) => `출력 ${count}개 전체: 모든 영화의 점수`,
  },
  layer: {
    told: {
      encoder:
        "한 줄은 영화 한 편이 코드에 더하는 값이에요. 그 영화의 가중치 열에 입력을 곱한 거예요. 열마다 " +
        "아래에서 더하고 tanh를 거치면 코드가 돼요. 칸을 누르면 곱해지는 두 숫자를 볼 수 있어요.",
      decoder:
        "한 줄은 코드의 각 숫자가 한 영화의 점수에 더하는 값이에요. 영화의 편향까지 더하면 점수가 돼요. " +
        "칸을 누르면 곱해지는 두 숫자를 볼 수 있어요.",
    },
    label: {
      encoder: (rows, width) => `영화 ${rows}편이 코드의 숫자 ${width}개에 더하는 값`,
      decoder: (rows, width) => `코드의 숫자 ${width}개가 점수 ${rows}개에 더하는 값`,
    },
    cell: (name, k) => `${name}, ${k}번 숫자:`,
    number: (k, value) => `${k}번 숫자: ${value}`,
    code: "코드",
    sum: "합",
    bias: "편향",
    node: "사용자 노드",
    others: (count) => `편향과 그 전의 ${count}편`,
  },
  neuron: {
    formula: (slots) => `코드의 ${slots.k}번 숫자: tanh에 넣은 ${terms(slots)}`,
    terms: "합을 이루는 항",
    bias: "편향",
    node: "사용자 노드",
    rest: (count) => `나머지 ${count}개`,
    sum: "합",
    activation: "tanh가 −1과 1 사이로 눌러 줘요",
    curve: ({ code }) => `tanh 곡선. 이 숫자는 ${code}에 있어요`,
    above: "양수일 때 밀어 주는 영화",
    below: "양수일 때 끌어내리는 영화",
  },
  film: {
    formula: ({ outbias, terms: sum, score }) =>
      `점수: 편향 ${outbias}에 코드의 항 ${withParticle(sum, "을")} 더하면 ${score}`,
    output: ({ output, input }, format, score) => {
      if (output === "softmax") return `영화 전체에서 차지하는 몫: ${format(100 * score, 2)}%`;
      if (input.values === "rating")
        return `${withParticle(input.shift, "을")} 더해 별점의 눈금으로 바꾸면: ${format(score, 2)}`;
      return null;
    },
    terms: (count) => `항 ${count}개: 코드의 숫자마다 하나`,
    hint: "칸을 누르면 곱해지는 두 숫자를 볼 수 있어요.",
    cell: (k, value) => `${k}번 숫자가 더하는 값: ${value}`,
    strongest: "가장 큰 항",
    number: (k) => `${k}번 숫자`,
    rest: (count) => `나머지 ${count}개`,
    bias: "영화의 편향",
    effects: "뒤에 있는 내 영화",
    effectsHint: "그 영화가 없으면 점수가 얼마나 줄어드는지: 패키지의 model.explain.",
  },
  single: {
    formula: ({ first, second, product }) =>
      `${first} 곱하기 ${withParticle(second, "은")} ${product}`,
    input: {
      first: (title, k, { given, length }) =>
        `${title}의 입력: ${withParticle(given, "을")} 기록의 길이 ` +
        `${withParticle(length, "으로")} 나눈 값. 기록이 길다고 목소리가 ` +
        "커지지 않게 해요",
      second: (title, k) => `${withParticle(title, "과")} 코드의 ${k}번 숫자를 잇는, 학습된 가중치`,
      product: (title, k) => `${withParticle(title, "이")} ${k}번 숫자의 합에 더하는 값`,
      map: (title) => `인코더에 있는 ${title}의 가중치 전체`,
    },
    score: {
      first: (title, k) => `내 코드의 ${k}번 숫자`,
      second: (title, k) => `${k}번 숫자와 ${withParticle(title, "을")} 잇는, 학습된 가중치`,
      product: (title, k) => `${k}번 숫자가 ${title}의 점수에 더하는 값`,
      map: (title) => `디코더에 있는 ${title}의 가중치 전체`,
    },
  },
  spoken: {
    list: (model, titles) => `${model}의 목록: ${titles}`,
    noise: (counts) => `이 잡음에서 ${counts}`,
  },
  noise: {
    title: "잡음: 목록은 그대로일까요?",
    kind: "잡음",
    kinds: { mask: "가리기", gaussian: "가우시안", "salt-and-pepper": "소금과 후추" },
    amount: {
      mask: "가린 영화",
      gaussian: "평점에 더한 잡음",
      "salt-and-pepper": "양 끝으로 던져진 평점",
    },
    stars: (stars) => `별 ${stars}개`,
    draws: "뽑기",
    play: "재생",
    pause: "멈춤",
    step: "다시 뽑기",
    draw: (seed) => `${seed}번째`,
    corrupted: "잡음을 넣은 기록",
    gone: "가림",
    now: (before, after) => `${before} → ${after}`,
    kept: (kept, of) => `${of}편 중 ${kept}편 그대로`,
    list: (label) => `잡음을 넣은 ${label}의 목록`,
    marked:
      "색이 있는 영화는 잡음이 없을 때 목록에 없던 영화예요. 이 두 모델은 좋아함(별 3개 이상)인지 " +
      "아닌지만 읽으므로, 잡음이 그 선을 넘을 때만 달라져요.",
    curve: "열 편 중 남는 영화",
    curveHint: (seeds) => `점: ${seeds}번 뽑은 결과 하나하나. 선: 그 평균.`,
    curveInWords: (seeds, means) =>
      `잡음의 양에 따라 처음 열 편 중 남는 영화의 수, ${seeds}번 뽑은 평균. ${means}`,
    mean: (label, kept) => `잡음이 가장 클 때 ${label}: 10편 중 ${kept}편`,
  },
  autorec: {
    title: "AutoRec: 사용자로 읽기, 아이템으로 읽기",
    told:
      "같은 평점 행렬을 두 방향으로 읽어요. 점은 다른 사용자의 평점이에요. 이 페이지에는 그 평점이 없고, " +
      "모델이 무엇으로 배웠는지 보여 줄 뿐이에요.",
    formula:
      "AutoRec: 평점 벡터 r에 V를 곱하고 편향을 더해 g를 거치면 코드가 되고, 거기에 W를 곱하고 편향을 더해 " +
      "f를 거치면 복원된 벡터가 돼요",
    formulaTold: "r은 U-AutoRec에서는 사용자의 행, I-AutoRec에서는 영화의 열이에요.",
    chosen: (title) => `${title}의 점수:`,
    films: "영화",
    users: "사용자",
    you: "나",
    asked: "궁금한 영화",
    matrix: (lit, title, score) =>
      `평점 행렬. 신경망에 들어가는 ${lit === "row" ? "내 행" : `${title}의 열`}이 표시되어 있어요. ` +
      `${title}의 점수: ${score}.`,
    cell: (k, value) => `${k}번 숫자: ${value}`,
    term: (k, code, weight, product) => `${k}번 숫자: ${code} × ${weight} = ${product}`,
    byUser: {
      title: "사용자로: 내 행이 들어가요",
      told: "내 행이 코드가 되고, 코드가 한꺼번에 모든 영화의 점수가 돼요.",
      code: (count) => `내 코드: 숫자 ${count}개`,
      weights: (title) => `${title}의 출력 가중치`,
      score: (title, score, bias) =>
        `코드 × 가중치의 합에 ${withParticle(bias, "과")} 2를 더하면: ${score}`,
      list: "사용자로 읽은 목록",
    },
    byItem: {
      title: "아이템으로: 영화의 열이 들어갔어요",
      told:
        "학습할 때 영화마다 그 열이 코드가 되었고, 파일에는 그 코드가 들어 있어요. 나의 출력 행은 내 평점에 " +
        "맞춰 릿지 회귀로 구해요.",
      code: (count) => `영화의 코드: 숫자 ${count}개`,
      weights: () => "나의 출력 행 (맞춘 값)",
      score: (title, score, bias) =>
        `코드 × 행의 합에 ${withParticle(bias, "과")} 3.5를 더하면: 별 ${score}개`,
      list: "아이템으로 읽은 목록",
    },
    measured: {
      caption:
        "학습에 쓰지 않은 사용자 61명으로 잰 값이에요(training/README.md). Recall은 클수록 영화를 잘 찾고, " +
        "RMSE는 작을수록 별점을 잘 맞혀요. 아이템으로 읽는 모델은 별점을 가장 잘 맞히지만, 영화를 찾는 일은 " +
        "인기 영화 목록보다 못해요. 사람들이 어떤 영화를 골라 보는지는 배운 적이 없거든요. 이 페이지의 " +
        "U-AutoRec은 순위를 배웠으므로 점수가 별점이 아니에요.",
      model: "모델",
      toRank: "U-AutoRec, 순위를 학습 (이 페이지)",
      toRate: "U-AutoRec, 별점을 학습",
      byItem: "I-AutoRec (이 페이지)",
      popularity: "인기 영화",
    },
  },
  node: {
    title: "CDAE: 사용자마다 노드 하나",
    told:
      "학습할 때는 사용자마다 자기 노드가 있었어요. 코드에 더해지는 숫자 96개예요. 파일에는 누구의 노드도 " +
      "없고 평균만 있으며, 새 사용자는 그 평균을 받아요.",
    formula: "CDAE: 코드는 기록의 가중치와 사용자 노드와 편향을 더해 tanh에 넣은 값이에요",
    share: "평균 노드를 넣는 만큼",
    ends: ["없음", "네 배"],
    node: "노드가 더하는 값",
    code: "코드",
    scale: "두 그림은 색의 눈금이 같아요. 내 영화들이 더하는 값에 비하면 평균 노드는 희미해요.",
    list: "CDAE의 목록",
    kept: (kept, of) => `${of}편 중 ${kept}편이 100%일 때와 같음`,
  },
  map: {
    title: "영화 지도",
    told:
      "점 하나가 영화 한 편이에요. DAE의 출력 가중치가 같은 쪽을 가리키면, 곧 같은 코드가 밀어 주면 " +
      "가까이 있어요. 모델에게 장르를 알려 준 적은 없어요. 누가 무엇을 좋아했는지만 보았어요. 평평한 지도에서는 " +
      "이웃이 떨어지기도 하는데, 선이 이어 줘요.",
    label: (count) => `영화 ${count}편의 지도.`,
    hint: "영화를 가리키거나 화살표 키를 써 보세요. 누르면 이웃이 보여요.",
    genres: "장르: 누르면 그것만 보여요",
    groups: {
      children: "어린이·애니메이션",
      horror: "공포",
      scifi: "SF",
      documentary: "다큐멘터리",
      crime: "범죄·스릴러",
      action: "액션·모험",
      romance: "로맨스",
      comedy: "코미디",
      drama: "드라마",
    },
    yours: "내 영화",
    listed: "내 목록",
    around: (count, group, here, everywhere) =>
      `내 영화 둘레의 ${count}편씩을 보면 ` +
      `${here}%가 ‘${withParticle(group, "이에요", "’")}. 전체에서는 ${everywhere}%예요.`,
    near: (title) => `${title}에서 가까운 영화`,
    list: "DAE가 만든 내 목록",
  },
  learning: {
    formula:
      "학습은 기록과, 잡음을 넣은 기록에서 복원한 결과 사이의 거리 제곱을 줄여요. 가중치 감쇠도 더해요",
    told:
      "DAE는 이렇게 배워요. 잡음을 넣은 기록이 들어가고, 원래 기록이 나와야 해요. 입력을 베끼는 것으로는 " +
      "안 되니, 어떤 영화들이 함께 가는지 배워야 해요. 잡음이 없으면 기본 AE예요.",
  },
  predict: {
    question: "영화의 30%를 가리면, DAE의 목록 열 편은 AE와 비교해 얼마나 남을까요?",
    answers: ["훨씬 많이", "비슷하게", "훨씬 적게"],
    why:
      "다섯 가지 예시에서 둘 다 열 편 중 여덟아홉 편이 남아요. 여기의 AE는 가중치 감쇠를 쓰고 짧은 기록으로도 " +
      "배웠는데, 둘 다 잡음과 비슷한 일을 하거든요. 위에서 60%를 가려 보세요. 두 목록이 비슷하게 무너져요.",
  },
};

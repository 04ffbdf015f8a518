import { withParticle } from "../../state/particle.js";

export default {
  title: "두 단계",
  lead:
    "수백만 개의 아이템을 방문할 때마다 하나하나 자세히 볼 수 있는 신경망은 없어요. 그래서 첫 번째 " +
    "신경망이 사용자 벡터 하나로 후보 수백 개를 찾고, 두 번째 신경망이 그 후보만 자세히 봐요. 마지막에 " +
    "목록을 다듬어요. 이 모든 일이 여러분의 기기에서, 여러분의 평점으로 일어나요.",
  example: "아직 평가한 영화가 없어서 ‘SF’ 예시로 보여 드려요.",
  computing: "계산하는 중 …",
  candidateStage: "후보 생성",
  rankStage: "랭킹",
  ms: (ms) => `${ms} ms`,
  funnel: {
    title: "깔때기",
    films: (count) => `${count}편`,
    place: (place) => `${place}위`,
    first: (name) => `${name}: 처음 몇 편`,
    names: {
      all: "모든 영화",
      candidates: "후보",
      ranked: "랭킹",
      reranked: "재정렬",
      shown: "보이는 목록",
    },
    what: {
      all: "영화 전체예요. 평가를 많이 받은 순서로 놓았어요. 아직 아무도 여러분을 몰라요.",
      candidates:
        "영화 벡터와 사용자 벡터의 내적이 가장 큰 영화들이에요. 숫자마다 곱셈 한 번이면 되니 빠르지만 " +
        "거칠어요.",
      ranked:
        "두 번째 신경망이 사용자와 후보를 함께 봐요. 장르, 연도, 얼마나 알려졌는지도 봐요. 기대 시청 " +
        "시간 순서로 놓아요.",
      reranked:
        "다듬었어요. 비슷한 영화가 나란히 오지 않고, 앞의 20편에 한 장르는 10편까지만 와요.",
      shown:
        "화면에 보이는 목록이에요. 숫자는 랭킹 모델의 기대 시청 시간이고, 별점이 그것을 대신해요.",
    },
    point: "영화를 가리키면, 단계마다 그 영화가 어디에 있었는지 표시돼요.",
    marked: "색이 있는 영화는 마지막 목록까지 가요.",
    count: "후보 수",
    times: "시간에는 워커까지 갔다 오는 시간이 들어 있어요.",
  },
  inside: {
    title: "첫 단계의 속",
    how: "칸을 가리키면 어디에서 왔고 어디로 가는지 테두리로 보여요. 누르면 아래에 그 합이 나와요.",
    history: (count, width) => `본 영화: 별 3개 이상 ${count}편, 한 편에 숫자 ${width}개`,
    embeddings: "본 영화의 임베딩",
    nothingWatched: "별 3개 이상인 영화가 없어서 평균은 0이에요.",
    more: (count) => `그 전의 ${count}편도 똑같이 들어가요. 마지막 50편을 읽어요.`,
    reverse: "순서 뒤집기",
    mean: "이들의 평균",
    search: "검색:",
    chooseWord: (count) => `낱말 ${count}개 중에서 고르기`,
    removeWord: (word) => `검색어 ${word} 지우기`,
    unknownWord: (word) => `${word} (모르는 말)`,
    searches: (most) => `검색어의 평균: 최대 ${most}`,
    count: (count) => `평점 수 ${count}: v, v², √v`,
    layer: (layer, width) => `${layer}층: 뉴런 ${width}개`,
    user: (width) => `사용자 벡터: 숫자 ${width}개`,
    film: (title) => `${title}의 벡터`,
    products: "두 벡터를 칸마다 곱한 값",
    score: (title) => `모두 더하면 ${title}의 점수:`,
    cell: (name, place, value) => `${name}, ${place}번째 숫자: ${value}`,
    check: (difference) =>
      `여기에 그린 벡터와 패키지가 계산한 벡터의 차이는 최대 ${withParticle(difference, "이에요")}.`,
    bias: (bias) =>
      `모든 사용자의 마지막 숫자는 1이고, 영화의 편향 ${withParticle(bias, "을")} 더해 줘요.`,
    found: "처음 후보들: 누르면 그 영화의 벡터가 보여요",
    effect: "검색이 하는 일",
    noSearch: "위에서 낱말을 골라 보세요.",
    changed: (words, moved, others) =>
      `${words}: 검색하면 사용자 벡터가 최대 ${moved}만큼 달라지고, 후보 중 ${others}편이 바뀌어요.`,
    ignored:
      "이 모델은 검색을 쓰지 않도록 학습됐어요. MovieLens에는 검색이 없어서 태그가 대신하는데, 태그를 단 " +
      "학습 사용자가 열에 하나도 되지 않아, 가중치에 대한 벌점이 그 임베딩을 거의 0으로 끌어당겼어요. " +
      "YouTube에서는 검색이 중요하고, 똑같은 방법으로 평균을 내요.",
  },
  neuron: {
    title: (name) => `숫자 하나: ${name}`,
    ofUser: (place) => `사용자 벡터의 ${place}번째 숫자`,
    ofLayer: (layer, place) => `${layer}층의 ${place}번째 뉴런`,
    ofWatches: (place) => `본 영화 평균의 ${place}번째 숫자`,
    ofSearches: (place) => `검색어 평균의 ${place}번째 숫자`,
    ofCount: ["평점 수의 v", "평점 수의 v²", "평점 수의 √v"],
    table: "뉴런의 합",
    input: "어디에서 왔나",
    value: "값",
    weight: "× 가중치",
    product: "= 곱",
    others: (count) => `더 약한 입력 ${count}개`,
    bias: "편향",
    sum: "합",
    relu: "ReLU: 음수는 0이 돼요",
    mean: (count, value) =>
      `영화 ${count}편에서 이 숫자의 평균은 ${withParticle(value, "이에요")}. 가장 큰 것들:`,
    searchWhat: (count, value) =>
      count === 0
        ? "검색한 것이 없어서 검색어의 평균은 0이에요."
        : `검색어 ${count}개에서 이 숫자의 평균은 ${withParticle(value, "이에요")}.`,
    countWhat: (count, value) =>
      `v는 평점 ${count}개인 기록보다 짧은 학습 기록의 비율이에요. 타워가 휘어질 수 있도록 v, v², √v를 ` +
      `함께 넣어요. 이 숫자는 ${withParticle(value, "이에요")}.`,
  },
  watch: {
    title: "낚시 영상은 왜 질까?",
    how: (shown) =>
      `지어낸 영상 두 편을 ${shown}번씩 보여 줬어요. 보통 로지스틱 회귀는 누가 클릭하는지 배우고, ` +
      "가중 로지스틱 회귀는 클릭을 시청한 시간만큼 세요.",
    names: { bait: "낚시 영상", good: "좋은 영화" },
    click: "클릭",
    minutes: "그 뒤 시청",
    min: (minutes) => `${minutes}분`,
    first: "1위",
    measures: {
      clicks: "클릭 수",
      total: "시청한 시간(분)",
      probability: "학습한 클릭 확률",
      odds: "학습한 오즈(가중)",
      perImpression: "한 번 보여 줄 때 실제 시청(분)",
    },
    verdict: (clicks, minutes) =>
      clicks === minutes
        ? `두 기준 모두 1위: ${clicks}.`
        : `클릭 1위: ${clicks}. 기대 시청 시간 1위: ${minutes}.`,
  },
  odds: {
    title: "나를 위한 랭킹 모델의 오즈",
    how: "마지막 층은 로짓을 내요. e의 로짓 제곱이 오즈이고, 기대 시청 시간으로 읽어요.",
    products: (title, count) => `${title}의 마지막 층: w와 h의 곱 ${count}개`,
    product: (place, weight, value, product) =>
      `${place}번째 뉴런: ${weight} × ${value} = ${product}`,
    inWords: (title, sum, bias, odds) =>
      `${title}의 오즈: e의 (${sum} 더하기 ${bias}) 제곱은 ${odds}`,
    pointAt: "영화를 누르고, 곱을 가리켜 보세요.",
    stars:
      "MovieLens에는 시청 시간이 없어서 별점이 대신해요. 4.5점을 준 영화는 0.5점을 준 영화의 아홉 배로 " +
      "세요. 확률이 1에 가까우면 오즈가 별 다섯 개를 넘으니, 순서로만 읽으세요.",
  },
  near: {
    title: "정확하게? 아니면 비슷하게?",
    how: (cells) =>
      `정확한 검색은 모든 영화의 벡터를 봐요. 역파일은 k-평균으로 영화를 미리 ${cells}개의 칸에 나눠 ` +
      "두고, 중심이 사용자 벡터와 가장 잘 맞는 칸 몇 개만 봐요.",
    probes: "들여다보는 칸",
    of: (probes, cells) => `${cells}개 중 ${probes}개`,
    building: (cells) => `영화를 칸 ${cells}개에 나누는 중 …`,
    best: (count) => `정확히 찾은 상위 ${count}편, 순위대로`,
    film: (place, title, turn) => `${place}위 ${title}: ${turn}번째로 보는 칸`,
    point: "네모를 가리키면 영화 이름이 나와요. 찬 네모는 찾은 것, 빈 네모는 놓친 것이에요.",
    missed: (count) => (count === 0 ? "놓친 영화가 없어요." : `놓친 영화: ${count}편.`),
    figures: {
      recall10: "Recall@10",
      recall100: "Recall@100",
      looked: "살펴본 벡터",
      left: "랭킹으로 가는 후보",
      same: "내 목록에서 같은 영화",
    },
    sameOf: (same, of) => `${of}편 중 ${same}편`,
    curve: (recall, share) =>
      `벡터의 ${share}%를 보면 Recall@100은 ${withParticle(recall, "이에요")}.`,
    share: "살펴본 벡터, %",
    recall: "Recall@100",
  },
  age: {
    title: "예시의 나이: 작은 모형",
    how: (days) =>
      "논문의 그림 4를 본뜬, 지어낸 숫자예요. 영상은 올린 직후에 가장 많이 봐요. 마지막 " +
      `${days}일로 학습할 때, 예시의 나이를 모르는 모델은 그 기간의 평균을 배워요. 나이를 아는 모델은 ` +
      "언제 보는지 배울 수 있고, 추천할 때는 나이 0, 곧 지금으로 계산해요.",
    knob: "추천할 때 넣는 나이",
    days: (days) => `${days}일`,
    since: "올린 뒤 지난 날",
    watches: "1,000번 보여 줄 때 시청",
    lines: { truth: "실제", without: "나이를 모를 때", with: "나이를 알 때" },
    curves: (age) =>
      `올린 뒤 지난 날에 따른 시청: 실제, 나이를 모르는 모델, 나이 ${age}일로 계산한 모델.`,
    video: (days) => (days === 1 ? "어제 올린 영상" : `${days}일 전에 올린 영상`),
    own: (features) =>
      `이 데모의 모델에는 예시의 나이가 없어요. 읽는 것은 ${withParticle(features, "이에요")}. 까닭은 아래에 있어요.`,
  },
  predict: {
    order: {
      question: "같은 영화를 다른 순서로 평가하면, 사용자 벡터는 어떻게 될까요?",
      answers: ["마지막 영화가 더 크게 작용해요", "그대로예요"],
      why:
        "타워는 본 영화의 평균을 보고, 평균에는 순서가 없어요. 어떤 영화가 마지막 50편인지만 중요해요. " +
        "위에서 ‘순서 뒤집기’를 눌러 보세요. 차이가 거의 0이에요.",
    },
    bait: {
      question:
        "어떤 영상은 다른 영상보다 클릭이 세 배 많지만, 사람들이 30초 만에 떠나요. 시청 시간으로 학습한 " +
        "랭킹 모델은 무엇을 위에 놓을까요?",
      answers: ["클릭이 많은 영상", "끝까지 보는 영상", "똑같이 놓아요"],
      why:
        "클릭을 시청한 시간만큼 세기 때문에, 모델이 배우는 오즈는 한 번 보여 줄 때의 시청 시간에 가까워요. " +
        "‘낚시 영상은 왜 질까?’의 손잡이로 해 보세요.",
    },
  },
  below: {
    formulas: "내 숫자를 넣은 식",
    tower:
      "사용자 벡터는 본 영화의 평균, 검색어의 평균, 평점 수를 타워에 넣은 결과이고, 영화의 확률은 영화 " +
      "전체에 대한 내적의 소프트맥스예요",
    terms: {
      watches: "본 영화의 임베딩의 평균이에요. 위 히트맵의 줄들이에요.",
      searches: "검색어의 임베딩의 평균이에요. 검색이 없으면 0이에요.",
      count: "평점이 몇 개인지를 분위수로 바꾸고, 그 제곱과 제곱근도 넣어요.",
    },
    termsHint: "식의 한 부분을 가리켜 보세요.",
    sampled:
      "논문은 영상 수백만 개에 대한 소프트맥스로 배우고, 그중 수천 개만 뽑아 계산해요. 이 데모의 영화는 " +
      "3,650편이라 뽑을 필요가 없어요. 순서에는 내적만 중요해서, 후보를 찾는 일은 가장 가까운 벡터를 " +
      "찾는 일이 돼요.",
    odds:
      "학습한 오즈는 시청 시간의 합을 클릭하지 않은 노출 수로 나눈 값이고, 기대 시청 시간 곱하기 (1 더하기 " +
      "클릭 확률), 곧 기대 시청 시간과 비슷해요",
    weighted:
      "노출 N번, 그중 클릭 k번, 클릭한 뒤의 시청 시간 T. 클릭은 T만큼, 나머지 노출은 1로 세요. 클릭이 " +
      "드물 때만 근사가 맞아요. 위에서 클릭을 60%로 올리면 오즈가 실제 시청 시간에서 멀어져요.",
    measuredAge:
      "MovieLens에서 예시의 나이: 검증 사용자에서 Recall@20 / Recall@100은 나이 없이 0.214 / 0.392, " +
      "사용자의 실제 나이로 0.225 / 0.391, 나이 0으로 0.159 / 0.354였어요. 이 사용자들은 1996년에서 " +
      "2018년 사이에 활동했고 지금은 없기 때문이에요(저장소의 training/README.md). 그래서 데모에는 " +
      "이 특징이 없어요.",
  },
};

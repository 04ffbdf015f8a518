import { withParticle } from "../../state/particle.js";

export default {
  title: "나를 위한 추천",
  lead: "별로 영화를 평가해 보세요. 목록이 이 기기에서 바로 다시 계산돼요.",
  leadMore:
    "영화마다 추천한 이유도 알려 줘요. 슬라이더를 움직이면 누구나 보는 영화의 비중을 줄인 목록을 " +
    "볼 수 있어요.",
  settings: (model) => `설정: ${model}`,
  example: "영화를 평가하거나 위에서 예시를 고르기 전까지는 SF 예시를 보여 드려요.",
  yours: "내 추천 목록",
  twoStages: "두 단계",
  model: "모델",
  candidates: "후보",
  novelty: "덜 알려진 영화",
  none: "끔",
  variety: "다양성",
  cap: (top) => `처음 ${top}편 안에 같은 장르는`,
  anyNumber: "제한 없음",
  atMost: (count) => `최대 ${count}편`,
  fromServer: "서버의 목록",
  fromServerGenre: "서버의 목록: 장르",
  here: "이 기기에서 찾기",
  around: (title) => `${title} 주변`,
  lists: { popular: "인기 영화", recent: "최근 영화", classics: "고전 영화" },
  genres: {
    Action: "액션",
    Adventure: "모험",
    Animation: "애니메이션",
    Children: "어린이",
    Comedy: "코미디",
    Crime: "범죄",
    Documentary: "다큐멘터리",
    Drama: "드라마",
    Fantasy: "판타지",
    "Film-Noir": "필름 누아르",
    Horror: "공포",
    IMAX: "IMAX",
    Musical: "뮤지컬",
    Mystery: "미스터리",
    Romance: "로맨스",
    "Sci-Fi": "SF",
    Thriller: "스릴러",
    War: "전쟁",
    Western: "서부극",
  },
  allRated: "이 후보는 모두 평가했어요. 다른 후보를 골라 보세요.",
  more: "더 보기",
  moreControls: "설정 더 보기",
  took: (count, ms) => `영화 ${count}편의 순위를 ${ms} ms 만에 매겼어요`,
  arranged: (ms) => `재정렬에는 ${ms} ms`,
  first: (title) => `목록의 첫 영화: ${title}.`,
  near: "비슷한 영화",
  nearOf: (title) => `비슷한 영화 더 보기: ${title}`,
  nearTitle: "이 영화 주변의 영화를 서버에 물어봐요. 영화 번호가 전송돼요",
  moved: {
    same: "후보에서의 순서와 같아요",
    said: (places, isUp) => `후보 순서보다 ${places}칸 ${isUp ? "위" : "아래"}`,
  },
  reason: {
    because: (liked, disliked) =>
      [
        ...(liked.length > 0 ? [`좋아한 영화: ${liked.join(", ")}`] : []),
        ...(disliked.length > 0 ? [`싫어한 영화: ${disliked.join(", ")}`] : []),
      ].join(" · "),
    none: "평점 하나로는 설명되지 않아요.",
  },
  about: {
    server: "모든 사용자에게 똑같은 서버의 목록이에요. 서버는 나에 대해 아무것도 알 수 없어요.",
    noServer:
      "아무에게도 묻지 않아요. 이 사이트에는 후보 목록이 없어서, 이 기기가 전체 영화에서 찾아요.",
    here: "이 기기가 전체 영화에서 찾아요. 요청도 전송도 없어요.",
    near: (title) =>
      `“${title}” 한 편만 본 사람에게 서버가 찾아 주는 영화예요. 요청에는 이 영화의 번호가 담겼어요.`,
    drawn: (list, among, percent, spent, budget, each) =>
      `이 기기가 장르 ${among}개 가운데 ${withParticle(list, "을")} 뽑았어요. 내 평점에 가장 가까운 장르일 확률은 ` +
      `${percent}%예요. 쓴 예산: 엡실론 ${budget} 중 ${spent} (한 번에 ${each}).`,
    draw: "내 취향을 흐려서 물어보기",
    drawTitle: "이 기기가 뽑은 장르를 요청해요. 내 취향에 가까울수록 뽑힐 확률이 높아요",
    spent: "프라이버시 예산을 다 썼어요. 데이터를 모두 지우면 다시 시작해요.",
    notDrawn: (why) => `장르를 뽑지 못했어요: ${why}`,
  },
  fallback: {
    last: (why) => `목록을 받지 못했어요 (${why}). 마지막으로 받은 목록을 계속 써요.`,
    device: (why) => `목록을 받지 못했어요 (${why}). 대신 이 기기가 후보를 찾아요.`,
    retry: "다시 시도",
  },
  what: {
    "two-stages":
      "유튜브처럼 한 신경망이 후보를 찾고, 다른 신경망이 예상 시청 시간으로 순위를 매겨요. " +
      "별 세 개 이상이면 본 것으로 쳐요.",
    neumf: "내적과 여러 층의 신경망을 합친 모델이에요. 사용자 벡터를 평점에 맞춰 구해요.",
    gmf: "요인마다 가중치를 둔 내적이에요. 사용자 벡터를 평점에 맞춰 구해요.",
    mlp: "내적 없이 여러 층만으로 이루어진 신경망이에요. 사용자 벡터를 평점에 맞춰 구해요.",
    "mult-dae": "전체 영화에 100%를 나누어 주는 디노이징 오토인코더예요.",
    cdae: "사용자마다 노드가 있는 디노이징 오토인코더예요. 새 사용자는 평균 노드를 써요.",
    dae: "디노이징 오토인코더예요. 기록에서 가려진 영화를 찾도록 학습했어요.",
    ae: "기본 오토인코더예요. 기록을 그대로 되살리도록 학습했어요.",
    autorec: "사용자별 평점 오토인코더예요. 모든 영화에 줄 별점을 예측해요.",
    "autorec-item": "영화별 평점 오토인코더예요. 별점을 예측하므로 평점이 높은 영화가 앞에 와요.",
    ials: "좋아요 기록을 위한 행렬 분해예요. 사용자 벡터를 평점에 맞춰 정확히 구해요.",
    ease: "영화와 영화 사이의 가중치를 한 번에 푸는 선형 모델이에요.",
    sasrec: "평점을 준 순서를 어텐션으로 읽고 다음 영화를 예측해요.",
  },
  compare: {
    start: "두 설정 비교하기",
    end: "목록 하나로",
    model: ["왼쪽: 모델", "오른쪽: 모델"],
    novelty: ["덜 알려진 영화", "덜 알려진 영화"],
    sides: ["왼쪽 목록", "오른쪽 목록"],
    both: (both, of) => `${of}편 가운데 ${both}편이 두 목록에 모두 있어요. 나머지는 표시했어요.`,
    there: (rank) => `↔ ${rank}`,
    thereSaid: (rank) => `다른 목록에서는 ${rank}위`,
    alone: "여기만",
  },
  data: {
    title: "내 데이터",
    kept: (count) =>
      `${count === 0 ? "저장된 평점이 없어요." : `평점 ${count}개가 이 브라우저에 저장돼 있어요.`} ` +
      "모델 파일도 이 브라우저에만 있고, 다른 곳에는 아무것도 없어요.",
    notKept: (count) =>
      `이 브라우저는 이 페이지의 데이터를 저장하지 않아요. 평점 ${count}개는 페이지와 함께 사라져요.`,
    borrowed: "지금 쓰는 평점은 예시이거나 링크에 담긴 것이라 내 데이터가 아니에요.",
    see: "보기",
    hide: "숨기기",
    export: "내보내기",
    import: "가져오기",
    notImported: (why) => `이 파일을 가져오지 못했어요: ${why}`,
    erase: "모두 지우기",
    eraseAsk: (count) =>
      count === 0
        ? "저장된 모델과 예산, 선택한 설정을 지울까요?"
        : `평점 ${count}개와 예산, 저장된 모델을 지울까요?`,
    eraseYes: "지우기",
    erased: "모두 지웠어요.",
  },
  requests: {
    title: "이 기기 밖으로 나간 것",
    lead: "브라우저가 기록한 이 페이지의 모든 요청이에요. 본문도 쿠키도 평점도 들어 있지 않아요.",
    total: () => "개 요청",
    received: "받음",
    since: "개: 마지막 평점 이후",
    files: (count) => `파일 ${count}개: 페이지, 패키지, 영화, 모델 가중치`,
    keptBefore: "전에 저장된 것",
    noAnswer: "응답 없음",
    asked: {
      file: () => "파일이에요.",
      tastes: () => "장르의 벡터예요. 모두에게 같아요.",
      list: ({ limit, list, hasRows }) =>
        `“${list}” 목록의 영화 ${limit}편${hasRows ? "과 랭킹 모델에 필요한 값" : ""}.`,
      near: ({ limit, hasRows }, title) =>
        `“${title}” 주변의 영화 ${limit}편${hasRows ? "과 랭킹 모델에 필요한 값" : ""}.`,
      other: () => "예상하지 못한 요청이에요.",
    },
    revealed: {
      nothing: () => "나에 대해 아무것도 드러내지 않았어요.",
      draw: () => "이 기기가 뽑은 장르만 드러났어요.",
      film: ({ near }) => `버튼을 눌렀기 때문에 이 영화의 번호 ${near}만 드러났어요.`,
      other: ({ strange }) => `${withParticle(strange, "이")} 들어 있었어요.`,
    },
  },
  formula: "영화를 정렬하는 값: 점수에서 인기의 일부를 뺀 값",
  formulaOf: (title) => `내 목록의 첫 영화 “${title}”의 숫자예요.`,
  below:
    "모델은 사람들이 본 영화에서 배우므로 인기도 함께 배워요. 슬라이더는 그만큼을 되돌려요. 점수마다 " +
    "평가된 횟수의 로그에 세기 s를 곱해 빼요. 그다음 앞선 영화와 너무 비슷한 영화는 뒤로 보내고" +
    "(다양성), 한 장르가 차지할 자리를 제한해요.",
  predict: {
    question: "움직이기 전에 생각해 보세요. 슬라이더를 오른쪽 끝까지 옮기면 목록은 어떻게 될까요?",
    answers: [
      "같은 영화가 순서만 바뀐다",
      "취향은 같고 덜 알려진 영화가 올라온다",
      "취향과 아무 상관이 없어진다",
    ],
    why:
      "오른쪽 끝에서는 인기가 점수만큼 중요해져요. 모두에게 어울리는 영화보다 나에게 더 어울리는 " +
      "영화가 위에 남아요. 위에서 해 보세요.",
  },
  papers: {
    steck: "Steck (2011), Item popularity and recommendation accuracy",
    mmr: "Carbonell and Goldstein (1998), Maximal marginal relevance",
    youtube: "Covington, Adams and Sargin (2016), Deep neural networks for YouTube",
  },
};

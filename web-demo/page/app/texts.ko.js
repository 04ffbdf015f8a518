import { formatNumber } from "../state/language.js";

export default {
  skip: "본문으로 건너뛰기",
  sections: {
    "for-you": "나를 위한 추천",
    why: "왜 딥러닝일까?",
    ncf: "행렬 분해에서 신경망으로",
    learn: "학습 지켜보기",
    autoencoders: "오토인코더",
    "two-stages": "두 단계",
    "new-here": "처음 왔다면?",
    privacy: "서버가 알게 되는 것",
    speed: "속도 실험실",
    beyond: "그 너머",
  },
  unknown: "주소에 있는 이름의 장이 없어서 첫 번째 장을 보여 드려요.",
  nav: "목차",
  theme: {
    names: { system: "시스템 설정", light: "밝게", dark: "어둡게" },
    said: (now, next) => `색: ${now}. 누르면 ${next}`,
  },
  link: {
    copy: "이 화면의 링크 복사",
    copied: (own, isWhole) =>
      own === 0
        ? "링크를 복사했어요. 지금 화면이 그대로 열려요."
        : isWhole
          ? `내 평점 ${own}개가 담긴 링크를 복사했어요.`
          : "링크를 복사했어요. 내 평점은 들어 있지 않아요.",
    failed: "브라우저가 복사를 막았어요. 링크는 여기 있어요:",
    withOwn: (own) => `내 평점 ${own}개도 넣어 복사`,
    close: "닫기",
  },
  language: "언어",
  next: (name) => `다음: ${name}`,
  failed: "영화 목록을 불러오지 못했어요.",
  retry: "다시 시도",
  sectionFailed: "이 부분을 불러오지 못했어요.",
  flow: {
    label: (model) => `내 기록에서 목록까지: ${model}`,
    empty: "내 기록에서 목록까지",
    steps: {
      history: "기록",
      vector: "벡터",
      candidates: "후보",
      scores: "최고 점수",
      list: "목록의 첫 영화",
    },
    explained: (section) => `“${section}”에서 설명해요`,
    ratings: (count) => `평점 ${count}개`,
    numbers: (count) => `숫자 ${count}개`,
    films: (count) => `영화 ${formatNumber(count)}편`,
    time: (ms) => `${ms} ms`,
  },
  you: {
    title: "나",
    ratings: (count) => `평점 ${count}개`,
    presets: "예시로 시작하기",
    names: {
      "science-fiction": "SF",
      children: "어린이 영화",
      romance: "로맨스",
      crime: "범죄",
      "one-film": "영화 한 편",
    },
    own: (count) => (count > 0 ? `내 평점 (${count})` : "내 평점"),
    unfold: (count) => (count === 0 ? "영화 평가하기" : `평가한 영화 (${count})`),
    notKept: "이 브라우저는 이 페이지의 데이터를 저장하지 않아요. 평점은 페이지를 닫으면 사라져요.",
    found: (count) => `영화 ${count}편을 찾았어요`,
    search: "평가할 영화 찾기 (영어 제목)",
    none: "제목에 그 말이 들어간 영화가 없어요.",
    remove: (title) => `${title} 지우기`,
    borrowed: "예시예요. 저장되지 않아요.",
    changed: "내 평점이 아니라 링크에 담긴 평점이에요.",
    keep: "내 평점으로 저장",
    replaces: (own) => `지금 있는 내 평점 ${own}개를 바꾸게 돼요.`,
    replace: "바꾸기",
  },
  foot: {
    data:
      "영화 제목과 모델이 학습한 평점은 미네소타 대학교 GroupLens가 운영하는 연구 사이트 " +
      "MovieLens의 것이며, GroupLens는 이 페이지를 보증하지 않아요: F. Maxwell Harper and Joseph " +
      "A. Konstan, 2015. The MovieLens Datasets: History and Context. ACM TiiS 5, 4, Article 19.",
    notice: "데이터의 안내문과 이용 조건",
  },
};

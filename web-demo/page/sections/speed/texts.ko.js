export default {
  title: "속도 실험실",
  lead:
    "브라우저 안의 모델은 여러분의 기기에서 빨라야 쓸모가 있어요. 그래서 여기서 직접 재요. 이 패키지는 " +
    "WebAssembly와 SIMD로 숫자 네 개씩 계산하고, 그 옆에서 같은 모델을 빠르게 쓴 순수 JavaScript로도 " +
    "계산해요. 둘 다 같은 후보에 점수를 매기고, 점수가 같은지도 비교해요.",
  example: "아직 평가한 영화가 없어서 ‘SF’ 예시의 사용자로 재요.",
  card: "이 패키지와 순수 JavaScript",
  model: "모델",
  models: { neumf: "NeuMF: 곱과 타워", candidates: "내적" },
  start: "후보 100,000개까지 재기",
  stop: "멈추기",
  progress: "측정 진행",
  measuring: (done, all) => `재는 중: 크기 ${all}가지 중 ${done}가지`,
  measured: (done, all) => `다 쟀어요: 크기 ${all}가지 중 ${done}가지`,
  waiting: "곧 첫 숫자가 나와요 …",
  simd: { relaxed: "완화 SIMD(relaxed SIMD)", simd128: "128비트 SIMD" },
  headline: (ratio, size, simd) =>
    `여러분의 기기와 이 브라우저: 후보 ${size}개에서 순수 JavaScript는 ${ratio}배 걸려요. ` +
    `쓰고 있는 명령: ${simd}.`,
  series: {
    package: "이 패키지",
    through: "이 패키지, 페이지가 워커를 거쳐 물을 때",
    plain: "순수 JavaScript",
  },
  curves: (count) => `후보 수에 따른 밀리초, 두 축 모두 로그, 크기 ${count}가지.`,
  candidates: "후보 수",
  ms: "밀리초",
  table: "측정값",
  columns: {
    candidates: "후보",
    package: "패키지, ms",
    plain: "JavaScript, ms",
    ratio: "비율",
    through: "워커를 거쳐, ms",
    difference: "점수 차이",
  },
  times: (ratio) => `${ratio}배`,
  how:
    "둘이 번갈아 도는 일곱 번의 중앙값이고, 페이지가 멈추지 않도록 실험실의 워커에서 재요. 브라우저의 " +
    "시계는 반올림되기 때문에 한 번에 12 ms 이상 되풀이해요. 후보가 3,650개를 넘으면 영화를 다시 " +
    "되풀이해요. ‘워커를 거쳐’는 앱이 하듯 다섯 번 물어본 중앙값이에요. 행 번호를 페이지의 워커로 보내고 " +
    "점수를 돌려받아요.",
  predict: {
    question: "페이지는 워커를 거쳐 패키지에 물어요. 언제 메시지가 점수 계산보다 오래 걸릴까요?",
    answers: ["후보가 적을 때", "후보가 많을 때", "그런 일은 없어요"],
    why:
      "메시지와 대답은 무엇을 묻든 0.몇 밀리초쯤 걸려요. 영화 열 편의 점수를 계산하는 데는 훨씬 " +
      "짧은 시간이면 돼요. 후보가 늘면서 두 선이 만나는 모습을 보세요.",
  },
  below: {
    title: "후보 하나의 비용",
    formula: "속도: 후보 수 곱하기 하나당 곱셈 수, 나누기 시간",
    rate: (work, ours, theirs) =>
      `첫 층에서 사용자의 절반을 한 번 계산해 두면, 후보 하나에 곱셈과 덧셈이 ${work}번 들어요. 위에서 가장 ` +
      `큰 크기에서 패키지는 1초에 ${ours}×10억 번, JavaScript는 ${theirs}×10억 번 계산했어요.`,
    why:
      "SIMD는 명령 하나로 숫자 네 개를 계산하고, 완화 SIMD는 곱하고 더하기도 한 번에 해요. JavaScript의 " +
      "숫자는 배정밀도로 하나씩 계산돼요. 목록이 짧으면 대신 호출하는 비용이 보여요. 넘긴 값을 확인하고 " +
      "WebAssembly로 들어가는 일이에요.",
    fair:
      "JavaScript를 일부러 느리게 쓰지 않았어요. 평평한 Float32Array를 쓰고, 결과 말고는 메모리를 새로 " +
      "만들지 않고, 합을 네 개로 나누고, 후보 둘을 함께 타워에 넣고, 미리 하는 계산도 패키지와 같아요. " +
      "내적에서 패키지는 파일에 든 그대로 반정밀도 벡터를 읽고, JavaScript는 두 배 큰 단정밀도로 읽어요.",
  },
};

/** The invented world's films and users. No such film exists, as far as we know. */

/** The hidden genres, by index. */
export const GENRES = ["science", "romance", "horror", "family"];

/** Titles in English and Korean, and the genres of each film: one, or two in equal parts. */
export const FILMS = [
  { en: "Seven Days to Titan", ko: "타이탄까지 이레", genres: [0] },
  { en: "Rust on the Moon", ko: "달에 슨 녹", genres: [0] },
  { en: "Signal from Kepler Bay", ko: "케플러만의 신호", genres: [0] },
  { en: "Tomorrow, Twice", ko: "내일이 두 번", genres: [0] },
  { en: "The Quiet Machine", ko: "조용한 기계", genres: [0] },
  { en: "Gravity Is a Rumour", ko: "중력이라는 소문", genres: [0] },
  { en: "The Last Backup", ko: "마지막 백업", genres: [0] },
  { en: "Love at Light Speed", ko: "광속의 사랑", genres: [0, 1] },
  { en: "Letters by Tram", ko: "전차로 온 편지", genres: [1] },
  { en: "A Summer of Umbrellas", ko: "우산의 여름", genres: [1] },
  { en: "The Baker's Waltz", ko: "빵집의 왈츠", genres: [1] },
  { en: "Two Seats, One Window", ko: "창가 자리 둘", genres: [1] },
  { en: "Paper Boats in May", ko: "오월의 종이배", genres: [1] },
  { en: "Tea After Rain", ko: "비 그친 뒤의 차", genres: [1] },
  { en: "The Tuesday Dancers", ko: "화요일의 무용수들", genres: [1] },
  { en: "The Ghost Who Wrote Back", ko: "답장하는 유령", genres: [1, 2] },
  { en: "The House Beneath the House", ko: "집 아래의 집", genres: [2] },
  { en: "Who Rang the Bell", ko: "누가 벨을 눌렀나", genres: [2] },
  { en: "Teeth of the Fog", ko: "안개의 이빨", genres: [2] },
  { en: "Room Minus One", ko: "마이너스 1호실", genres: [2] },
  { en: "The Well Remembers", ko: "우물은 기억한다", genres: [2] },
  { en: "Candle Street", ko: "촛불 거리", genres: [2] },
  { en: "Haunted Kindergarten", ko: "유령 유치원", genres: [2, 3] },
  { en: "Pim and the Pocket Whale", ko: "핌과 주머니 고래", genres: [3] },
  { en: "The Dragon Who Sneezed", ko: "재채기하는 용", genres: [3] },
  { en: "Otter School", ko: "수달 학교", genres: [3] },
  { en: "Grandpa's Flying Sofa", ko: "할아버지의 나는 소파", genres: [3] },
  { en: "The Cloud Shepherd", ko: "구름 목동", genres: [3] },
  { en: "Nine Brave Socks", ko: "용감한 양말 아홉 짝", genres: [3] },
  { en: "My Robot Kite", ko: "내 로봇 연", genres: [3, 0] },
];

/** Users, ten of each favourite genre, in the order of GENRES. */
export const USERS = [
  ..."Ada Bo Cleo Dae Eli Faye Gus Hana Ivo Jin".split(" "),
  ..."Kai Lea Min Noa Oto Pia Quinn Rumi Sol Tae".split(" "),
  ..."Uma Vito Wren Xia Yun Zoe Arin Bruno Coco Dara".split(" "),
  ..."Emre Finn Gia Haru Isla Juno Koa Lin Mika Nuri".split(" "),
];

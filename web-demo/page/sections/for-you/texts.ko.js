export default { title: "나를 위한 추천", lead: "영화를 평가하면 목록이 따라와요." };

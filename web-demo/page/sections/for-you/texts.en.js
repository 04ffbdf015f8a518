export default { title: "For you", lead: "Rate a film, and the list follows." };

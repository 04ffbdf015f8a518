/** What the section teaches from. */
export const PAPERS = [
  {
    text: "Koren, Bell, Volinsky: Matrix Factorization Techniques for Recommender Systems (2009)",
    href: "https://doi.org/10.1109/MC.2009.263",
  },
  {
    text: "He et al.: Neural Collaborative Filtering (WWW 2017)",
    href: "https://arxiv.org/abs/1708.05031",
  },
  {
    text: "Sedhain et al.: AutoRec (WWW 2015)",
    href: "https://doi.org/10.1145/2740908.2742726",
  },
  {
    text: "Kingma, Ba: Adam (ICLR 2015)",
    href: "https://arxiv.org/abs/1412.6980",
  },
  {
    text: "Belkin et al.: the bias-variance trade-off and double descent (PNAS 2019)",
    href: "https://doi.org/10.1073/pnas.1903070116",
  },
];

export const PAPERS = [
  {
    text: "Warner: Randomized Response, Journal of the American Statistical Association, 1965",
    href: "https://doi.org/10.1080/01621459.1965.10480775",
  },
  {
    text: "Dwork, Roth: The Algorithmic Foundations of Differential Privacy, 2014",
    href: "https://doi.org/10.1561/0400000042",
  },
  {
    text: "Kairouz, Oh, Viswanath: Extremal Mechanisms for Local Differential Privacy, JMLR 2016",
    href: "https://jmlr.org/papers/v17/15-135.html",
  },
  {
    text: "Balle, Wang: Improving the Gaussian Mechanism for Differential Privacy, ICML 2018",
    href: "https://arxiv.org/abs/1805.06530",
  },
];

export const PAPERS = [
  {
    text: "Steck: Embarrassingly Shallow Autoencoders for Sparse Data (EASE), WWW 2019",
    href: "https://doi.org/10.1145/3308558.3313710",
  },
  {
    text: "Hu, Koren, Volinsky: Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008",
    href: "https://doi.org/10.1109/ICDM.2008.22",
  },
  {
    text:
      "Rendle, Krichene, Zhang, Koren: Revisiting the Performance of iALS on Item Recommendation " +
      "Benchmarks, RecSys 2022",
    href: "https://doi.org/10.1145/3523227.3548486",
  },
  {
    text: "Kang, McAuley: Self-Attentive Sequential Recommendation (SASRec), ICDM 2018",
    href: "https://doi.org/10.1109/ICDM.2018.00035",
  },
];

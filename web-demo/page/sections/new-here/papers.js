export const PAPERS = [
  {
    text: "He, Liao, Zhang, Nie, Hu, Chua: Neural Collaborative Filtering, WWW 2017",
    href: "https://doi.org/10.1145/3038912.3052569",
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
    text:
      "Vincent, Larochelle, Bengio, Manzagol: Extracting and Composing Robust Features with " +
      "Denoising Autoencoders, ICML 2008",
    href: "https://doi.org/10.1145/1390156.1390294",
  },
  {
    text: "Covington, Adams, Sargin: Deep Neural Networks for YouTube Recommendations, RecSys 2016",
    href: "https://doi.org/10.1145/2959100.2959190",
  },
];

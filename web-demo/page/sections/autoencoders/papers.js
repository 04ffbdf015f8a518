export const PAPERS = [
  {
    text:
      "Vincent, Larochelle, Bengio, Manzagol: Extracting and Composing Robust Features with " +
      "Denoising Autoencoders, ICML 2008",
    href: "https://doi.org/10.1145/1390156.1390294",
  },
  {
    text:
      "Sedhain, Menon, Sanner, Xie: AutoRec: Autoencoders Meet Collaborative Filtering, " +
      "WWW 2015",
    href: "https://doi.org/10.1145/2740908.2742726",
  },
  {
    text:
      "Wu, DuBois, Zheng, Ester: Collaborative Denoising Auto-Encoders for Top-N Recommender " +
      "Systems, WSDM 2016",
    href: "https://doi.org/10.1145/2835776.2835837",
  },
  {
    text:
      "Liang, Krishnan, Hoffman, Jebara: Variational Autoencoders for Collaborative Filtering " +
      "(Mult-DAE), WWW 2018",
    href: "https://arxiv.org/abs/1802.05814",
  },
];

/** The definitions behind the figures, which `pocketrec-cli evaluate --help` prints. */
export const DEFINITIONS = `
Protocols
  leave-one-out  He et al., Neural Collaborative Filtering, WWW 2017. One item of each user is
                 held out: the item of the test file, or the last interaction by time (of equal
                 times the last line). It is ranked among
                   - the items of its line in the file of negatives (without the held-out item
                     itself and without repetitions), if there is such a file;
                   - else --sampled items that the user did not interact with;
                   - with --sampled all, the whole catalogue without the history.
  strong         Strong generalisation: Liang et al., Variational Autoencoders for Collaborative
                 Filtering, WWW 2018. --held-out of the users are sampled. --fold-in of each
                 history, sampled, is the input; the rest are the targets, ranked in the whole
                 catalogue without the input; each has at least one interaction. With a training and
                 a test file of the same users nothing is sampled: the training file is the input,
                 the test file the targets.
  few            Short histories. Of each user --shots liked items (rated --liked or more) are the
                 input, drawn --draws times; all other items that the user met are to be found in
                 the whole catalogue without the input, those with low ratings, too, unless
                 --positive is given. A user is measured with as many items as leave --spare
                 liked ones. In a draw the input of more items holds that of fewer. A user's figure
                 is the mean over the draws. The users are those of --data or --test, and --train
                 has the interactions of other users; with one file alone --held-out of its users
                 are sampled. Baselines: popularity, ItemKNN and EASE, computed from those other
                 users, with paired intervals of how far the model is above them.
  rating         Errors of predicted ratings: those of a test file, or a --test-share sample.
                 Ratings below --positive are no ratings.
  clicks         Predicted clicks, for models that were trained on labels: of labelled rows, those
                 of a test file or a --test-share sample, each counts alone. A row is a click if
                 its label is 1 (the data have a column of 0 and 1) or its rating is --positive or
                 more. New users are encoded from their clicks in the training rows.
  lists          Agreement with published recommendations of the model in --data. Formats: JSON
                 (a list of lists, one per user, or an object from user to list); .npy of users by
                 items; lines of a user and a list ('7,"[1, 5, 9]"'); lines of user and item in the
                 order of the list. With --train the model does not recommend its items.

Users
  --users stored   the trained users' rows of the file
  --users history  new users, encoded from their training interactions (fold-in), as in an app
  Default: stored where the file has trained users, history otherwise. The users that strong
  samples are always new by default.

Sequences        Models of kind sasrec and gru4rec read histories oldest first, each event once. The
                 data need times, or --in-order. In leave-one-out all events but the held-out one
                 are the input, so that its item may be there, too.
Ties             A target ranks behind every other candidate with the same raw score: a model that
                 scores all items the same finds nothing. Raw scores are float32, before the
                 output function.
Not counted      Items that the model does not know, ratings below --positive, and users without a
                 target. Of repeated interactions of one user with one item the last one counts; in
                 clicks each. What a test file shares with the training interactions is no target
                 in strong, and elsewhere no input. The output counts each of these, and the users
                 whose last interaction is one of several at the same time.
Zeros            A value of 0 may be a rating, a label, or no interaction: --positive says which.

Metrics that rank, for each user, then the mean over users; ranks count from 1, T are the targets
  HR@k         1 if a target is among the first k, else 0
  NDCG@k       DCG / DCG of the ideal order; DCG = sum of 1 / log2(rank + 1) over targets among
               the first k
  Recall@k     targets among the first k / min(k, |T|) (Liang et al. 2018)
  Precision@k  targets among the first k / k
  MAP@k        sum of j / rank of the j-th target, over targets among the first k / min(k, |T|)
               (Wu et al., Collaborative Denoising Auto-Encoders for Top-N Recommender Systems,
               WSDM 2016)
  MRR          1 / rank of the first target
  AUC          share of pairs (target, other candidate) in which the target scores higher; ties
               count half
  Overlap      share of a published list among as many of the model's best items
  Same         1 if the published list is the model's in the same order, but for ties; else 0
Metrics of rows, each with equal weight
  RMSE, MAE    of ratings; predictions are clipped to the file's scale of ratings, if it says so
  AUC          clicks: share of pairs of a click and another row in which the click has the higher
               raw score; ties count half (Hanley and McNeil, The Meaning and Use of the Area under
               a ROC Curve, Radiology 143, 1982)
  LogLoss      mean of -log p over clicks and -log(1 - p) over the others; p is the score, clipped
               to 2^-23 (1.2e-7) and 1 - 2^-23, as scikit-learn does for float32
  Calibration  mean score / share of clicks (He et al., Practical Lessons from Predicting Clicks on
               Ads at Facebook, ADKDD 2014); --json adds a table of ten bins of scores

Intervals      95%, by the bootstrap over users (1,000 resamples).
popularity     A baseline: an item's score is its number of training interactions; in rating,
               its mean training rating; in clicks, the share of clicks among its training rows and
               one more with the mean of all.
ItemKNN 50     few: an item's score is its summed cosines with the items of the input that are among
               its 50 nearest (Sarwar et al., Item-Based Collaborative Filtering Recommendation
               Algorithms, WWW 2001).
EASE           few: Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, with
               --ease-lambda.`;

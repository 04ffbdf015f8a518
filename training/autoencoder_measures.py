"""What the float64 reference of an autoencoder comes out at. people: [(history, ratings, held-out items, their ratings)]."""

import metrics


def rankings_of_new_people(model, people):
    """The held-out films are to be found in the whole catalogue. A person's ratings go in where the input has them."""
    rated = model.input["values"] == "rating"
    answers = [model.raw(history, ratings if rated else None) for history, ratings, _, _ in people]
    rankings = [
        metrics.top_items(raw, history, 100) for raw, (history, _, _, _) in zip(answers, people)
    ]
    return metrics.ranking_metrics(rankings, [held_out for _, _, held_out, _ in people])


def ratings_of_people(model, people):
    """The held-out films' ratings are to be predicted."""
    predicted = [
        model.scores(model.raw(history, ratings, asked)) for history, ratings, asked, _ in people
    ]
    return metrics.rating_metrics(predicted, [actual for _, _, _, actual in people])

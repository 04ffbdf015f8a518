"""An invented bookshop: books, readers and ratings, drawn by a seed.

It belongs to no data set, so a model of it carries no data set's conditions. Each reader likes one
or two of the shelves and reads mostly there; popular books are read by everyone.
"""

import numpy as np

from training.datasets.movielens import Interactions

READERS = 3000
SEED = 1

SHELVES = {
    "space": """
        The Ninth Moon, Rust and Starlight, A Garden on Callisto, The Last Signal from Vesta,
        Orbit of Glass, Children of the Long Ship, The Cartographer of Voids, Cold Engines,
        Seven Suns Over Harrow, The Quiet Airlock, Dust of the Outer Ring, Salvage at Perihelion,
        The Clockwork Comet, Letters to a Lighthouse Star, Gravity's Daughter, The Tin Astronomer,
        Red Tide on Europa, An Hour Before Ignition, The Borrowed Planet, Static Between Worlds""",
    "crime": """
        The Silent Bell Tower, Murder at Fenwick Lock, A Knife for the Curator, The Third Alibi,
        Death in the Reading Room, The Inspector's Umbrella, Cold Ink, The Missing Verger,
        Poison and Marmalade, The Man in Platform Nine, Blackmail by Post, A Body at the Ballet,
        The Widow's Ledger, Fingerprints in Flour, The Locked Conservatory, Evidence of Snow,
        The Judge's Spare Key, Sergeant Pell Investigates, The Harbour Street Affair, One Glove""",
    "kitchen": """
        Bread for Slow Mornings, The Onion Book, Supper Under Lamplight, Twelve Soups of Winter,
        A Pinch of Everything, The Patient Pickler, Noodles at Midnight, My Aunt's Dumplings,
        Salt and Smoke, The Sunday Roast Revisited, Cakes for Rainy Days, The Market Basket,
        Curry Along the Coast, One Pan and One Spoon, Cheese from the Hills, The Honey Table,
        Pies of the Old Road, Green Leaves and Vinegar, The Fermented Year, Breakfast in Nine Ports
        """,
    "garden": """
        A Wall of Roses, The Weekend Orchard, Moss and Stone, Bees Behind the Shed,
        The Potting Bench, A Year of Tomatoes, Hedges and Their Secrets, The Small Pond,
        Ferns for Dark Corners, Compost in Plain Words, Bulbs Before Frost, The Gravel Border,
        Herbs on the Sill, Pruning Without Fear, The Night Garden, Seeds from the Neighbour,
        A Meadow in Ten Steps, The Apple Keeper, Climbers and Trellises, Lawns and Why Not""",
    "sea": """
        The Salt Road North, Nine Knots, A Harbour for Ada, The Whaler's Apprentice, Storm Glass,
        The Lamp at Skerry Point, Under Patched Sails, Cargo of Oranges, The Drowned Map,
        Captain Ilse's Wager, Tides of the Narrow Strait, The Mutiny Clock, Ropes and Weather,
        Islands Without Names, The Herring War, A Compass for Thieves, The Ferryman's Daughter,
        Below the Waterline, Winter in the Rigging, The Long Swell""",
    "ghosts": """
        The House on Candle Lane, Whispers in the Organ Loft, The Thirteenth Stair, Pale Visitors,
        The Girl in the Daguerreotype, Bones of Ashwell, A Chill in the Nursery, The Hollow Choir,
        What the Mirror Kept, The Lantern Procession, Graves Out of Season, The Unlit Room,
        Footsteps Over the Ballroom, The Seance at Nine, Owls of the Abbey, The Cold Handshake,
        Nightfall at Thornby, The Portrait Blinked, Mist on the Causeway, The Last Tenant""",
}


def titles():
    """(title, shelf) of each book, in the order of rows. Titles are the ids of the items."""
    return [
        (" ".join(title.split()), shelf)
        for shelf, names in SHELVES.items()
        for title in names.split(",")
    ]


def load_books(seed=SEED):
    """The readers' ratings from 1 to 5, as Interactions whose item ids are titles."""
    books = titles()
    shelves = list(SHELVES)
    shelf_of = np.array([shelves.index(shelf) for _, shelf in books])
    generator = np.random.default_rng(seed)
    appeal = generator.normal(0.0, 0.7, len(books))
    users, items, ratings = [], [], []
    for reader in range(READERS):
        liking = np.full(len(shelves), -1.5)
        liked = generator.choice(len(shelves), size=generator.integers(1, 3), replace=False)
        liking[liked] = 1.5
        interest = liking[shelf_of] + appeal + generator.gumbel(0.0, 0.7, len(books))
        read = np.argsort(-interest)[: generator.integers(8, 25)]
        opinion = 3.3 + 0.9 * liking[shelf_of[read]] / 1.5 + 0.3 * appeal[read]
        users.extend([reader] * len(read))
        items.extend(read)
        ratings.extend(np.clip(np.round(opinion + generator.normal(0.0, 0.6, len(read))), 1, 5))
    ids = np.array([title for title, _ in books])
    return Interactions(
        np.array(users), np.array(items), READERS, len(books), ids, np.array(ratings, float)
    )

"""Little stories without end, written by a few rules: something to learn a language from. Pure words.

Each story has somebody, a place, a thing that is lost or wanted, a helper and an end, so that a model can
learn words first, then sentences, then who is who.
"""

import random

_NAMES = (
    "Ada",
    "Ben",
    "Cleo",
    "Dov",
    "Ella",
    "Finn",
    "Gus",
    "Hana",
    "Ivo",
    "June",
    "Kofi",
    "Lea",
    "Milo",
    "Nora",
    "Otis",
    "Pia",
)
_BEASTS = ("fox", "hen", "mouse", "goat", "owl", "frog", "duck", "dog", "cat", "hare", "crow", "bear")
_TRAITS = (
    "small",
    "brave",
    "shy",
    "clever",
    "sleepy",
    "hungry",
    "kind",
    "proud",
    "old",
    "young",
    "quiet",
    "merry",
)
_PLACES = (
    "the wood",
    "a mill",
    "the harbour",
    "a garden",
    "the market",
    "a farm",
    "the river",
    "a hill",
    "the lighthouse",
    "a bakery",
    "the old bridge",
    "a barn",
)
_THINGS = (
    "a red kite",
    "a silver key",
    "a round cheese",
    "a warm hat",
    "a drum",
    "a map",
    "a lantern",
    "a blue boat",
    "a jar of honey",
    "a bell",
    "a ladder",
    "a book of songs",
)
_WEATHER = (
    "It rained.",
    "The sun was out.",
    "The wind was cold.",
    "It was a bright morning.",
    "Snow lay on the roofs.",
    "It was nearly night.",
)
_FEELINGS = ("happy", "sad", "tired", "glad", "cross", "surprised", "proud", "calm")
_OPENINGS = (
    "Once there was a {trait} {beast} called {name}.",
    "Once upon a time {name}, a {trait} {beast}, lived near {place}.",
    "{name} was a {trait} {beast}.",
    "In {place} lived a {trait} {beast}. Everybody called {her} {name}.",
)
_WISHES = (
    "{name} wanted {thing} more than anything.",
    "One day {name} lost {thing}.",
    "{name} had found {thing} and did not know whose it was.",
    "All week {name} had dreamed of {thing}.",
)
_SEARCHES = (
    "So {she} went to {place} and looked behind every door.",
    "{She} walked and walked until {she} came to {place}.",
    "{She} asked everybody in {place}, but nobody knew.",
    "So {she} sat down near {place} and thought.",
)
_MEETINGS = (
    'There {she} met {friend}, the {beast2}. "Can you help me?" asked {name}.',
    '"Why do you look so {feeling}?" said {friend}, the {beast2}.',
    '{friend}, the {beast2}, came by. "I think I know what you need," {friend} said.',
    'Then {friend}, the {beast2}, called: "Come with me!"',
)
_HELPS = (
    "Together they went to {place2}, and there it was: {thing}!",
    "They looked in {place2}, first on the left and then on the right, and found {thing}.",
    "{friend} showed {her} the way to {place2}. Under a stone lay {thing}.",
    "They made {thing} out of paper and string, and it was even better.",
)
_ENDS = (
    "{name} was {feeling2} and thanked {friend}. From that day they were friends.",
    "They shared a cake, and {name} was not {feeling} any more.",
    "And {name} gave {thing} to {friend}, because giving made {her} {feeling2}.",
    "That night {name} slept well, and dreamed of {place2}.",
)


def story(chance: random.Random) -> str:
    """One story of six to eight sentences."""
    she, her = chance.choice((("she", "her"), ("he", "him")))
    name, friend = chance.sample(_NAMES, 2)
    beast, beast2 = chance.sample(_BEASTS, 2)
    place, place2 = chance.sample(_PLACES, 2)
    feeling, feeling2 = chance.sample(_FEELINGS, 2)
    words = {
        "name": name,
        "friend": friend,
        "beast": beast,
        "beast2": beast2,
        "place": place,
        "place2": place2,
        "trait": chance.choice(_TRAITS),
        "thing": chance.choice(_THINGS),
        "feeling": feeling,
        "feeling2": feeling2,
        "she": she,
        "She": she.capitalize(),
        "her": her,
    }
    parts = [chance.choice(kind) for kind in (_OPENINGS, _WISHES, _SEARCHES, _MEETINGS, _HELPS, _ENDS)]
    if chance.random() < 0.5:
        parts.insert(1, chance.choice(_WEATHER))
    return " ".join(part.format(**words) for part in parts)


def stories(count: int, seed: int = 7) -> str:
    """So many of them, one a line; the same for the same seed."""
    chance = random.Random(seed)
    return "".join(f"{story(chance)}\n" for _ in range(count))

"""Little stories without end, in English and Chinese, written by a few rules: something to learn a language
from. Pure words.

Each story has somebody, a place, a thing that is lost or wanted, a helper and an end, so that a model can
learn words first, then sentences, then who is who.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What the stories of one language are made of. A sentence's blanks are named as in `story`."""

    names: tuple[str, ...]
    beasts: tuple[str, ...]
    traits: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    feelings: tuple[str, ...]
    she: tuple[tuple[str, str], ...]  # pronouns: as the subject, as the object
    weather: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]  # how a story begins, goes on and ends
    space: str  # between two sentences
    beginning: str  # that a model of these stories goes on from


ENGLISH = Words(
    names=(
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
    ),
    beasts=("fox", "hen", "mouse", "goat", "owl", "frog", "duck", "dog", "cat", "hare", "crow", "bear"),
    traits=(
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
    ),
    places=(
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
    ),
    things=(
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
    ),
    feelings=("happy", "sad", "tired", "glad", "cross", "surprised", "proud", "calm"),
    she=(("she", "her"), ("he", "him")),
    weather=(
        "It rained.",
        "The sun was out.",
        "The wind was cold.",
        "It was a bright morning.",
        "Snow lay on the roofs.",
        "It was nearly night.",
    ),
    parts=(
        (
            "Once there was a {trait} {beast} called {name}.",
            "Once upon a time {name}, a {trait} {beast}, lived near {place}.",
            "{name} was a {trait} {beast}.",
            "In {place} lived a {trait} {beast}. Everybody called {her} {name}.",
        ),
        (
            "{name} wanted {thing} more than anything.",
            "One day {name} lost {thing}.",
            "{name} had found {thing} and did not know whose it was.",
            "All week {name} had dreamed of {thing}.",
        ),
        (
            "So {she} went to {place} and looked behind every door.",
            "{She} walked and walked until {she} came to {place}.",
            "{She} asked everybody in {place}, but nobody knew.",
            "So {she} sat down near {place} and thought.",
        ),
        (
            'There {she} met {friend}, the {beast2}. "Can you help me?" asked {name}.',
            '"Why do you look so {feeling}?" said {friend}, the {beast2}.',
            '{friend}, the {beast2}, came by. "I think I know what you need," {friend} said.',
            'Then {friend}, the {beast2}, called: "Come with me!"',
        ),
        (
            "Together they went to {place2}, and there it was: {thing}!",
            "They looked in {place2}, first on the left and then on the right, and found {thing}.",
            "{friend} showed {her} the way to {place2}. Under a stone lay {thing}.",
            "They made {thing} out of paper and string, and it was even better.",
        ),
        (
            "{name} was {feeling2} and thanked {friend}. From that day they were friends.",
            "They shared a cake, and {name} was not {feeling} any more.",
            "And {name} gave {thing} to {friend}, because giving made {her} {feeling2}.",
            "That night {name} slept well, and dreamed of {place2}.",
        ),
    ),
    space=" ",
    beginning="Once",
)

CHINESE = Words(
    names=(
        "小雨",
        "阿福",
        "明明",
        "丽丽",
        "乐乐",
        "小北",
        "安安",
        "冬冬",
        "小满",
        "团团",
        "阿青",
        "豆豆",
        "小石",
        "圆圆",
        "小秋",
        "阿宝",
    ),
    beasts=("狐狸", "母鸡", "老鼠", "山羊", "猫头鹰", "青蛙", "鸭子", "小狗", "小猫", "野兔", "乌鸦", "黑熊"),
    traits=(
        "小小的",
        "勇敢的",
        "害羞的",
        "聪明的",
        "爱睡觉的",
        "贪吃的",
        "善良的",
        "骄傲的",
        "年老的",
        "年轻的",
        "安静的",
        "快活的",
    ),
    places=(
        "树林里",
        "磨坊里",
        "码头上",
        "花园里",
        "集市上",
        "农场里",
        "小河边",
        "山坡上",
        "灯塔下",
        "面包店里",
        "老桥下",
        "谷仓里",
    ),
    things=(
        "一只红风筝",
        "一把银钥匙",
        "一块圆奶酪",
        "一顶暖和的帽子",
        "一面鼓",
        "一张地图",
        "一盏灯笼",
        "一条蓝色的小船",
        "一罐蜂蜜",
        "一个铃铛",
        "一架梯子",
        "一本歌谣书",
    ),
    feelings=("高兴", "难过", "疲倦", "开心", "生气", "惊讶", "得意", "平静"),
    she=(("她", "她"), ("他", "他")),
    weather=(
        "天下着雨。",
        "太阳出来了。",
        "风很冷。",
        "那是一个晴朗的早晨。",
        "屋顶上落满了雪。",
        "天快黑了。",
    ),
    parts=(
        (
            "从前有一只{trait}{beast}，名叫{name}。",
            "很久以前，{place}住着{name}，那是一只{trait}{beast}。",
            "{name}是一只{trait}{beast}。",
            "{place}有一只{trait}{beast}，大家都叫{her}{name}。",
        ),
        (
            "{name}最想要的就是{thing}。",
            "有一天，{name}弄丢了{thing}。",
            "{name}捡到了{thing}，却不知道是谁的。",
            "整整一个星期，{name}都梦见{thing}。",
        ),
        (
            "于是{she}来到{place}，把每扇门后面都看了一遍。",
            "{she}走啊走，一直走到{place}。",
            "{she}在{place}问了所有的人，可是谁也不知道。",
            "于是{she}在{place}坐下来，想了很久。",
        ),
        (
            "在那里，{she}遇见了{friend}，一只{beast2}。“你能帮帮我吗？”{name}问。",
            "“你怎么看起来这么{feeling}？”{friend}说，那是一只{beast2}。",
            "一只名叫{friend}的{beast2}走了过来。“我想我知道你需要什么。”{friend}说。",
            "这时，一只名叫{friend}的{beast2}喊道：“跟我来！”",
        ),
        (
            "{she}们一起找，果然在{place2}找到了{thing}！",
            "{she}们到{place2}找，先看左边，再看右边，终于找到了{thing}。",
            "{friend}带{her}来到{place2}。一块石头底下，放着{thing}。",
            "{she}们用纸和绳子做了{thing}，比原来的还要好。",
        ),
        (
            "{name}很{feeling2}，谢过了{friend}。从那天起，{she}们成了好朋友。",
            "{she}们分吃了一块蛋糕，{name}再也不{feeling}了。",
            "{name}把{thing}送给了{friend}，因为送礼物让{her}很{feeling2}。",
            "那天晚上{name}睡得很香，还梦见自己在{place2}。",
        ),
    ),
    space="",
    beginning="从前",
)
LANGUAGES: Mapping[str, Words] = {"en": ENGLISH, "zh": CHINESE}


def story(chance: random.Random, of: Words = ENGLISH) -> str:
    """One story of six to eight sentences."""
    she, her = chance.choice(of.she)
    name, friend = chance.sample(of.names, 2)
    beast, beast2 = chance.sample(of.beasts, 2)
    place, place2 = chance.sample(of.places, 2)
    feeling, feeling2 = chance.sample(of.feelings, 2)
    words = {
        "name": name,
        "friend": friend,
        "beast": beast,
        "beast2": beast2,
        "place": place,
        "place2": place2,
        "trait": chance.choice(of.traits),
        "thing": chance.choice(of.things),
        "feeling": feeling,
        "feeling2": feeling2,
        "she": she,
        "She": she.capitalize(),
        "her": her,
    }
    parts = [chance.choice(kind) for kind in of.parts]
    if chance.random() < 0.5:
        parts.insert(1, chance.choice(of.weather))
    return of.space.join(part.format(**words) for part in parts)


def stories(count: int, seed: int = 7, language: str = "en") -> str:
    """So many of them, one a line; the same for the same seed."""
    chance = random.Random(seed)
    return "".join(f"{story(chance, LANGUAGES[language])}\n" for _ in range(count))

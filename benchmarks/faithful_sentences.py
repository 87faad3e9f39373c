"""Sentences in English and Portuguese with something in each that a translation must have. Knows no engine.

Made for this project: frames of each language by kind, and what is put into them. An item is written in both
languages, with all forms that are right after "|"; the first one is what the other direction translates.
"""

from dataclasses import dataclass

FRAMES = {
    "en": {
        "signs": ("The label says {} in red letters.", "Please write {} at the top of the page."),
        "numbers": (
            "The report counts {} visitors this year.",
            "According to the table, the result was {} in May.",
        ),
        "money": ("The new machine costs {} without tax.", "They paid {} to the owner of the house."),
        "dates": (
            "The meeting begins on {} in the main hall.",
            "Everything changed on {}, said the teacher.",
        ),
        "names": (
            "Yesterday {} met the students at the library.",
            "The book was written by {} a long time ago.",
        ),
        "places": ("My sister lives in {} with her children.", "The train to {} leaves in ten minutes."),
        "placeholders": ("Open {} to see the message.", "Your file was saved in {} a minute ago."),
        "quotes": ("The director said {} to the press.", "On the door they wrote {} and nothing else."),
        "scripts": ("In the old book the word {} means peace.", "She wrote {} on the wall of the school."),
        "lists": ("{} Buy fresh bread", "{} Clean the kitchen before noon"),
        "code": ("Run {} before you close the window.", "The error is in {} and not in the data."),
    },
    "pt": {
        "signs": ("A etiqueta diz {} em letras vermelhas.", "Por favor, escreva {} no alto da página."),
        "numbers": (
            "O relatório conta {} visitantes este ano.",
            "Segundo a tabela, o resultado foi {} em maio.",
        ),
        "money": ("A nova máquina custa {} sem impostos.", "Eles pagaram {} ao dono da casa."),
        "dates": ("A reunião começa em {} na sala principal.", "Tudo mudou em {}, disse a professora."),
        "names": (
            "Ontem {} encontrou os alunos na biblioteca.",
            "O livro foi escrito por {} há muito tempo.",
        ),
        "places": ("Minha irmã mora em {} com os filhos.", "O trem para {} sai em dez minutos."),
        "placeholders": ("Abra {} para ver a mensagem.", "O seu arquivo foi salvo em {} há um minuto."),
        "quotes": ("O diretor disse {} à imprensa.", "Na porta escreveram {} e nada mais."),
        "scripts": ("No livro antigo, a palavra {} significa paz.", "Ela escreveu {} na parede da escola."),
        "lists": ("{} Comprar pão fresco", "{} Limpar a cozinha antes do meio-dia"),
        "code": ("Execute {} antes de fechar a janela.", "O erro está em {} e não nos dados."),
    },
}
# The same in both languages; items are divided by "; ".
_SAME = {
    "signs": r"""
→; ±; ×; ≤; ≥; ≠; ½; ¾; §; ¶; ✓; ★; ™; ©; °; €; £; ¥; ∞; √
""",
    "names": r"""
Łukasz Żak; Dvořák; Søren Kierkegaard; José Saramago; Virginia Woolf; Nguyễn Du; Björk; Zoë Baird;
Michael Green; Grace Hill; Vincent van Gogh; Leonardo da Vinci; O'Brien; Anne-Marie Koch; Kazuo Ishiguro
""",
    "places": r"""
Łódź; Zürich; Reykjavík; Franca; Santos; São Paulo; Oklahoma City; Chad; Rio de Janeiro;
Stratford-upon-Avon; Salvador; Buenos Aires; Los Angeles; Bjørnøya; Curitiba
""",
    "placeholders": r"""
{name}; {{user.name}}; %s; %1$s; %(path)s; <b>{count}</b>; ${HOME}; [name]; $t(menu.open); @:menu.open;
<0>{menu}</0>; &nbsp;; {0:C}; #{id}; %@
""",
    "scripts": r"""
שלום; мир; 和平; مرحبا; 평화; 平和; ειρήνη; शांति; สันติภาพ; ძმობა; բարեւ; סדר; ура; 你好; 日本
""",
    "lists": r"""
1); a); (b); •; -; *; –; ‣; 12); (3); ◦; —; +; ▪; ·
""",
    "code": r"""
`npm install`; get_user_name(); C:\Users\new; /usr/local/bin; https://example.org/a?b=1; file_name.txt;
--verbose; foo.bar(); v1.2.3-beta.4; YYYY-MM-DD; user@example.org; #FF0000; Ctrl+C; config.yaml;
\\server\share
""",
}
_PAIRS = {
    "numbers": r"""
1,234 = 1.234; 26,750.50 = 26.750,50; 299,200 = 299.200|299 200; 3.14 = 3,14; 0.5 = 0,5; 1,000,000 =
1.000.000; 12.5% = 12,5%|12,5 %; -7.25 = -7,25|−7,25; 1½ = 1½; 10⁻³ = 10⁻³; 15–20 = 15–20|15-20|15 a 20;
48 = 48; 2.5 million = 2,5 milhões; 9,999.99 = 9.999,99; 3/4 = 3/4
""",
    "money": r"""
£20|20 pounds = £20|£ 20|20 libras; $26,750 = $26.750|US$ 26.750|$ 26.750; €1,099.50 =
€1.099,50|1.099,50 €; £2.8bn|£2.8 billion = £2,8 bilhões|2,8 bilhões de libras; $3.75 = $3,75|US$
3,75|US $ 3,75; ¥500 = ¥500|500 ienes; €15|15 euros = €15|15 euros|15 €; R$ 40|R$40 = R$ 40|R$40; $1.2
million = $1,2 milhão|US $ 1,2 milh|US$ 1,2 milhão|1,2 milhão de dólares; £1,000 = £1.000|1.000 libras;
$0.99 = $0,99|US$ 0,99|US $ 0,99; 20 euros|€20 = 20 euros|€20; $5,000 = $5.000|US$ 5.000|US $
5.000|5.000 dólares; £99.99 = £99,99|99,99 libras; 100 dollars|$100 = 100 dólares|US$ 100
""",
    "dates": r"""
March 3, 2024 = 3 de março de 2024; 12 May 1998|May 12, 1998 = 12 de maio de 1998; July 4 = 4 de julho;
January 31, 2020 = 31 de janeiro de 2020; December 1999 = dezembro de 1999; 2 October 2011|October 2,
2011 = 2 de outubro de 2011; 25 April 1974|April 25, 1974 = 25 de abril de 1974; August 30 = 30 de
agosto; November 15, 1889 = 15 de novembro de 1889; June 21, 2030 = 21 de junho de 2030; 7 September
1822|September 7, 1822 = 7 de setembro de 1822; February 29, 2024 = 29 de fevereiro de 2024; 10
March|March 10 = 10 de março; 2023-12-25 = 2023-12-25; 8 May 1945|May 8, 1945 = 8 de maio de 1945
""",
    "quotes": r"""
“yes” = “sim”; “we are ready” = “estamos prontos”|“nós estamos prontos”; “closed” = “fechado”|“fechada”;
“good night” = “boa noite”; ‘no’ = ‘não’; "today" = "hoje"; “in the house” = “na casa”|“em casa”; “the
end” = “o fim”; “Brazil” = “Brasil”; “two cats” = “dois gatos”; “never” = “nunca”; “my brother” = “meu
irmão”|“o meu irmão”; “water” = “água”; "a new car" = "um carro novo"|"um novo carro"; “ten years” =
“dez anos”
""",
}


@dataclass(frozen=True)
class Case:
    """One sentence, and the forms of which its translation must have one."""

    kind: str
    text: str
    wanted: tuple[str, ...]


def cases(source: str, target: str) -> list[Case]:
    """All sentences of a direction, "en" to "pt" or back; every item is in each frame of its kind."""
    found = []
    for kind, frames in FRAMES[source].items():
        for forms in _items(kind):
            found += [Case(kind, frame.format(forms[source][0]), forms[target]) for frame in frames]
    return found


def _items(kind: str) -> list[dict[str, tuple[str, ...]]]:
    if kind in _SAME:
        return [{"en": (one,), "pt": (one,)} for one in _divided(_SAME[kind])]
    pairs = (pair.split(" = ") for pair in _divided(_PAIRS[kind]))
    return [{"en": tuple(en.split("|")), "pt": tuple(pt.split("|"))} for en, pt in pairs]


def _divided(block: str) -> list[str]:
    return " ".join(block.split()).split("; ")

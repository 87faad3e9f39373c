"""One hundred sentences about a source, half of them with an error in a number, a date or a name.

Data, written for this purpose. Of each kind, ten are right and ten are wrong; a right one says the same in
another way.
"""

from typing import NamedTuple


class Sentence(NamedTuple):
    """What a source says, and what a summary makes of it."""

    language: str
    source: str
    said: str


_SHARES = (
    ["en | A fifth of the staff works from home. | 20% of the staff works from home.",
     "en | Sales doubled within a year. | Sales were twice as high after a year.",
     "en | 50% of the seats were empty. | Half of the seats were empty.",
     "en | The fee was halved in May. | The fee fell by 50% in May.",
     "en | Three quarters of the members voted. | 75 percent of the members voted.",
     "en | The river rose threefold in one night. | The river tripled in one night.",
     "en | Two thirds of the harvest was lost. | About 67% of the harvest was lost.",
     "pt | Metade dos alunos faltou. | 50% dos alunos faltaram.",
     "de | Ein Viertel der Bäume ist krank. | 25 Prozent der Bäume sind krank.",
     "es | La producción se duplicó en un año. | La producción creció al doble en un año."],
    ["en | A fifth of the staff works from home. | A third of the staff works from home.",
     "en | Sales doubled within a year. | Sales tripled within a year.",
     "en | 30% of the seats were empty. | Half of the seats were empty.",
     "en | The fee was halved in May. | The fee fell by 60% in May.",
     "en | Three quarters of the members voted. | 80 percent of the members voted.",
     "en | We met them once, in Rome. | We met them twice, in Rome.",
     "en | Two thirds of the harvest was lost. | Two fifths of the harvest was lost.",
     "pt | Metade dos alunos faltou. | 60% dos alunos faltaram.",
     "de | Ein Viertel der Bäume ist krank. | Ein Drittel der Bäume ist krank.",
     "es | La producción se duplicó en un año. | La producción se triplicó en un año."],
)  # fmt: skip
_WORDS = (
    ["en | The tower has 21 floors. | The tower has twenty-one floors.",
     "en | A dozen eggs were broken. | Twelve eggs were broken.",
     "en | They waited for two decades. | They waited for 20 years.",
     "en | The bridge stood for half a century. | The bridge stood for 50 years.",
     "en | It took one and a half hours. | It took 1.5 hours.",
     "en | It took 90 minutes. | It took an hour and a half.",
     "en | The pair won the cup in 1998. | The two won the cup in 1998.",
     "pt | Vieram vinte e três barcos. | Vieram 23 barcos.",
     "de | Es kamen dreiundzwanzig Boote. | Es kamen 23 Boote.",
     "fr | Il y avait quatre-vingt-dix invités. | Il y avait 90 invités."],
    ["en | The tower has 21 floors. | The tower has twenty-three floors.",
     "en | A dozen eggs were broken. | Twenty eggs were broken.",
     "en | They waited for two decades. | They waited for 30 years.",
     "en | The bridge stood for half a century. | The bridge stood for a century.",
     "en | It took one and a half hours. | It took 2.5 hours.",
     "en | Hundreds of people came. | Thousands of people came.",
     "en | He repaired the car once. | He repaired the car three times.",
     "pt | Vieram vinte e três barcos. | Vieram trinta e três barcos.",
     "de | Es kamen dreiundzwanzig Boote. | Es kamen vierundzwanzig Boote.",
     "fr | Il y avait quatre-vingt-dix invités. | Il y avait quatre-vingts invités."],
)  # fmt: skip
_UNITS = (
    ["en | The stand costs 4,800 euros. | The stand costs €4,800.",
     "en | The run is 5 km long. | The run is 5,000 metres long.",
     "en | The box weighs 2.5 kg. | The box weighs 2,500 g.",
     "en | The fine is £300. | The fine is 300 pounds.",
     "en | The grant is $1.2m. | The grant is 1.2 million dollars.",
     "en | The bottle holds 750 ml. | The bottle holds 0.75 litres.",
     "en | Turnover was US$3bn. | Turnover was 3 billion US dollars.",
     "pt | O terreno custa R$ 30 mil. | O terreno custa 30.000 reais.",
     "de | Der Umbau kostet 3 Mio. Euro. | Der Umbau kostet 3 Millionen €.",
     "zh | 新桥造价为4000万元。 | 新桥耗资四千万元。"],
    ["en | The stand costs 4,800 euros. | The stand costs $4,800.",
     "en | The run is 5 km long. | The run is 5 miles long.",
     "en | The box weighs 25 kg. | The box weighs 25 tonnes.",
     "en | The fine is £300. | The fine is 300 euros.",
     "en | The grant is $1.2m. | The grant is $1.2 billion.",
     "en | The trip takes 3 hours. | The trip takes 3 days.",
     "en | Profit rose by 4 percent. | Profit rose by 4 million.",
     "pt | O terreno custa R$ 30 mil. | O terreno custa US$ 30 mil.",
     "de | Der Umbau kostet 3 Mio. Euro. | Der Umbau kostet 3 Mrd. Euro.",
     "zh | 新桥造价为4000万元。 | 新桥造价为4000万美元。"],
)  # fmt: skip
_DATES = (
    ["en | The fair opens on 5 May 2025. | The fair opens on May 5th, 2025.",
     "en | The fair opens on 2025-05-05. | The fair opens on Monday, 5 May 2025.",
     "en | The castle is from the 18th century. | The castle is from the eighteenth century.",
     "en | She came second in the race. | She was 2nd in the race.",
     "en | The shop opens at 3 p.m. | The shop opens at 15:00.",
     "en | Q3 was the best quarter. | The third quarter was the best.",
     "en | They were in Rome from 3 to 7 June. | They left Rome on 7 June.",
     "pt | A feira abre a 5 de maio de 2025. | A feira abre em 05/05/2025.",
     "de | Das Fest beginnt am 3. Oktober. | Das Fest beginnt am dritten Oktober.",
     "zh | 会议定于2025年6月3日举行。 | 会议将于6月3日举行。"],
    ["en | The fair opens on 5 May 2025. | The fair opens on May 6th, 2025.",
     "en | The fair opens on 2025-05-05. | The fair opens on Tuesday, 5 May 2025.",
     "en | The castle is from the 18th century. | The castle is from the seventeenth century.",
     "en | She came second in the race. | She came third in the race.",
     "en | The shop opens at 3 p.m. | The shop opens at 16:00.",
     "en | Q3 was the best quarter. | The fourth quarter was the best.",
     "en | They were in Rome from 3 to 7 June. | They left Rome on 8 June.",
     "pt | A feira abre a 5 de maio de 2025. | A feira abre em 05/06/2025.",
     "de | Das Fest beginnt am 3. Oktober. | Das Fest beginnt am 3. November.",
     "zh | 会议定于2025年6月3日举行。 | 会议将于7月3日举行。"],
)  # fmt: skip
_NAMES = (
    ["en | The US signed the treaty. | The U.S. signed the treaty.",
     "en | The talks were held in Zürich. | The talks were held in Zurich.",
     "en | Anna Silva leads the team. | Silva leads the team.",
     "en | The World Health Organization warned in May. | The WHO warned in May.",
     "en | The United Kingdom left. | The UK left.",
     "en | Dr. Jane O'Neil spoke first. | Jane O’Neil spoke first.",
     "en | The São Paulo office closes. | The Sao Paulo office closes.",
     "pt | A Organização das Nações Unidas reuniu-se em Genebra. | A ONU reuniu-se em Genebra.",
     "de | Der Bundesgerichtshof (BGH) urteilte in Karlsruhe. | Der BGH urteilte in Karlsruhe.",
     "fr | L'Organisation mondiale de la santé a parlé. | Selon l'OMS, il faut agir."],
    ["en | The US signed the treaty. | The UK signed the treaty.",
     "en | The talks were held in Zürich. | The talks were held in Geneva.",
     "en | Anna Silva leads the team. | Anna Costa leads the team.",
     "en | The World Health Organization warned in May. | The WTO warned in May.",
     "en | Maria Lopes met Karl Brandt. | Maria Brandl met Karl Lopes.",
     "en | Dr. Jane O'Neil spoke first. | Jane O'Brien spoke first.",
     "en | The office in Porto closes. | The office in Lisbon closes.",
     "pt | A reunião foi em Genebra com Ana Silva. | A reunião foi em Viena com Ana Silva.",
     "de | Das Werk von Bosch in Bamberg schließt. | Das Werk von Bosch Mannheim schließt.",
     "fr | Le maire de Lyon a signé. | Le maire de Lille a signé."],
)  # fmt: skip
KINDS = {
    "shares and multiples": _SHARES,
    "numbers in words": _WORDS,
    "units and currencies": _UNITS,
    "dates, times and ranks": _DATES,
    "names": _NAMES,
}


def sentences(kind: str, wrong: bool) -> list[Sentence]:
    return [Sentence(*map(str.strip, line.split("|"))) for line in KINDS[kind][wrong]]

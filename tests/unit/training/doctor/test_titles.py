"""Whether a table's first row has its titles."""

import pytest

from components.documents import Limits
from components.training.doctor.titles import first_is_row
from components.training.doctor.upload_files import open_upload

ROWS = {
    "pairs.tsv": "Guten Morgen, wie geht es dir?\tGood morning, how are you?\nIch habe keine Zeit.\tI have no time."
    "\nWo ist der Bahnhof?\tWhere is the station?\n",
    "chinese.tsv": "今天的天气非常好。\tThe weather is very good.\n这本书是谁写的？\tWho wrote this book?\n",
    "answers.csv": "What is the capital of France?,Paris\nHow many legs has a spider?,8\nWho wrote Hamlet?,"
    "Shakespeare\nWhat is 2+2?,4\n",
    "numbered.tsv": "1\tThe cat sat on the mat.\tDie Katze saß da.\n2\tThe dog ran away.\tDer Hund lief weg.\n",
    "labels.tsv": "I love this phone\tpositive\nGreat sound\tpositive\nWaste of money\tnegative\nFine\tnegative\n",
    "no.tsv": "Is it cold?\tno\nIs it warm?\tyes\nIs it wet?\tno\nIs it dry?\tyes\n",
    "it.csv": "What is the first?,It is a fox in the wood.\nWhat is the next?,It is a dog.\nAnd then?,It is an owl.\n",
    "people.csv": "Ann Miller,34,Rome\nBob Stone,41,Oslo\nCy Young,28,Bonn\n",
}
TITLES = {
    "survey.csv": "What do you like about it?,What should be better?\nThe colour of it and the size,The price of the "
    "thing\nThe sound that it makes,Nothing comes to my mind\n",
    "figures.csv": "How satisfied are you?,How likely will you come again?\n5,4\n3,2\n4,4\n",
    "equal.csv": "Amount,Note,Note\n12,paid,by card\n13,open,by cash\n14,open,by cash\n",
    "equal_too.csv": "Satz;Satz\nDer Hund schläft im Garten.;The dog sleeps.\nEs regnet seit gestern.;It rains.\n",
    "names.csv": "Name,City\nAnn,Rome\nBob,Oslo\n",
    "years.csv": "Country,2019,2020\nPeru,12,13\nChad,14,15\n",
    "pandas.csv": "0,1\nA sentence about this.,One about that.\nAnother about this.,And about that.\n",
    "long.csv": "Name of the person who filled this in,Remarks that were made\nAnn,It was fine and I would come "
    "again.\nBob,Too long for me and too loud as well.\n",
    "known.csv": "question,__expected\nWhat is the capital of France?,Paris\nSay hello,contains: hello\n",
    "chinese.csv": "问题,答案\n法国的首都是哪里？,巴黎\n谁写了红楼梦？,曹雪芹\n",
}


@pytest.mark.parametrize(
    ("name", "text", "is_row"),
    [(name, text, True) for name, text in ROWS.items()]
    + [(name, text, False) for name, text in TITLES.items()],
)
def test_a_first_row_like_the_others_is_one_of_them(name: str, text: str, is_row: bool):
    (opened,) = open_upload(text.encode(), name, Limits())
    assert first_is_row(opened) == is_row

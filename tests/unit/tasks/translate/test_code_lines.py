"""A line of code stays, and a sentence that looks a little like one is translated."""

import pytest

from components.tasks.translate.code_lines import is_code
from components.tasks.translate.sentences import split

CODE = """
SELECT name, age FROM users WHERE age > 30 ORDER BY name;
select * from orders where id = 1;
INSERT INTO orders (id, total) VALUES (1, 20);
UPDATE users SET name = 'Bob' WHERE id = 1;
DELETE FROM sessions
CREATE TABLE customers (id INT PRIMARY KEY, name TEXT);
DROP TABLE IF EXISTS users;
SELECT name, email
FROM users
WHERE active = 1;
LEFT JOIN orders ON orders.user_id = users.id
git commit -m "Fix the bug"
sudo apt-get install python3
docker run -it --rm ubuntu bash
npm install --save-dev eslint
$ pip install requests
cd /tmp && ls -la
chmod +x run.sh
grep -r "error" logs | sort | uniq -c
curl -X POST https://api.example.com/v1/users -d '{"name": "Bob"}'
const total = items.reduce((a, b) => a + b, 0);
x = "Good morning"
print("Hello world")
System.out.println("Hello");
for i in range(10): print(i)
if (x > 0) { return true; }
def add(a, b): return a + b
from os import path
return items.length;
"""
PROSE = """
Select all users from the list.
Select the files from the folder, then press Delete.
Import the data; export the results.
Update your name, then set a password.
Create a table for the customers.
For each guest, print a card (see page 3).
If the light is on (green), return the key.
Run the program, then look at the log.
Delete the file(s)
apples (red);
Price(USD)
greeting = Good morning
Total = all of the guests
docker is easy to learn
make a cake
cat food is on the shelf
return to the list;
Grant access on Monday to the team.
go to the shop -- it is near
UPDATE YOUR PROFILE
SELECT A COLOUR FROM THE LIST
Dear Anna, thank you (very much);
The function f(x) is small.
the house / the garden
he said: yes, and left
and = plus
"""


@pytest.mark.parametrize("line", CODE.strip().splitlines())
def test_a_line_of_code_is_told(line: str):
    assert is_code(line)
    lead, sentences = split(f"Look at this:\n  {line}\nIt works.", "en")
    assert [sentence.text for sentence in sentences] == ["Look at this:", line, "It works."]
    assert lead == ""


@pytest.mark.parametrize("line", PROSE.strip().splitlines())
def test_a_sentence_is_not_taken_for_code(line: str):
    assert not is_code(line)

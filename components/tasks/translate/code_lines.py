"""Whether a line is no sentence but code: a statement of SQL, a command of a shell, a line of a program.

Knows how such lines look, and nothing about what they do. A line that may be prose is none.

    SELECT name FROM users WHERE age > 30;      code        Select the names from the list.     prose
    docker run -it ubuntu bash                  code        docker is easy to learn             prose
    const sum = add(1, 2)                       code        Total = all of the guests           prose
"""

import re

from components.tasks.terms import stop_words

_TABLES = "TABLE|VIEW|INDEX|DATABASE|SCHEMA|SEQUENCE|TRIGGER|FUNCTION|PROCEDURE"
_SQL = re.compile(
    rf"(?:SELECT\b.+\bFROM\b|INSERT INTO\b|UPDATE\b.+\bSET\b.+=|DELETE FROM\b|MERGE INTO\b|GRANT\b.+\bON\b"
    rf"|(?:CREATE|ALTER|DROP|TRUNCATE)(?: \w+){{0,2}} (?:{_TABLES})\b|(?:WHERE|HAVING|AND|OR|ON)\b.+[=<>]"
    rf"|(?:LEFT |RIGHT |INNER |OUTER |FULL |CROSS )*JOIN\b.+\bON\b|(?:ORDER|GROUP) BY [\w., ]+|VALUES ?\().*"
    r"|SELECT (?:\*|[a-z_][\w.]*(?:, ?[a-z_][\w.]*)*)|FROM [a-z_][\w.]*(?: [a-z]{1,2})?;?"
)
# Programs that a line is sure to begin with, and no sentence.
_PROGRAMS = re.compile(
    "apt|apt-get|brew|cargo|cd|chmod|chown|conda|curl|docker|git|kubectl|ls|mkdir|npm|npx|pip3?|python3|scp|ssh|sudo"
    "|systemctl|tar|wget|yarn"
)
_OPTION = re.compile(
    r"(?<!\S)(?:--?[A-Za-z][\w-]*(?:=\S+)?|\|\|?|&&|>>?|\$\w+|(?:~|\.{1,2})?/[\w.-]\S*)(?!\S)"
)
_COMMAND = re.compile(r"(?:[$>%] )?([a-z][\w.+-]*)(?: \S+)+")
_CALL = r"[A-Za-z_$][\w$]*(?:\.[\w$]+)*\((?![a-z]{0,2}\))"  # and no "file(s)"
_ASSIGNED = r"(?:(?:const|let|var|final|static|public|private|int|float|double|bool|char|auto|val|String) )*"
_STATEMENT = re.compile(
    rf"{_ASSIGNED}[A-Za-z_$][\w.$\[\]]* ?(?:[-+*/%|&^]|:)?= ?(?:[\d\"'\[{{(]|new |.*{_CALL}|.*=>|.*;$).*"
    rf"|[a-z_$][\w$]*(?:\.[\w$]+)*\((?:|[^()]*[\d\"',][^()]*|.*\(.*)\)[;,]?"
    rf"|.*(?:{_CALL}|=).*(?:;|\{{|;? ?\}})"
    rf"|(?:if|for|while|switch|else if|elif|catch|function|func|fn)\b ?.*\(.*\).*\{{.*"
    rf"|(?:async )?def \w+\(.*\).*:.*|for \w+ in \w+\(.*\):.*|from [\w.]+ import [\w.*, ]+|return \S+;"
    rf"|#include\b.*|@\w+\(.*\)"
)


def is_code(line: str, language: str = "en") -> bool:
    """Whether a line by itself is code; `language` is that of the text that it is in."""
    line = line.strip()
    return _is_sql(line) or _is_command(line, language) or _STATEMENT.fullmatch(line) is not None


def _is_sql(line: str) -> bool:
    """Its key words are in capitals, or it ends as statements do."""
    if _SQL.fullmatch(line):
        return any(c.islower() or c in "*=;(<>" for c in line)
    return line.endswith(";") and _SQL.fullmatch(line.upper()) is not None and not line[:1].isupper()


def _is_command(line: str, language: str) -> bool:
    found = _COMMAND.fullmatch(line)
    if found is None or line[-1] in ".!?:,":
        return False
    common = stop_words(language)
    program = _PROGRAMS.fullmatch(found[1]) is not None
    if _OPTION.search(line):
        return program or found[1] not in common
    return program and not any(word in common for word in line.split()[1:])

"""Reading a rate file that somebody sent: bounded before it is built, and every entry knows its line and column.

YAML can say in a few bytes what unfolds to gigabytes (anchors and aliases), name types of the program (tags), and say
a key twice. A rate file needs none of that, so all of it is refused while the text is still only a stream of events.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_BYTES = 256 * 1024
MOST_NODES = 20_000
DEEPEST = 12
LONGEST_WORD = 80  # of what is quoted back in an error
PLAIN_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]{0,39})")

TEXT, INTEGER, FLOAT, YES_NO, NOTHING, MOMENT = (
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")
)


class UnsafeFileError(ValueError):
    """A file that is not read any further. `line` and `column` count from 1; 0 where no place can be named."""

    def __init__(self, code: str, line: int = 0, column: int = 0, **values: object) -> None:
        self.code = code
        self.line = line
        self.column = column
        self.values = values
        super().__init__(f"{code} at {line}:{column}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry begins, counted from 1 as editors do."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Plain values, the place of each by its path ("genres[2].rates[0].high"), and that of its name."""

    values: Any
    places: dict[str, Place] = field(repr=False)
    names: dict[str, Place] = field(repr=False)

    def place_of(self, path: str) -> Place:
        """Where the entry stands, or the nearest entry around it."""
        while path and path not in self.places:
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return self.places.get(path, Place(1, 1))


def read_rate_yaml(content: bytes) -> ReadFile:
    """Raise UnsafeFileError for what no rate file needs; else its values as YAML 1.2 and editors understand them.

    Days stay text, decimals become floats (which the schedule refuses by name), numbers may group by `_`.
    """
    if len(content) > MOST_BYTES:
        raise UnsafeFileError("file_too_large", limit=MOST_BYTES // 1024)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnsafeFileError("file_not_utf8") from None
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        raise UnsafeFileError("file_not_yaml", *_place(mark), problem=wrong.problem or "") from None
    except yaml.YAMLError:  # characters that no YAML may have
        raise UnsafeFileError("file_not_yaml", problem="") from None
    if not isinstance(root, yaml.MappingNode):
        raise UnsafeFileError("file_not_mapping", 1, 1)
    read = ReadFile({}, {"": Place(*_place(root.start_mark))}, {})
    read.values.update(_built(root, "", read))
    return read


def _place(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)


def _check_events(text: str) -> None:
    """Count and look at what stands in the text, before anything is built from it."""
    nodes = depth = documents = 0
    for event in _events(text):
        at = _place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise UnsafeFileError("file_has_two", *at)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise UnsafeFileError("file_too_deep", *at)
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.NodeEvent):
            nodes += 1
            if nodes > MOST_NODES:
                raise UnsafeFileError("file_too_many", *at)
            _check_node(event, at)


def _check_node(event: Any, at: tuple[int, int]) -> None:
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise UnsafeFileError("file_has_anchor", *at)
    if event.tag and event.tag != "!":
        raise UnsafeFileError("file_has_tag", *at, found=event.tag[:LONGEST_WORD])


def _events(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=yaml.CSafeLoader))


def _built(node: Any, path: str, read: ReadFile) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, read)
    if isinstance(node, yaml.SequenceNode):
        values = []
        for number, each in enumerate(node.value):
            at = f"{path}[{number}]"
            read.places[at] = Place(*_place(each.start_mark))
            values.append(_built(each, at, read))
        return values
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: str, read: ReadFile) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in node.value:
        at = _place(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise UnsafeFileError("file_key_wrong", *at)
        name: str = key.value
        if name in values:
            raise UnsafeFileError("file_key_twice", *at, found=name[:LONGEST_WORD])
        inside = f"{path}.{name}" if path else name
        # A wrong value is shown where it stands; a group or a list where its name stands.
        read.names[inside] = Place(*at)
        read.places[inside] = Place(*(_place(value.start_mark) if isinstance(value, yaml.ScalarNode) else at))
        values[name] = _built(value, inside, read)
    return values


def _scalar(node: Any) -> Any:
    """What a plain word means: as in YAML 1.2, where "yes" is a word, 010 no octal and 1:30 no number."""
    text: str = node.value
    match node.tag:
        case tag if tag == INTEGER:
            return int(text.replace("_", "")) if PLAIN_INTEGER.fullmatch(text) else text
        case tag if tag == FLOAT:
            return float(text) if _is_float(text) else text
        case tag if tag == YES_NO:
            return {"true": True, "false": False}.get(text.lower(), text)
        case tag if tag == NOTHING:
            return None
        case _:
            return text


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

"""Text in pictures, by RapidOCR on OpenVINO: lines from any side up, and how sure each character is.

Knows nothing about documents. The models are files of the package, named here one by one, so that nothing is
ever fetched. One thread, since it runs in the process of one upload beside the engines.
"""

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 2_400  # pixels of a picture's longer side; larger ones are made smaller
VERTICAL = 1.5  # times its width: the height of a box whose line runs up or down
DOUBTFUL = 0.85  # a page's mean chance: .99 the right way up, at most .64 upside down
READABLE = 0.5  # mean chance of a line, below which it is noise or can't be read
LONG = 3.0  # times its height: how wide a line is whose slope tells that of the page
SKEWED = 15.0  # degrees of a page at most; more than that is a label set aslant

Picture = NDArray[np.uint8]  # height by width by 3: blue, green, red
_Corners = NDArray[np.float32]  # 4 by 2: from the left upper one clockwise, in pixels


@dataclass(frozen=True)
class Line:
    """A line of text, in pixels of the picture turned upright and straight."""

    text: str
    chances: tuple[float, ...]  # of each of its characters: how sure it is, 0 to 1
    x0: float
    x1: float
    middle: float  # from the top
    height: float  # of its box, a little more than its letters

    @property
    def sure(self) -> float:
        return sum(self.chances) / len(self.chances) if self.chances else 0.0


@dataclass(frozen=True)
class Reading:
    """What is written in a picture."""

    lines: tuple[Line, ...]
    width: int  # of the picture, upright
    height: int
    turned: int = 0  # degrees to the left that it was turned by to be upright: 0, 90, 180 or 270
    unreadable: int = 0  # places that look like text and couldn't be read

    @property
    def sure(self) -> float:
        """The mean chance of a character to be right, as the model has it; 0 without text."""
        chances = [chance for line in self.lines for chance in line.chances]
        return sum(chances) / len(chances) if chances else 0.0


class Recogniser:
    """The two models, one that finds lines and one that reads them. Loading takes a second or two."""

    def __init__(self) -> None:
        from rapidocr import EngineType, RapidOCR

        self._engine = RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.log_level": "error",
                "Global.return_word_box": True,
                "Global.max_side_len": LONGEST,
                "Det.engine_type": EngineType.OPENVINO,
                "Det.model_path": _model("PP-OCRv6_det_small.onnx"),
                "Rec.engine_type": EngineType.OPENVINO,
                "Rec.model_path": _model("PP-OCRv6_rec_small.onnx"),
                "EngineConfig.openvino.inference_num_threads": 1,
            }
        )

    def read(self, picture: Picture) -> Reading:
        """The lines of a picture, whichever side is up.

        Lines that run up or down turn it by a quarter; lines that can't be read turn it by half, and the
        better of both readings is kept.
        """
        turned, found = 0, self._found(picture)
        if _is_sideways([corners for corners, _ in found]):
            turned, picture = 90, _turned(picture, 1)
            found = self._found(picture)
        reading = self._reading(found, picture, turned)
        if found and reading.sure < DOUBTFUL:
            picture = _turned(picture, 2)
            other = self._reading(self._found(picture), picture, turned + 180)
            reading = max(reading, other, key=lambda one: sum(map(_weight, one.lines)))
        return reading

    def _found(self, picture: Picture) -> list[tuple[_Corners, Picture]]:
        """Where the lines are, in the order of the model, and what each of them looks like."""
        from rapidocr.main import RapidOCRError
        from rapidocr.utils.process_img import map_boxes_to_original

        smaller, record = self._engine.preprocess_img(picture)
        try:
            crops, found = self._engine.detect_and_crop(smaller, record)
        except RapidOCRError:  # how it says that there is no text
            return []
        boxes: Any = found.boxes
        corners = map_boxes_to_original(boxes, record, *picture.shape[:2])
        return [(one, crop) for one, crop in zip(corners, crops, strict=True) if crop.size]

    def _reading(self, found: list[tuple[_Corners, Picture]], picture: Picture, turned: int) -> Reading:
        height, width = picture.shape[:2]
        if not found:
            return Reading((), width, height, turned)
        # Chances are taken here, by character: the engine's own for words are those of other characters.
        read: Any = self._engine.recognize_txt([crop for _, crop in found])
        slope = _slope([corners for corners, _ in found])
        lines = [
            _line(text, info.confs, corners, slope, (width / 2, height / 2))
            for text, info, (corners, _) in zip(read.txts, read.word_results, found, strict=True)
            if text.strip()
        ]
        kept = tuple(line for line in lines if line.sure >= READABLE)
        return Reading(kept, width, height, turned, len(found) - len(kept))


def _model(name: str) -> str:
    """The path of a model in the package. Raises FileNotFoundError rather than have it fetched."""
    found = importlib.util.find_spec("rapidocr")
    path = Path(found.origin).parent / "models" / name if found and found.origin else Path(name)
    if not path.is_file():
        raise FileNotFoundError(path)
    return str(path)


def _turned(picture: Picture, quarters: int) -> Picture:
    return np.ascontiguousarray(np.rot90(picture, quarters))


def _weight(line: Line) -> float:
    return sum(chance - READABLE for chance in line.chances)


def _sides(corners: _Corners) -> tuple[float, float]:
    """How long a box is along its line, and how high."""
    return (
        float(max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))),
        float(max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))),
    )


def _is_sideways(boxes: Sequence[_Corners]) -> bool:
    """Whether most of the text, by length, runs up or down."""
    sides = [_sides(corners) for corners in boxes]
    vertical = sum(high for wide, high in sides if high > VERTICAL * wide)
    return vertical > sum(wide for wide, high in sides if high <= VERTICAL * wide)


def _slope(boxes: Sequence[_Corners]) -> float:
    """The angle of the page's lines in radians, positive where they run down to the right; 0 if unclear."""
    angles: list[tuple[float, float]] = []
    for corners in boxes:
        wide, high = _sides(corners)
        across = (corners[1] + corners[2] - corners[0] - corners[3]) / 2
        angle = math.atan2(float(across[1]), float(across[0]))
        if wide > LONG * high and abs(angle) < math.radians(SKEWED):
            angles.append((angle, wide))
    half, passed = sum(wide for _, wide in angles) / 2, 0.0
    for angle, wide in sorted(angles):
        passed += wide
        if passed >= half:
            return angle
    return 0.0


def _line(
    text: str, chances: Sequence[float], corners: _Corners, slope: float, centre: tuple[float, float]
) -> Line:
    """A line whose box is turned back by the page's slope around the page's centre."""
    cos, sin = math.cos(slope), math.sin(slope)
    x, y = corners[:, 0] - centre[0], corners[:, 1] - centre[1]
    xs, ys = x * cos + y * sin + centre[0], y * cos - x * sin + centre[1]
    return Line(
        text,
        tuple(chances),
        float(min(xs[0], xs[3])),
        float(max(xs[1], xs[2])),
        float(ys.mean()),
        _sides(corners)[1],
    )

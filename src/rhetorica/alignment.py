"""Alignment: where two token streams have the same words in the same order, with gaps allowed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

# Costs are whole thousandths of a bit, so that every machine adds them alike.
_UNIT = 1000
# What a word that is matched earns less than its information, and one in another form. Log-odds:
# of the words of a true parallel some three in four are the same, and one in ten another form.
_SAME, _FORM = 400, 2500
# What two words that differ cost, and one word that only one text has. Dearer, and passages fall
# apart at a word that was exchanged; cheaper, and they run on into chance words.
_EXCHANGED, _INSERTED = 4000, 4000
# An extension ends where its score is so far below its best: seven words exchanged or inserted.
_DROP = 30 * _UNIT
_BAND = 8  # so many words in a row, nearly, may one side have that the other has not
# Two words near each other are a seed from half of the bits asked for on, and always from 11.
_SEED = 11 * _UNIT
_PLACES = 64  # of a seed that stands at more places of a text, the first so many are taken
_SHIFTS = np.arange(-_BAND, _BAND + 1)
_NEVER = -(2**40)
_FIRST_BATCH, _LARGEST_BATCH = 16, 4096  # seeds extended at a time: this bounds the memory
_SAME_STEP, _SKIP_A, _SKIP_B = 0, 1, 2  # both texts go on by a word, or only a, or only b


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two texts that are aligned: three numbers for each of its words.

    Words of the same `codes` are the same word; words of the same `forms` are forms of one word
    (the same codes have the same forms). An alignment stays within one of the `blocks`, whose
    numbers do not decrease.
    """

    codes: Ints
    forms: Ints
    blocks: Ints

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, eq=False)
class Alignment:
    """Words of two sides that answer to each other: `pairs` (n x 2), positions in a and in b."""

    pairs: Ints
    score: float

    @property
    def a(self) -> tuple[int, int]:
        """The first position in a, and the one after the last."""
        return int(self.pairs[0, 0]), int(self.pairs[-1, 0]) + 1

    @property
    def b(self) -> tuple[int, int]:
        """The first position in b, and the one after the last."""
        return int(self.pairs[0, 1]), int(self.pairs[-1, 1]) + 1


class Scoring:
    """What matched words earn and what lies between them costs, for two sides.

    A word earns its information, -log2 of the geometric mean of its shares in the two sides,
    less a constant: by chance two words drawn from them match with p_a p_b, so that the sum of
    p_a p_b 2^score over all words is at most 1 (by Cauchy and Schwarz), as the theory of local
    alignment asks (Karlin & Altschul 1990). For another form the shares are those of all forms.
    """

    def __init__(self, a: Side, b: Side) -> None:
        self.a, self.b = a, b
        self.same = _information(a.codes, b.codes) - _SAME
        self.form = _information(a.forms, b.forms) - _FORM

    def gains(self, at_a: Ints, at_b: Ints) -> Ints:
        """Return what the words at positions of a and b earn or, if they differ, cost."""
        code, form = self.a.codes[at_a], self.a.forms[at_a]
        gain = np.where(form == self.b.forms[at_b], self.form[form], -_EXCHANGED)
        return np.where(code == self.b.codes[at_b], self.same[code], gain)

    def score(self, pairs: Ints) -> float:
        """Return the score of pairs of positions, in bits."""
        steps = np.diff(pairs, axis=0) - 1
        both, more = steps.min(axis=1), np.abs(steps[:, 0] - steps[:, 1])
        cost = int((both * _EXCHANGED + more * _INSERTED).sum())
        return (int(self.gains(pairs[:, 0], pairs[:, 1]).sum()) - cost) / _UNIT

    def reversed(self) -> "Scoring":
        """Return the same scoring for both sides read from their ends."""
        turned = object.__new__(Scoring)
        turned.a, turned.b = (
            Side(side.codes[::-1], side.forms[::-1], side.blocks[::-1]) for side in (self.a, self.b)
        )
        turned.same, turned.form = self.same, self.form
        return turned


def align(a: Side, b: Side, least: float) -> list[Alignment]:
    """Find the local alignments of two sides that score at least so many bits.

    Seeds are two words that both sides have, next to each other or with one word between, and
    that are rare enough together. From each an alignment is extended both ways in a band of
    words, as long as its score does not fall too far below its best (the X-drop of Altschul et
    al. 1997), many seeds at a time. Of alignments that overlap on both sides the best stays.
    They come by falling score, then by position.
    """
    if not len(a) or not len(b):
        return []
    scoring = Scoring(a, b)
    seeds = _find_seeds(scoring, min(_SEED, round(least * _UNIT / 2)))
    found: list[Alignment] = []
    size = _FIRST_BATCH
    while len(seeds):
        new = _select(_extend_seeds(scoring, seeds[:size], least), found)
        seeds = seeds[size:]
        for one in new:
            seeds = seeds[~_inside(seeds, one)]
        found += new
        size = min(size * 4, _LARGEST_BATCH)
    return sorted(found, key=_rank)


def _rank(one: Alignment) -> tuple[float, tuple[int, int], tuple[int, int]]:
    return -one.score, one.a, one.b


def _inside(cells: Ints, one: Alignment) -> NDArray[np.bool_]:
    (low_a, high_a), (low_b, high_b) = one.a, one.b
    in_a = (cells[:, 0] >= low_a) & (cells[:, 0] < high_a)
    inside: NDArray[np.bool_] = in_a & (cells[:, 1] >= low_b) & (cells[:, 1] < high_b)
    return inside


def _select(candidates: list[Alignment], found: list[Alignment]) -> list[Alignment]:
    """Return the candidates, best first, that overlap neither a better one nor what was found."""
    boxes = np.array([(*one.a, *one.b) for one in found], dtype=np.int64).reshape(-1, 4)
    boxes = np.vstack([boxes, np.zeros((len(candidates), 4), dtype=np.int64)])
    kept: list[Alignment] = []
    count = len(found)
    for one in sorted(candidates, key=_rank):
        (low_a, high_a), (low_b, high_b) = one.a, one.b
        known = boxes[:count]
        overlap = (known[:, 0] < high_a) & (low_a < known[:, 1])
        if not (overlap & (known[:, 2] < high_b) & (low_b < known[:, 3])).any():
            boxes[count] = low_a, high_a, low_b, high_b
            count += 1
            kept.append(one)
    return kept


def _information(a: Ints, b: Ints) -> Ints:
    """Return the information of each code in thousandths of a bit; 0 for one not in both."""
    size = int(max(a.max(), b.max())) + 1
    shares = np.bincount(a, minlength=size) / len(a) * (np.bincount(b, minlength=size) / len(b))
    bits = np.zeros(size)
    np.log2(shares, out=bits, where=shares > 0)
    return np.rint(-bits * _UNIT / 2).astype(np.int64)


def _find_seeds(scoring: Scoring, least: int) -> Ints:
    """Return the cells (positions in a and b) from which to extend, the most promising first.

    Seeds in a row on one diagonal are one: the cell of the word that earns most.
    """
    gain = scoring.form + _FORM
    (keys_a, at_a), (keys_b, at_b) = (
        _pairs_of_words(side, gain, least) for side in (scoring.a, scoring.b)
    )
    low = np.searchsorted(keys_b, keys_a, side="left")
    count = np.searchsorted(keys_b, keys_a, side="right") - low
    first = np.repeat(at_a, count)
    ordinal = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    cells = np.column_stack([first, at_b[np.repeat(low, count) + ordinal]])
    if not len(cells):
        return cells
    order = np.lexsort((cells[:, 0], cells[:, 1] - cells[:, 0]))
    cells = cells[order]
    steps = np.diff(cells, axis=0)
    joined = (steps[:, 0] == steps[:, 1]) & (steps[:, 0] <= 1)
    for column, side in enumerate((scoring.a, scoring.b)):
        joined &= np.diff(side.blocks[cells[:, column]]) == 0
    run = np.append(0, np.cumsum(~joined))
    earned = scoring.gains(cells[:, 0], cells[:, 1])
    again = np.append(False, steps[:, 0] == 0)  # the same cell, for another second word
    worth = np.bincount(run, np.where(again, 0, earned)).astype(np.int64)
    order = np.lexsort((cells[:, 0], -earned, run))
    anchors = cells[order[np.searchsorted(run[order], np.arange(len(worth)))]]
    best: Ints = anchors[np.lexsort((anchors[:, 1], anchors[:, 0], -worth))]
    return best


def _pairs_of_words(side: Side, gain: Ints, least: int) -> tuple[Ints, Ints]:
    """Return the keys of two words near each other, sorted, and where the first of them stands.

    Only pairs of enough information, and of each the first places only: what is said all over a
    text would else be compared with itself at every place.
    """
    keys, places = [], []
    for distance in (1, 2):
        here = np.arange(len(side) - distance)
        there = here + distance
        near = side.blocks[here] == side.blocks[there]
        one, other = side.forms[here], side.forms[there]
        near &= (gain[one] > 0) & (gain[other] > 0) & (gain[one] + gain[other] >= least)
        keys.append((one * len(gain) + other)[near])
        places.append(here[near])
    key, place = np.concatenate(keys), np.concatenate(places)
    order = np.lexsort((place, key))
    key, place = key[order], place[order]
    rank = np.arange(len(key)) - np.searchsorted(key, key, side="left")
    return key[rank < _PLACES], place[rank < _PLACES]


def _extend_seeds(scoring: Scoring, seeds: Ints, least: float) -> list[Alignment]:
    """Extend seeds to both sides and return the alignments that score enough, each once."""
    last = np.array([len(scoring.a), len(scoring.b)]) - 1
    before, after = _rooms(scoring, seeds)
    right = _Extension(scoring, seeds, after)
    left = _Extension(scoring.reversed(), last - seeds + 1, before)
    enough = np.flatnonzero(right.best + left.best >= round(least * _UNIT))
    owner, cells = right.trace(enough)
    owner_left, cells_left = left.trace(enough)
    owner = np.concatenate([owner, owner_left])
    cells = np.vstack([cells, last - cells_left])
    order = np.lexsort((cells[:, 0], owner))
    parts = np.split(cells[order], np.searchsorted(owner[order], enough)[1:])
    # Most seeds of a passage lead to the same alignment.
    once = {part.tobytes(): part for part in parts if len(part)}
    return [Alignment(part, scoring.score(part)) for part in once.values()]


class _Extension:
    """Alignments that begin at given cells and go on to the right, all at the same time.

    After r words of a, `scores` are the best with r + s words of b, for the shifts s of a band that
    follows the best of them. `best` is the best of all rows of each start, and at least 0. `room`
    (starts x 2) is how many words of a and of b there are to go.
    """

    def __init__(self, scoring: Scoring, starts: Ints, room: Ints) -> None:
        self.scoring, self.starts, self._room = scoring, starts, room
        self.best, self.row, self.shift = np.zeros((3, len(starts)), dtype=np.int64)
        self._rows: list[_Row] = []
        self._run()

    def _run(self) -> None:
        alive = np.arange(len(self.starts))
        middle = np.zeros_like(alive)
        scores = np.tile(np.where(_SHIFTS >= 0, -_INSERTED * _SHIFTS, _NEVER), (len(alive), 1))
        row = 0
        going = self._room[:, 0] > row
        while going.any():
            alive, middle, scores = alive[going], middle[going], scores[going]
            row += 1
            scores, steps = self._next_scores(alive, scores, row, row + middle[:, None] + _SHIFTS)
            self._rows.append(_Row(alive, middle, steps))
            column = scores.argmax(axis=1)
            top = scores[np.arange(len(alive)), column]
            better = top > self.best[alive]
            self.best[alive[better]] = top[better]
            self.row[alive[better]] = row
            self.shift[alive[better]] = (middle + _SHIFTS[column])[better]
            going = (top >= self.best[alive] - _DROP) & (self._room[alive, 0] > row)
            middle, scores = _follow(middle, scores, _SHIFTS[column])

    def _next_scores(
        self, alive: Ints, before: Ints, row: int, of_b: Ints
    ) -> tuple[Ints, NDArray[np.int8]]:
        """Return the scores after one more word of a, and the step that led to each."""
        at_a = (self.starts[alive, 0] + row - 1)[:, None]
        at_b = np.clip(self.starts[alive, 1][:, None] + of_b - 1, 0, len(self.scoring.b) - 1)
        scores = np.where(of_b < 1, _NEVER, before + self.scoring.gains(at_a, at_b))
        steps = np.full(scores.shape, _SAME_STEP, dtype=np.int8)
        skipped = np.full(scores.shape, _NEVER)
        skipped[:, :-1] = before[:, 1:] - _INSERTED
        steps[skipped > scores] = _SKIP_A
        scores = np.maximum(scores, skipped)
        # The best way through any number of words that only b has.
        slope = _INSERTED * _SHIFTS
        through = np.maximum.accumulate(scores + slope, axis=1) - slope
        steps[through > scores] = _SKIP_B
        outside = (of_b > self._room[alive, 1][:, None]) | (of_b < 0)
        return np.where(outside, _NEVER, through), steps

    def trace(self, starts: Ints) -> tuple[Ints, Ints]:
        """Follow the best alignments of some starts (sorted) back.

        Return, for every matched pair of words, its start and its cell.
        """
        row, shift = self.row[starts].copy(), self.shift[starts].copy()
        owners, cells = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 2), dtype=np.int64)]
        for level in range(int(row.max(initial=0)), 0, -1):
            here = np.flatnonzero(row == level)
            known = self._rows[level - 1]
            place = np.searchsorted(known.alive, starts[here])
            column = shift[here] - known.middle[place] + _BAND
            while (inserted := known.steps[place, column] == _SKIP_B).any():
                column[inserted] -= 1
            shift[here] = column + known.middle[place] - _BAND
            same = known.steps[place, column] == _SAME_STEP
            cell = self.starts[starts[here]] + level - 1
            cell[:, 1] += shift[here]
            owners.append(starts[here[same]])
            cells.append(cell[same])
            row[here] -= 1
            shift[here[~same]] += 1
        owner, cell = np.concatenate(owners), np.vstack(cells)
        form_a = self.scoring.a.forms[cell[:, 0]]
        matched = form_a == self.scoring.b.forms[cell[:, 1]]
        return owner[matched], cell[matched]


@dataclass(frozen=True, eq=False)
class _Row:
    """One row of extensions: which are `alive`, the `middle` of the band, the steps taken."""

    alive: Ints
    middle: Ints
    steps: NDArray[np.int8]


def _follow(middle: Ints, scores: Ints, best: Ints) -> tuple[Ints, Ints]:
    """Move the band of an extension by a word where its best comes near the edge."""
    moved = np.full((len(scores), scores.shape[1] + 2), _NEVER)
    moved[:, 1:-1] = scores
    step = np.where(np.abs(best) > _BAND // 2, np.sign(best), 0)
    columns = np.arange(scores.shape[1]) + 1 + step[:, None]
    return middle + step, np.take_along_axis(moved, columns, axis=1)


def _rooms(scoring: Scoring, cells: Ints) -> tuple[Ints, Ints]:
    """Return how many words of the same block stand before each cell, and how many from it on.

    Both are cells x 2: in a and in b.
    """
    before, after = np.empty_like(cells), np.empty_like(cells)
    for column, side in enumerate((scoring.a, scoring.b)):
        begins = np.flatnonzero(np.append(True, np.diff(side.blocks) != 0))
        bounds = np.append(begins, len(side))
        at = cells[:, column]
        block = np.searchsorted(begins, at, side="right") - 1
        before[:, column] = at - bounds[block]
        after[:, column] = bounds[block + 1] - at
    return before, after

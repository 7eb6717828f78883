"""The parameters an analysis takes: their types, ranges, meaning and defaults, in one place.

A value comes from the notebook (or ``papermill -p``, or ``rhetorica run -p``); where that says
``None``, from ``[parameters]`` of ``study.toml``; where that is silent, from the defaults here.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from rhetorica.errors import ParameterError, nearest
from rhetorica.structure import Part


def _names(value: object) -> object:
    """Read ``"a, b"`` as a list: ``papermill -p`` hands over no lists, only text and numbers.

    It hands over a name such as 1992 as a number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return tuple(value) if isinstance(value, list) else value


def _name(value: object) -> object:
    """Read a name that papermill handed over as a number, or with spaces around it."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _not_one(value: int) -> int:
    """Refuse a single topic: it would be all there is."""
    if value == 1:
        raise ValueError("a single topic fills every text; take 0 (the most stable) or 2 to 30")
    return value


Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
PartNames = Annotated[tuple[Part, ...], BeforeValidator(_names)]
Level = Literal["raw", "normalised", "edited"]
"""How far a text is edited: not at all, by the cleaning rules, or by rules and errata."""


class Parameters(BaseModel):
    """Every parameter of every notebook, validated and frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    texts: Names = Field(
        (), description="ids of the texts to compare, comma-separated; all if empty"
    )
    level: Level = Field(
        "edited", description="the texts as obtained, cleaned by rules, or by rules and errata"
    )
    parts: PartNames = Field(
        (), description="parts of the texts to count, comma-separated; all if empty"
    )
    seed: int = Field(1, ge=0, le=2**32 - 1, description="every random draw comes from it")
    lowercase: bool = Field(True, description="count 'Party' and 'party' as one word")
    lemmas: Literal["none", "english"] = Field(
        "none", description="count 'party' and 'parties' as one word, in lower case"
    )
    stop_words: Literal["english", "none"] = Field(
        "english", description="function words left out of topics, terms and similarity"
    )
    leave_out: Names = Field(
        (),
        description="words left out besides stop words, such as names; replaces the study's list; "
        "* stands for any letters",
    )
    longest_phrase: int = Field(
        3, ge=1, le=3, description="words in the longest phrase that is compared as a word is"
    )
    contrast_tf: Literal["rate", "log"] = Field(
        "rate", description="tf of distinctive terms: per 1,000 words, or 1 + ln count"
    )
    contrast_idf: Literal["plain", "smooth"] = Field(
        "plain", description="idf of distinctive terms: plain drops what all texts share"
    )
    similarity_idf: Literal["plain", "smooth"] = Field(
        "smooth", description="idf of similarity: smooth keeps what all texts share"
    )
    measure: Literal["cosine", "cosine_rates", "jensen_shannon", "delta", "shingles"] = Field(
        "cosine",
        description="how alike two texts are: by TF-IDF, by rates, by shares, by frequent words, "
        "or by runs of words",
    )
    frequent_words: int = Field(
        100, ge=5, le=1000, description="most frequent words that Burrows's Delta compares"
    )
    shingle_words: int = Field(
        3, ge=2, le=10, description="words in a run that the measure of shared runs compares"
    )
    neighbours: int = Field(
        5, ge=1, le=50, description="texts most like each, where there are too many for a matrix"
    )
    rank_by: Literal["tf_idf", "g2", "log_odds"] = Field(
        "tf_idf", description="the score that puts distinctive terms in order"
    )
    n_terms: int = Field(8, ge=1, le=25, description="terms shown for each text or topic")
    min_count: int = Field(2, ge=1, le=1000, description="a shown term stands so often in its text")
    n_topics: Annotated[int, AfterValidator(_not_one)] = Field(
        0, ge=0, le=30, description="topics to find; 0: the most stable number"
    )
    max_topics: int = Field(
        10, ge=2, le=30, description="the largest number of topics that is tried for stability"
    )
    topic_phrase: int = Field(
        1, ge=1, le=3, description="words in the longest phrase that topics are made of"
    )
    left: Name = Field("", description="id of a text to lay beside another")
    right: Name = Field(
        "",
        description="id of the other text; if empty, all the others, or that which shares most",
    )
    funnel: Name = Field("", description="id of the text whose every term is to be shown")
    lexicon: Name = Field(
        "", description="file of another lexicon, from the study's folder; if empty, the study's"
    )
    categories: Names = Field(
        (), description="rhetoric categories, or groups of them, to show; all if empty"
    )
    min_certainty: float = Field(
        0.0, ge=0, le=1, description="leave out lexicon entries of less certainty than this"
    )
    short_text: int = Field(
        500, ge=0, le=100_000, description="texts of fewer words are marked as short"
    )
    evidence: Names = Field(
        (), description="the category and text whose hits to list; if empty, those of the title"
    )
    words: Names = Field(
        (),
        description="words or phrases whose places in the texts are to be shown, * for any letters",
    )
    n_draws: int = Field(2000, ge=100, le=100_000, description="bootstrap draws for an interval")
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="share an interval should cover")


PARAMETER_NAMES = tuple(Parameters.model_fields)


def check_parameters(
    values: Mapping[str, object], base: Parameters | None = None, known: Iterable[str] | None = None
) -> Parameters:
    """Return `base` with `values` put in, each checked for name, type and range.

    ``None`` leaves what `base` says. `known` narrows the accepted names, for instance to
    those one notebook declares. Raises :class:`ParameterError` naming the parameter, what it
    expects and the nearest valid name or value.

    >>> check_parameters({"n_topics": 4}).n_topics
    4
    >>> check_parameters({"n_topics": 99})
    Traceback (most recent call last):
    rhetorica.errors.ParameterError: n_topics = 99 is out of range: 0 to 30. The nearest is 30.
    """
    accepted = tuple(known) if known is not None else PARAMETER_NAMES
    for name in values:
        if name not in accepted:
            raise ParameterError(
                f"There is no parameter '{name}'.{nearest(name, accepted)} "
                f"Known: {', '.join(accepted)}."
            )
    given = {name: value for name, value in values.items() if value is not None}
    start = base.model_dump() if base is not None else {}
    try:
        return Parameters.model_validate(start | given)
    except ValidationError as error:
        raise ParameterError(_explain(error)) from None


def read_value(name: str, text: str) -> object:
    """Read a value from a command line as the type of its parameter; else it stays text.

    >>> [read_value("n_topics", text) for text in ("4", "4.5", "many")]
    [4, '4.5', 'many']
    >>> read_value("confidence", "0.9"), read_value("lowercase", "False")
    (0.9, False)
    >>> read_value("texts", "1992"), read_value("stop_words", "none")
    ('1992', 'none')
    """
    field = Parameters.model_fields.get(name)
    annotation = field.annotation if field else str
    if annotation is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return annotation(text) if annotation in (int, float) else text
    except ValueError:
        return text


def describe(name: str) -> str:
    """Return one line of help: type, range, default and meaning of a parameter.

    >>> describe("n_topics")
    'n_topics (a whole number from 0 to 30, default 0): topics to find; 0: the most stable number'
    """
    field = Parameters.model_fields[name]
    default = field.default
    shown = (
        "empty"
        if default in ((), "")
        else str(default).lower()
        if default in (True, False)
        else default
    )
    return f"{name} ({_expected(name)}, default {shown}): {field.description}"


def _bounds(name: str) -> tuple[Any, Any]:
    metadata = Parameters.model_fields[name].metadata
    low = next((item.ge for item in metadata if hasattr(item, "ge")), None)
    high = next((item.le for item in metadata if hasattr(item, "le")), None)
    return low, high


def _expected(name: str) -> str:
    annotation = Parameters.model_fields[name].annotation
    low, high = _bounds(name)
    if annotation is int:
        return f"a whole number from {low} to {high}"
    if annotation is float:
        return f"a number from {low} to {high}"
    if annotation is bool:
        return "true or false"
    if annotation is str:
        return "a name"
    choices = _choices(name)
    if not choices:
        return "names, separated by commas"
    if get_origin(annotation) is tuple:
        return f"any of {', '.join(choices)}, separated by commas"
    return f"{', '.join(map(repr, choices[:-1]))} or '{choices[-1]}'"


def _choices(name: str) -> tuple[str, ...]:
    """Return the words a parameter takes, or a list of which it takes; empty if it takes others."""
    annotation = Parameters.model_fields[name].annotation
    inner = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return get_args(inner) if get_origin(inner) is Literal else ()


def _explain(error: ValidationError) -> str:
    """Turn pydantic's first complaint into a sentence that names the nearest valid value."""
    problem = error.errors()[0]
    name, value = str(problem["loc"][0]), problem["input"]
    if problem["type"] == "value_error":
        return f"{name} = {value!r} will not do: {problem['ctx']['error']}."
    low, high = _bounds(name)
    if problem["type"] in {"greater_than_equal", "less_than_equal"}:
        bound = low if problem["type"] == "greater_than_equal" else high
        return f"{name} = {value} is out of range: {low} to {high}. The nearest is {bound}."
    hint = (
        nearest(value, _choices(name))
        if problem["type"] == "literal_error" and isinstance(value, str)
        else ""
    )
    return f"{name} = {value!r} will not do: it takes {_expected(name)}.{hint}"

"""P4 to P6 and P0d: generosity falls with social distance, smoothly or not at all.

    P0d  constant      V
    P4   hyperbola     V / (1 + k D)
    P5   exponential   V exp(-k D)
    P6   q-exponential V / [1 + (1 - q) k D]^(1 / (1 - q)),  q = 0 hyperbola, q -> 1 exponential

D is the rank in the list of the 100 closest people (Jones & Rachlin 2006, Psych Sci 17:283-286):
the amount forgone for person D. k about .05 and V about $83-85 of $75 offered are recalled [M]
and to be checked against the paper. k=.05 gives relative generosity .95, .91, .80, .67, .50, .29,
.17 at D = 1, 2, 5, 10, 20, 50, 100 [C]. The hyperbola beats the exponential there.
"""

import numpy as np

from analysis.hypotheses.base import Array, Design, Hypothesis, Parameter, Params

RANKS = np.array([1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0])
EXAMPLE = {"distance": RANKS}
VALUE = Parameter("V", 1.0, 0.0, 2.0, "", "generosity towards the closest person, normalised",
                  "convention")  # fmt: skip
RATE = Parameter("k", 0.05, 1e-4, 10.0, "per rank", "Jones & Rachlin 2006, recalled", "M", "log")
HISTORY = "Jones & Rachlin 2006, Psychological Science 17:283-286"


def constant(design: Design, p: Params) -> Array:
    """``V`` at every distance."""
    return np.full(len(design["distance"]), p["V"])


def constant_columns(design: Design, s: Params) -> Array:
    """1."""
    del s
    return np.ones((len(design["distance"]), 1))


def hyperbola(design: Design, p: Params) -> Array:
    """``V / (1 + k D)``."""
    return p["V"] / (1 + p["k"] * design["distance"])


def hyperbola_columns(design: Design, s: Params) -> Array:
    """1 / (1 + k D)."""
    return np.column_stack([1 / (1 + s["k"] * design["distance"])])


def exponential(design: Design, p: Params) -> Array:
    """``V exp(-k D)``."""
    return p["V"] * np.exp(-p["k"] * design["distance"])


def exponential_columns(design: Design, s: Params) -> Array:
    """exp(-k D)."""
    return np.column_stack([np.exp(-s["k"] * design["distance"])])


def q_exponential(design: Design, p: Params) -> Array:
    """``V [1 + (1 - q) k D]^(-1 / (1 - q))``."""
    base = 1 + (1 - p["q"]) * p["k"] * design["distance"]
    return p["V"] * base ** (-1 / (1 - p["q"]))


def q_exponential_columns(design: Design, s: Params) -> Array:
    """[1 + (1 - q) k D]^(-1 / (1 - q))."""
    return np.column_stack([q_exponential(design, {"V": 1.0, **s})])


NO_DISCOUNT = Hypothesis(
    id="P0d",
    name="no_discount",
    topic="distance",
    family="impartial",
    claim="Social distance makes no difference.",
    equation="v(D) = V",
    citation="impartial concern; null model",
    evidence="The amounts forgone fall with distance in the original (recalled, to be checked) [M].",
    grade="contradicted",
    role="null",
    requires=("distance",),
    shape=(),
    linear=(VALUE,),
    mean=constant,
    columns=constant_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)

SOCIAL_DISCOUNTING = Hypothesis(
    id="P4",
    name="social_discounting",
    topic="distance",
    family="gradual",
    claim="Generosity falls as a hyperbola of social distance, without any edge.",
    equation="v(D) = V / (1 + k D)",
    citation=HISTORY,
    evidence="Beats the exponential in the original; k is related to public-goods "
    "contributions [V].",
    grade="supported",
    role="rival",
    requires=("distance",),
    shape=(RATE,),
    linear=(VALUE,),
    mean=hyperbola,
    columns=hyperbola_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)

EXPONENTIAL_DISCOUNTING = Hypothesis(
    id="P5",
    name="exponential_discounting",
    topic="distance",
    family="gradual",
    claim="Each step of social distance takes away the same share of generosity.",
    equation="v(D) = V exp(-k D)",
    citation=HISTORY + " (comparison model)",
    evidence="Fits worse than the hyperbola in the original.",
    grade="contradicted",
    role="rival",
    requires=("distance",),
    shape=(RATE,),
    linear=(VALUE,),
    mean=exponential,
    columns=exponential_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)

Q_EXPONENTIAL_DISCOUNTING = Hypothesis(
    id="P6",
    name="q_exponential_discounting",
    topic="distance",
    family="gradual",
    claim="Between hyperbola (q = 0) and exponential (q to 1).",
    equation="v(D) = V / [1 + (1 - q) k D]^(1 / (1 - q))",
    citation="q-exponential generalisation of social discounting (scirp 28845)",
    evidence="A published generalisation [V]; no q in hand.",
    grade="untested",
    role="rival",
    requires=("distance",),
    shape=(
        RATE,
        Parameter("q", 0.0, -3.0, 0.99, "", "0 is the hyperbola; searched from -3 to the "
                  "exponential", "convention"),
    ),
    linear=(VALUE,),
    mean=q_exponential,
    columns=q_exponential_columns,
    example=EXAMPLE,
    intercept=False,
    signs=(1,),
)  # fmt: skip

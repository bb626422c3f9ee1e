"""M0 to M7: the effect of the number of victims N, and of nothing but N, on the response.

M0. Hart, Lane & Chinn (2018, PLOS ONE 13:e0199535; N=924 and 1,085) and Maier, Wong & Feldman
(2023/24, Collabra 9(1):90203; N=1,004, hypothetical gifts, d=.01 between identified and
statistical) found no difference [V]; Desvousges' birds, 2,000 / 20,000 / 200,000, were valued at
$80 / $78 / $88 [V2]. None of them varied N alone over the essay's range.

M1. The line is not capped at 1. A cap belongs to the response scale, not to the curve: fit a bounded
response with a bounded likelihood (Tobit, ordered beta). On a bounded scale, a straight line from 1 to
800,000 predicts practically no difference below the last level.

M2, M2n. One equation, two families: with b > 0 the response rises at a decreasing rate (numbing),
with b < 0 it fades without a floor. Soyer & Hogarth (2011, JDM 6:616): donations rose with the
number of recipients at a decreasing rate [V]. Butts et al. (2019, OBHDP 151:16-33; 41 studies,
N=13,259): group size lowers helping, but not empathic concern [V].

M3. Slovic (2007) draws this as "psychophysical numbing". We know of no trustworthy published exponent
for lives: our prior is beta ~ N(0, .15), and the curve is drawn at .15 as an illustration.

M4, M4b. Kogut & Ritov (2005, JBDM 18:157-167): a single identified victim against a group;
interaction F(1,108)=7.12 with n=112 [V]. Majumder et al. (2024, JDM 19; N=1,835) did not replicate
it [V]. The essay's own dollars keep 1.14/2.38 = .48 of the single-victim gift. K=4 is the
subitising range, the number of things that are seen without counting.

M5, M6, M6b. With F=.10 and lambda=.588 M5 gives 1, .600, .115, .100, .100, .100 at the essay's six
levels [C], as it describes them: "1 strong, 2 weaker, 8 almost nothing, 800,000 a statistic". As lambda
grows it becomes the singularity step M4. M6 with F=0 and kappa=1 is the essay's sentence "scales
inversely with number", 1/N; with F=.10 and kappa=.8 it gives .600 at N=2 and .236 at N=8, above
the figure's .12 [C]. M6b slows on a logarithmic scale; as beta goes to zero it becomes M2. No feasible
study can distinguish the three (it would take about 12,400 participants at d=.62 [C]), so they share
one family.

M7. mu(N) = a + b x - c x^2, x = ln N, c > 0, peak at N* = exp(b / 2c), is written with the peak as
its shape parameter. The range of N* keeps the peak inside the observed range: a curve that only
falls or only rises belongs to another family. Slovic (2007) draws it as model (d), numbing then
collapse. No values are published; N*=8 is an illustration.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Shape, Slope, crossed, curve, indicator

NUMBERS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])
"""The numbers of victims of protocol E3; 1, 2, 8 and 800,000 are the essay's own [V]."""
EXAMPLE = crossed(victims=NUMBERS)

ONE_VICTIM = "response to one victim, to which all curves are normalised"
TOP = Slope(1.0, 0.0, 1.0, ONE_VICTIM, sign=+1)
FLOOR = Level(0.10, 0.0, 1.0, "plateau of the essay's block figure (lines 244-253), normalised to "
              "N=1; a reading of an ASCII figure", "essay")
LEVEL = Level(0.40, 0.0, 1.0, "our response level without an effect, for drawing and simulation")
TO_THE_TOP = "reaches the top of the scale (1) from a = .40 at 800,000"
SLOVIC = "Slovic 2007, Judgment and Decision Making 2:79-95"
NOT_TESTED = "No published study has used this range of N with a constant format."


@curve("M0", topic="victims", role="null", grade="mixed", example=EXAMPLE,
       citation="Hart, Lane & Chinn 2018, PLOS ONE 13:e0199535; Maier, Wong & Feldman 2023/24, "
       "Collabra 9(1):90203",
       evidence="Large text-based studies found no individual-versus-group difference [V]; none "
       "varied N alone over the essay's range.")
def flat(victims: Array, *, a: float = LEVEL) -> float:
    """The number of victims makes no difference to the response.

    mu(N) = a
    """
    return a


@curve("M1", topic="victims", family="rising", role="rival", grade="untested", example=EXAMPLE,
       citation=f"{SLOVIC} (normative model)",
       evidence="A norm, not a finding; meaningful only on an unbounded scale such as willingness "
       "to pay.")
def linear(
    victims: Array, *, a: float = LEVEL,
    b: float = Slope(0.6 / 800_000, 0.0, 0.6 / 800_000, TO_THE_TOP, "C", unit="per victim",
                     sign=+1),
) -> Array:
    """Every further victim adds the same amount: all lives have the same value.

    mu(N) = a + b N, b > 0
    """
    return a + b * victims


@curve("M2", topic="victims", family="falling_log", role="rival", grade="mixed", example=EXAMPLE,
       citation="Weber-Fechner law; Butts, Lunt, Freling & Gabriel 2019, OBHDP 151:16-33",
       evidence="A meta-analysis finds less helping for groups, but no effect on empathic concern "
       "[V]; the shape over N is untested.")
def log_fade(
    victims: Array, *,
    T: float = Level(1.0, 0.0, 1.0, ONE_VICTIM),
    b: float = Slope(-0.9 / np.log(800_000), -1.0 / np.log(800_000), 0.0,
                     "falls from 1 to the essay's .10 at 800,000", "C", unit="per ln N", sign=-1),
) -> Array:
    """The response falls by the same amount with each doubling of N, without a floor.

    mu(N) = T + b ln N, b < 0
    """
    return T + b * np.log(victims)


@curve("M2n", topic="victims", family="rising", role="rival", grade="mixed", example=EXAMPLE,
       citation="Weber-Fechner law; Soyer & Hogarth 2011, Judgment and Decision Making 6:616",
       evidence="Donations by number of recipients rose at a decreasing rate [V].")
def log_numbing(
    victims: Array, *, a: float = LEVEL,
    b: float = Slope(0.6 / np.log(800_000), 0.0, 0.6 / np.log(800_000), TO_THE_TOP, "C",
                     unit="per ln N", sign=+1),
) -> Array:
    """The response rises by the same amount with each doubling of N (psychic numbing).

    mu(N) = a + b ln N, b > 0
    """
    return a + b * np.log(victims)


@curve("M3", topic="victims", family="rising", role="rival", grade="untested", example=EXAMPLE,
       citation=f"Stevens' power law; {SLOVIC}",
       evidence="We know of no trustworthy published exponent for lives.")
def power(
    victims: Array, *,
    beta: float = Shape(0.15, 0.001, 1.0, "one SD of our prior N(0, .15); an illustration, no "
                        "published exponent", search="log"),
    A: float = Slope(0.13, 0.0, 1.0, "reaches the top of the scale (1) at 800,000 when beta = .15",
                     "C", sign=+1),
) -> Array:
    """The response grows as a power of N, with an exponent below one.

    mu(N) = A N^beta, 0 < beta < 1
    """
    return A * victims**beta


@curve("M4", topic="victims", family="step", role="rival", grade="mixed", example=EXAMPLE,
       citation="Kogut & Ritov 2005, J. Behavioral Decision Making 18:157-167",
       evidence="Found in the original study [V]; a replication with N=1,835 found neither the "
       "single-victim effect nor the interaction [V].")
def singularity_step(victims: Array, *, T: float = TOP, F: float = FLOOR) -> Array:
    """One victim is special; from two on, the number makes no difference.

    mu(N) = F + (T - F) 1[N = 1]
    """
    return F + (T - F) * indicator(victims <= 1)


@curve("M4b", topic="victims", family="step", role="rival", grade="untested", example=EXAMPLE,
       citation="attention limit, subitising range",
       evidence="No published test of a step after the first few victims.")
def capacity_step(
    victims: Array, *, T: float = TOP, F: float = FLOOR,
    K: float = Shape(4.0, 2.0, 10.0, "subitising range; searched at the observed levels from "
                     "2 to 10", unit="victims", search="levels"),
) -> Array:
    """The response is full for as many victims as can be seen without counting; for more, it drops to a floor.

    mu(N) = F + (T - F) 1[N <= K]
    """
    return F + (T - F) * indicator(victims <= K)


@curve("M5", topic="victims", family="decay_to_floor", role="essay", grade="untested",
       citation="the essay's collapse figure (lines 244-253), digitised", evidence=NOT_TESTED,
       example=EXAMPLE)
def exponential_to_floor(
    victims: Array, *, T: float = TOP, F: float = FLOOR,
    lambda_: float = Shape(0.588, 1e-4, 10.0, "reproduces the values read from the essay (1, .60, .12, .10); "
                           "searched from a fade over ten thousand victims to a step after one", "C", unit="per victim", search="log"),
) -> Array:
    """The response drops steeply over the first few victims and then stays at a floor.

    mu(N) = F + (T - F) exp(-lambda (N - 1))
    """
    return F + (T - F) * np.exp(-lambda_ * (victims - 1))


@curve("M6", topic="victims", family="decay_to_floor", role="rival", grade="untested",
       citation='the essay, "diminishing"; F = 0 and kappa = 1 is its line 421, 1/N',
       evidence=NOT_TESTED, example=EXAMPLE)
def hyperbolic_to_floor(
    victims: Array, *, T: float = TOP, F: float = FLOOR,
    kappa: float = Shape(0.8, 1e-4, 1000.0, "gives the essay's .60 at two victims when F = .10",
                         "C", unit="per victim", search="log"),
) -> Array:
    """The response is diluted as N grows, with diminishing losses, down to a floor.

    mu(N) = F + (T - F) / (1 + kappa (N - 1))
    """
    return F + (T - F) / (1 + kappa * (victims - 1))


@curve("M6b", topic="victims", family="decay_to_floor", role="rival", grade="untested",
       citation="generalises the logarithmic fade (beta to 0)", evidence=NOT_TESTED, example=EXAMPLE)
def power_to_floor(
    victims: Array, *, T: float = TOP, F: float = FLOOR,
    beta: float = Shape(0.85, 0.01, 5.0, "gives the essay's .60 at two victims when F = .10", "C",
                        search="log"),
) -> Array:
    """The response falls as a power of N, down to a floor.

    mu(N) = F + (T - F) N^(-beta)
    """
    return F + (T - F) * victims**-beta


@curve("M7", topic="victims", title="inverted U", role="rival", grade="untested", example=EXAMPLE,
       citation=f"{SLOVIC} (model d)",
       evidence="A drawing in a theoretical paper; no published values.")
def inverted_u(
    victims: Array, *,
    top: float = Level(1.0, 0.0, 1.0, "response at the peak, normalised"),
    c: float = Slope(0.9 / np.log(100_000) ** 2, 0.0, 0.1, "falls from 1 at the peak (N = 8) to .10 "
                     "at 800,000", "C", unit="per squared ln N", sign=+1),
    peak: float = Shape(8.0, 1.5, 100_000.0, "illustration; searched inside the essay's range of "
                        "N so that the peak is interior", unit="victims", search="log"),
) -> Array:
    """The response first rises with N and then collapses.

    mu(N) = top - c (ln N - ln N*)^2, c > 0 (the same as a + b x - c x^2, x = ln N)
    """
    from_peak: Array = np.log(victims) - np.log(peak)
    return top - c * from_peak**2

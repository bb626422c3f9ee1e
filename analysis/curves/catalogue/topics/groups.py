"""P0 to P3, P8 to P10: does the sufferer's group matter, and how?

P0 to P3. Three levels are needed, in / out / none: with two, P1 and P2 are the same model.
Balliet, Wu & De Dreu (2014, Psych Bull 140:1556): d=.32 overall, .19 in dictator-type games, .42
with interdependence; discrimination is favouritism rather than derogation [V]. Cikara et al.
(2014, JESP 55:110): out-group antipathy under competition [V].

P8, P8e. Is the fade with N limited to the in-group? Kogut & Ritov (2007): identifying the single
victim matters for the in-group only [M+]. The essay: the two effects are additive.

P9. dose is 0 without treatment, and 1 for a superordinate prime or the number of contact sessions.
One dose closes the proportion 1 - exp(-rho) of the gap (0 none, 1 all of it). Levine et al. (2005, PSPB
31:443): with an inclusive identity as football fans, a fan of the rival team was helped like one of
the own team [V]; the field samples were small. The essay says "slowly, through repeated positive
contact"; Levine's shift took minutes.

P10. Claims about the effect of a coded drug arm (oxytocin) on parochialism. De Dreu et al. (2011, PNAS
108:1262): favouritism and, to a lesser extent, derogation [V]. Zhang et al. (2019, eLife, N=480):
less attack [V]. Marsh et al. (2017, PNAS, N=183): more giving to refugees where xenophobia was low
[V]. Declerck et al. (2020): no effect on trust [V]. Our prior on the interaction is N(0, .15 SD);
curves are drawn at .15. The software does not administer anything: arms are coded 0 and 1.
"""

import numpy as np

from analysis.curves.catalogue import Array, Level, Shape, Slope, Words, crossed, curve, indicator
from analysis.curves.catalogue.topics.victims import NUMBERS

EXAMPLE = crossed(group=["in", "none", "out"])
BY_NUMBER = crossed(victims=NUMBERS, group=["in", "out"])
BY_DRUG = crossed(group=["in", "none", "out"], drug=[0.0, 1.0])

LEVEL = Level(0.0, -10.0, 10.0, "response to an unaffiliated sufferer, set to 0", unit="SD")
D_IN = Slope(0.19, 0.0, 1.0, "Balliet, Wu & De Dreu 2014, dictator-type games (.32 overall, .42 "
             "with interdependence)", "V", unit="SD", sign=+1)
D_OUT = Slope(0.19, 0.0, 1.0, "as d_in, an illustration; the meta-analysis finds favouritism "
              "rather than derogation", unit="SD", sign=+1)
FADE = Slope(-0.05, -1.0, 0.0, "illustration of the sign", unit="SD per ln N", sign=-1)
PRIOR = "one SD of our prior N(0, .15); no trustworthy published value"
G_MORE = Slope(0.15, 0.0, 1.0, PRIOR, unit="SD", sign=+1)
G_LESS = Slope(-0.15, -1.0, 0.0, PRIOR, unit="SD", sign=-1)


@curve("P0", topic="groups", role="null", grade="contradicted", example=EXAMPLE,
       citation="impartial concern; null model",
       evidence="A meta-analysis of group discrimination finds d=.32 [V], so that a large study "
       "without any difference would be a surprise.")
def impartial(group: Words, *, a: float = LEVEL) -> float:
    """The sufferer's group makes no difference.

    mu = a
    """
    return a


@curve("P1", topic="groups", role="rival", grade="supported", example=EXAMPLE,
       citation="Balliet, Wu & De Dreu 2014, Psychological Bulletin 140:1556",
       evidence="Meta-analysis: d=.32, .19 in dictator-type games; favouritism rather than "
       "derogation [V].")
def favouritism(group: Words, *, a: float = LEVEL, d_in: float = D_IN) -> Array:
    """The in-group receives more; the out-group is treated like anyone else.

    mu = a + d_in 1[in], out-group = unaffiliated
    """
    return a + d_in * indicator(group == "in")


@curve("P2", topic="groups", role="rival", grade="mixed", example=EXAMPLE,
       citation="Cikara, Bruneau, Van Bavel & Saxe 2014, JESP 55:110",
       evidence="Out-group antipathy appears under competition [V]; without it the meta-analysis "
       "finds favouritism [V].")
def derogation(group: Words, *, a: float = LEVEL, d_out: float = D_OUT) -> Array:
    """The out-group receives less; the in-group is treated like anyone else.

    mu = a - d_out 1[out], in-group = unaffiliated
    """
    return a - d_out * indicator(group == "out")


@curve("P3", topic="groups", family="both", role="essay", grade="mixed", example=EXAMPLE,
       citation="the essay, parochial compassion",
       evidence="In the meta-analysis, derogation is the less common pattern [V].")
def favouritism_and_derogation(
    group: Words, *, a: float = LEVEL, d_in: float = D_IN, d_out: float = D_OUT,
) -> Array:
    """The in-group receives more and the out-group less than an unaffiliated sufferer.

    mu = a + d_in 1[in] - d_out 1[out]
    """
    return a + d_in * indicator(group == "in") - d_out * indicator(group == "out")


@curve("P8", topic="groups", title="in-group fade", role="rival", grade="mixed", along="victims",
       citation="Kogut & Ritov 2007, OBHDP", evidence="One study, recalled [M+].",
       example=BY_NUMBER)
def in_group_fade(
    group: Words, victims: Array, *, a: float = LEVEL, d_in: float = D_IN, b: float = FADE,
) -> Array:
    """The response falls with the number of victims only for the in-group.

    mu = a + d_in 1[in] + b 1[in] ln N, b < 0
    """
    return a + d_in * indicator(group == "in") + b * indicator(group == "in") * np.log(victims)


@curve("P8e", topic="groups", role="essay", grade="untested", along="victims", example=BY_NUMBER,
       citation="the essay: parochial compassion and collapse as separate limits",
       evidence="We know of no study that crosses group with this range of N.")
def additive_fade(
    group: Words, victims: Array, *, a: float = LEVEL, d_in: float = D_IN, b: float = FADE,
) -> Array:
    """Group and number are additive: the response fades equally for both groups, from a higher level for the in-group.

    mu = a + d_in 1[in] + b ln N, b < 0
    """
    return a + d_in * indicator(group == "in") + b * np.log(victims)


@curve("P9", topic="groups", role="rival", grade="mixed", along="dose",
       citation="Levine, Prosser, Evans & Reicher 2005, PSPB 31:443",
       evidence="Two small field studies in which the boundary moved within minutes [V].",
       example=crossed(dose=np.arange(5.0), group=["in", "out"]))
def recategorisation(
    group: Words, dose: Array, *, a: float = LEVEL,
    gap: float = Slope(0.19, 0.0, 1.0, "Balliet, Wu & De Dreu 2014, dictator-type games", "V",
                       unit="SD", sign=+1),
    rho: float = Shape(float(np.log(2)), 0.01, 10.0, "illustration: one dose halves the gap",
                       unit="per dose", search="log"),
) -> Array:
    """The gap between in-group and others shrinks with each dose of common identity.

    mu = a + gap 1[in] exp(-rho dose)
    """
    return a + gap * indicator(group == "in") * np.exp(-rho * dose)


@curve("P10", topic="groups", family="drug_dual", role="essay", grade="mixed", example=BY_DRUG,
       citation="the essay; De Dreu et al. 2010, Science 328:1408",
       evidence="Weak and partly contradictory replications: less attack (N=480) [V], more giving to "
       "refugees (N=183) [V].")
def drug_draws_the_circle(
    group: Words, drug: Array, *, a: float = LEVEL, d_in: float = D_IN, g_in: float = G_MORE,
    g_out: float = G_LESS,
) -> Array:
    """The drug raises compassion for the in-group and lowers it for all others.

    mu = a + d_in 1[in] + drug (g_in 1[in] + g_out 1[not in]), g_in > 0 > g_out
    """
    inside = indicator(group == "in")
    return a + d_in * inside + drug * (g_in * inside + g_out * (1 - inside))


@curve("P10d", topic="groups", family="drug_favour", role="rival", grade="mixed", example=BY_DRUG,
       citation="De Dreu, Greer, Van Kleef, Shalvi & Handgraaf 2011, PNAS 108:1262",
       evidence="Favouritism and, to a lesser extent, derogation in one series [V].")
def drug_favours_in_group(
    group: Words, drug: Array, *, a: float = LEVEL, d_in: float = D_IN, g_in: float = G_MORE,
) -> Array:
    """The drug raises compassion for the in-group and does not change it for others.

    mu = a + d_in 1[in] + g_in drug 1[in]
    """
    return a + d_in * indicator(group == "in") + g_in * drug * indicator(group == "in")


@curve("P10s", topic="groups", family="drug_salience", role="rival", grade="mixed",
       citation="social salience account; Marsh et al. 2017, PNAS", example=BY_DRUG,
       evidence="More giving to refugees where xenophobia was low (N=183) [V].")
def drug_social_salience(
    group: Words, drug: Array, *, a: float = LEVEL, d_in: float = D_IN, g: float = G_MORE,
) -> Array:
    """The drug raises compassion equally for everyone.

    mu = a + d_in 1[in] + g drug
    """
    return a + d_in * indicator(group == "in") + g * drug


@curve("P10n", topic="groups", role="null", grade="supported", example=BY_DRUG,
       citation="Declerck et al. 2020; Nave, Camerer & McCullough 2015",
       evidence="A registered report found no effect on trust with >95% power [V].")
def drug_null(group: Words, drug: Array, *, a: float = LEVEL, d_in: float = D_IN) -> Array:
    """The drug has no effect; favouritism stays as it is.

    mu = a + d_in 1[in]
    """
    return a + d_in * indicator(group == "in")

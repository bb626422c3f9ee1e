"""Simulated participants, who follow a hypothesis and answer the same screens as real participants."""

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.participants import SimulatedParticipant
from analysis.simulate.population import Population, population, undescribed
from analysis.simulate.run import Simulation, simulate
from analysis.simulate.sessions import sessions

__all__ = [
    "Assumptions",
    "Population",
    "SimulatedParticipant",
    "Simulation",
    "population",
    "sessions",
    "simulate",
    "undescribed",
]

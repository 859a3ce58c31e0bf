"""The sample team of ``chot demo``: a water-filter shop in Saigon with a year of believable work behind it."""

from bot.sample.people import PEOPLE, STRANGER, SamplePerson
from bot.sample.team import Sample, sample_team

__all__ = ["PEOPLE", "STRANGER", "Sample", "SamplePerson", "sample_team"]

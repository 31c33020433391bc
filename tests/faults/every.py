"""Every fault: importing the parts fills the table."""

from tests.faults import browser, clocks, disk, evidence, network, sizes
from tests.faults.table import FAULTS

__all__ = ["FAULTS", "PARTS"]

PARTS = (network, browser, disk, clocks, evidence, sizes)
"""Where the faults stand."""

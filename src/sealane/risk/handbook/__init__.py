"""The public benchmark: the Fraud Detection Handbook's simulated transactions under the book's own protocol.

    table = read_transactions(path)
    result = compete(table, Contest(protocol="7d", seeds=5), tell)

Le Borgne, Siblini, Lebichot, Bontempi: Reproducible Machine Learning for Credit Card Fraud Detection (ULB, 2022).
"""

from sealane.risk.handbook.contest import Contest, Result, Spread, compete
from sealane.risk.handbook.report import BOOK, write_report
from sealane.risk.handbook.table import Transactions, read_transactions

__all__ = ["BOOK", "Contest", "Result", "Spread", "Transactions", "compete", "read_transactions", "write_report"]

"""Cases: what a person has to look into, from the queue to the verdict that later decisions learn from.

    desk = CaseDesk(ReviewTerms())
    desk.open(tx, order, decision)                 # a decision asked for a review, or a chargeback came
    desk.claim(tx, case_id, by="ana")              # lapses after an hour
    desk.close(tx, case_id, Judgement("ana", "fraud"))

`queue` reads the queue, `dossier` everything about one case, `representment` the evidence against a chargeback.
"""

from sealane.risk.cases.case import Case, CaseAct, CaseStage, Judgement, ReviewTerms
from sealane.risk.cases.desk import CaseDesk
from sealane.risk.cases.dossier import Dossier, compile_dossier
from sealane.risk.cases.pack import print_pack
from sealane.risk.cases.queue import CaseFilter, case_of, queue, waiting
from sealane.risk.cases.representment import Representment, represent

__all__ = [
    "Case",
    "CaseAct",
    "CaseDesk",
    "CaseFilter",
    "CaseStage",
    "Dossier",
    "Judgement",
    "Representment",
    "ReviewTerms",
    "case_of",
    "compile_dossier",
    "print_pack",
    "queue",
    "represent",
    "waiting",
]

"""Incidents and their legal clocks: what is due, to whom, by when, with a draft of each report.

    incident = Incident(...); duties = clocks(incident)        every duty, its start, its due time, what it waits for
    draft(incident, "dora", "initial", dossier)               the report's fields, filled where the facts are known

Nothing is ever submitted by the software, and nothing here is legal advice.
"""

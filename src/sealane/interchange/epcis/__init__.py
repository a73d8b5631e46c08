"""EPCIS 2.0 (GS1, JSON-LD): the neutral words for what happens to a parcel, read and written."""

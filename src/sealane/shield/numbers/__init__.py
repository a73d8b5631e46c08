"""Tracking numbers: which carriers' rules a number fits. A fit proves no parcel: one random number in ten fits."""

"""Sharing: one log published by several servers, of which one alone makes checkpoints."""

from sealane.supervision.sharing.board import Board

__all__ = ["Board"]

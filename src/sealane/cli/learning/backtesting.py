"""The verb `sealane risk backtest`: what today's rules and model would have done with the past."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sealane.cli.learning.reading import name_one, need_learning, read_own
from sealane.cli.learning.teaching import OwnFolder
from sealane.cli.terminal.output import AsJson, percent, print_json, print_table, progress, talk
from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.risk import Judged, Learned, Replay, chosen_model, default_policy, facts_only

if TYPE_CHECKING:
    from sealane.risk.backtest.bounds import Bounded
    from sealane.risk.backtest.report import BacktestReport

__all__ = ["backtest"]

DAY_US = 86_400_000_000


def backtest(
    data: Annotated[Path | None, typer.Option(help="The folder with orders.ndjson and events.ndjson.")] = None,
    data_dir: OwnFolder = None,
    engine: Annotated[
        Literal["local", "spark"], typer.Option(help="Where windows are made: DuckDB here, or Apache Spark.")
    ] = "local",
    master: Annotated[
        str,
        typer.Option(
            envvar="SPARK_MASTER", metavar="URL", help="Where Spark runs; a cluster reads the temporary folder."
        ),
    ] = "local[*]",
    model: Annotated[
        str, typer.Option(metavar="FILE", help="Model that judges, or `scorecard` (default: what ships).")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Judge the past by today's policy: hits, frauds among them, good shoppers stopped, and what cannot be known.

    Raises:
        InvalidInput: naming file and line of what cannot be used.
        Misconfigured: when the engine is not installed.
    """
    name_one(data, data_dir)
    need_learning()
    from sealane.risk.backtest.engines import groups_of, read_signals  # noqa: PLC0415 - an extra
    from sealane.risk.backtest.judging import fates_of, judge, traits_of  # noqa: PLC0415 - loaded when it is needed
    from sealane.risk.backtest.report import BacktestReport, report  # noqa: PLC0415 - loaded when it is needed

    policy = default_policy(chosen_model(model))
    replay = Replay(facts_only(), keeps_facts=True)
    learned = read_own(data_dir, replay) if data is None else _read(HistoryFiles(data), replay)
    with progress() as bar:
        task = bar.add_task("Windows", total=groups_of(policy.catalogue))
        sightings = read_signals(replay.facts, policy.catalogue, engine, lambda: bar.advance(task), master=master)
        judgements = judge(sightings, policy)
    traits = traits_of(replay.facts)
    days = (replay.facts[-1].observed_us - replay.facts[0].observed_us) / DAY_US
    parts = report(judgements, traits, fates_of(learned, traits), policy.codes, days)
    made = BacktestReport(engine=engine, ruleset=policy.version, model=policy.model, **parts)
    if as_json:
        print_json(made)
        return
    _tell(made)


def _tell(made: "BacktestReport") -> None:
    """Print the rules and what shoppers and Visa would have seen."""
    rows = [
        (each.code, str(each.hits), str(each.unique_hits), str(each.frauds), _bounds(each.precision))
        for each in sorted(made.rules, key=lambda each: -each.hits)
    ]
    print_table(("rule", "hits", "hit by it alone", "known frauds", "precision"), rows)
    stopped = made.good_shoppers_stopped
    talk(f"Good shoppers stopped: {_range(stopped.low, stopped.high)} (95 %).")
    talk(f"VAMP ratio: {_share(made.vamp_before)} before, {_range(made.vamp_after.low, made.vamp_after.high)} after.")


def _read(files: HistoryFiles, replay: Replay) -> list[Learned]:
    """Return what is learned of the files."""
    with progress() as bar:
        task = bar.add_task("Reading", total=files.size)
        files.on_bytes = lambda count: bar.advance(task, count)
        return [each for each in replay_rows(files.rows(), replay) if isinstance(each, Judged)]


def _bounds(bounded: "Bounded") -> str:
    """Return a share by its bounds."""
    return _range(bounded.if_none, bounded.if_all)


def _share(value: float | None) -> str:
    """Return a share, or a dash."""
    return "-" if value is None else percent(value)


def _range(low: float | None, high: float | None) -> str:
    """Return the range of a share."""
    return f"{_share(low)} to {_share(high)}"

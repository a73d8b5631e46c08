"""`sealane webhook`: endpoints and their deliveries, dead letters and their second chance."""

from typing import Annotated

import typer

from sealane.cli.oversight.reach import ask_json
from sealane.cli.terminal.folder import DataDir
from sealane.cli.terminal.output import AsJson, print_json, print_lines, print_table, talk

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Endpoints for webhooks, their deliveries and dead letters.")

Endpoint = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Id of the endpoint, `hook_...`.")]


@app.command("list")
def list_endpoints(data_dir: DataDir = None, *, as_json: AsJson = False) -> None:
    """List endpoints with how many deliveries wait, arrived and are dead.

    Example: `sealane webhook list`
    """
    found = ask_json(data_dir, "GET", "/v1/endpoints")
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one["endpoint_id"], one["state"], one["scheme"], ",".join(one["kinds"]) or "all",
            str(one["waiting"]), str(one["delivered"]), str(one["dead"]), one["url"],
        )
        for one in found["items"]
    ]  # fmt: skip
    print_table(("endpoint", "state", "scheme", "kinds", "waiting", "delivered", "dead", "url"), rows)


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to send webhooks to, https.")],
    data_dir: DataDir = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="What to tell; can be repeated (default: all).")
    ] = None,
    scheme: Annotated[str, typer.Option("--scheme", help="v1a (Ed25519), v1 (HMAC) or rfc9421.")] = "v1a",
    *,
    as_json: AsJson = False,
) -> None:
    """Register an endpoint of the operator and print what its receiver verifies by, this one time.

    Example: `sealane webhook add https://hooks.shop.example/in --kind order.decided`
    """
    added = ask_json(data_dir, "POST", "/v1/endpoints", {"url": url, "kinds": kind or [], "scheme": scheme})
    if as_json:
        print_json(added)
        return
    print_lines((f"Endpoint     {added['endpoint_id']}", f"Verify with  {added['verify_with']}"))


@app.command()
def remove(endpoint: Endpoint, data_dir: DataDir = None) -> None:
    """Close an endpoint; what waits for it is dropped.

    Example: `sealane webhook remove hook_01kan6...`
    """
    ask_json(data_dir, "DELETE", f"/v1/endpoints/{endpoint}")
    talk("Closed.")


@app.command()
def rotate(
    endpoint: Endpoint,
    data_dir: DataDir = None,
    overlap_hours: Annotated[
        float, typer.Option("--overlap-hours", min=0, max=168, help="How long the old secret goes on signing as well.")
    ] = 24.0,
) -> None:
    """Make a fresh secret and print what the receiver verifies by.

    Example: `sealane webhook rotate hook_01kan6... --overlap-hours 48`
    """
    body = {"overlap_seconds": round(overlap_hours * 3600)}
    print_lines((ask_json(data_dir, "POST", f"/v1/endpoints/{endpoint}/secret", body)["verify_with"],))


@app.command()
def deliveries(
    endpoint: Endpoint,
    data_dir: DataDir = None,
    state: Annotated[str, typer.Option("--state", help="Only these: waiting, delivered or dead.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many to list.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List deliveries to an endpoint, the latest first.

    Example: `sealane webhook deliveries hook_01kan6... --state dead`
    """
    path = f"/v1/endpoints/{endpoint}/deliveries"
    found = ask_json(data_dir, "GET", path, state=state, limit=str(limit))
    if as_json:
        print_json(found)
        return
    rows = [
        (one["delivery_id"], one["state"], str(one["attempts"]), one["kind"], one["order_id"], one["reason"] or "")
        for one in found["items"]
    ]
    print_table(("delivery", "state", "attempts", "kind", "order", "last answer"), rows)


@app.command()
def redeliver(
    name: Annotated[str, typer.Argument(metavar="ID", help="An endpoint, for all its dead letters, or one delivery.")],
    data_dir: DataDir = None,
) -> None:
    """Send dead letters again: all of an endpoint `hook_...`, or one delivery `out_...`.

    Example: `sealane webhook redeliver hook_01kan6...`
    """
    noun = "deliveries" if name.startswith("out_") else "endpoints"
    sent = ask_json(data_dir, "POST", f"/v1/{noun}/{name}/redeliver")["deliveries"]
    talk(f"Sent again: {sent}.")


@app.command()
def resume(endpoint: Endpoint, data_dir: DataDir = None) -> None:
    """Let an endpoint go on that was paused because it answered 410 Gone.

    Example: `sealane webhook resume hook_01kan6...`
    """
    ask_json(data_dir, "POST", f"/v1/endpoints/{endpoint}/resume")
    talk("Active.")

"""How well and how fast the shield answers, by source; every figure of docs/how-to/check-a-message.md comes from here.

    .venv/bin/python bench/shield.py [SHARED_DATA]

`genuine_domains.txt` holds domains of real carriers, posts, shops and firms of like names, written down from memory.

Sources: PhishTank-like and ordinary links of `urls/`, popular and random domains of 2014, text messages of `sms/`, our
own parcel messages. Nothing was tuned on `random`, on the links or on the text messages; `popular` was looked at.
"""

import csv
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sealane.keys.signing import Signer, verify
from sealane.shield import Notice, check, issue, key_id, nothing_known, prepare, verify_notice
from sealane.shield.links.address import parse
from sealane.shield.registry import default_registry

HERE = Path(__file__).resolve()
CORPUS = HERE.parents[1] / "tests" / "unit" / "shield" / "corpus"
OWN = CORPUS / "messages.tsv"
DOMAINS = (
    "dhl.com", "fedex.com", "ups.com", "usps.com", "royalmail.com", "evri.com", "postnl.nl", "correos.es", "inpost.pl",
    "paypal.com", "amazon.com", "canadapost.ca", "auspost.com.au",
)  # fmt: skip
BASE_RATE = 0.0005
NAMES = tuple(name for brand in default_registry().brands.values() for name in brand.names if len(name) >= 4)


def hosts(links: Iterable[str]) -> list[str]:
    """Return each registrable domain once, as the whole host it was seen under."""
    seen: dict[str, str] = {}
    for link in links:
        address = parse(link)
        if address is not None and address.domain:
            seen.setdefault(address.domain, address.host)
    return list(seen.values())


def verdicts(texts: Iterable[str]) -> tuple[Counter[str], list[float]]:
    counted: Counter[str] = Counter()
    spent = []
    for text in texts:
        began = time.thread_time_ns()
        counted[check(text, nothing_known).verdict] += 1
        spent.append((time.thread_time_ns() - began) / 1000)
    return counted, spent


def told(name: str, texts: list[str]) -> float:
    counted, spent = verdicts(texts)
    total = sum(counted.values())
    share = counted["dangerous"] / total
    ordered = sorted(spent)
    print(
        f"{name:44} {total:7} dangerous {share:8.3%}  official {counted['official'] / total:7.3%}  "
        f"mean {statistics.mean(spent):6.0f} us  p99 {ordered[int(0.99 * total)]:6.0f} us"
    )
    return share


def links(data: Path) -> None:
    phish = json.loads((data / "urls" / "data_phishing_37175.json").read_text(encoding="utf-8"))
    legitimate = json.loads((data / "urls" / "data_legitimate_36400.json").read_text(encoding="utf-8"))
    popular = (data / "urls" / "opendns-top-domains.txt").read_text().split()
    chance = (data / "urls" / "opendns-random-domains.txt").read_text().split()
    naming = [host for host in hosts(phish) if any(name in re.sub(r"[-.]", "", host) for name in NAMES)]
    alarms = told("links, ordinary", hosts(legitimate))
    told("domains, popular (looked at while building)", popular)
    told("domains, random (held out)", chance)
    told("links, phishing of any kind", hosts(phish))
    recall = told("links, phishing that names one of our brands", naming)
    precision = recall * BASE_RATE / (recall * BASE_RATE + alarms * (1 - BASE_RATE))
    print(f"precision at a base rate of {BASE_RATE:.2%}: {precision:.1%}")


def text_messages(data: Path) -> None:
    by_label: dict[str, list[str]] = {}
    with (data / "sms" / "clean_5971.csv").open(encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            by_label.setdefault(row["LABEL"].lower(), []).append(row["TEXT"])
    for label, texts in sorted(by_label.items()):
        told(f"text messages, {label}", texts)


def own_messages(path: Path) -> None:
    by_language: dict[str, Counter[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        language, label, text = line.split("\t")
        verdict = check(text, nothing_known).verdict
        by_language.setdefault(language, Counter())[f"{label}/{'alarm' if verdict == 'dangerous' else 'none'}"] += 1
    total: Counter[str] = Counter()
    for language, counted in sorted(by_language.items()):
        total += counted
        score(language, counted)
    score(path.stem, total)


def score(name: str, counted: Counter[str]) -> None:
    hit, missed = counted["scam/alarm"], counted["scam/none"]
    false, quiet = counted["genuine/alarm"], counted["genuine/none"]
    f1 = 2 * hit / (2 * hit + missed + false) if hit else 0.0
    print(f"own messages, {name:4} scams {hit}/{hit + missed}, false alarms {false}/{false + quiet}, F1 {f1:.3f}")


def notices() -> None:
    """Time one notice beside a probe of the same run: the bare signature over as many bytes."""
    signer = Signer.generate()
    keys = {key_id(signer.public_key): signer.public_key}
    token = issue(
        signer, Notice("lamps.example", f"cns_{0:026d}", "fee", 0, 2_000_000_000, link="https://lamps.example/p")
    )
    signed, signature = token.rpartition(".")[0].encode(), signer.sign(token.rpartition(".")[0].encode())
    whole = least(lambda: verify_notice(token, keys, now_us=1_000_000))
    bare = least(lambda: verify(signer.public_key, signature, signed))
    print(f"notice of {len(token)} characters: verified in {whole:.0f} us, {whole / bare:.2f} of the bare signature")


def least(work: Callable[[], object]) -> float:
    """Return the microseconds of the quickest of 200 runs."""
    spent = []
    for _ in range(200):
        began = time.perf_counter_ns()
        work()
        spent.append(time.perf_counter_ns() - began)
    return min(spent) / 1000


def permutations() -> None:
    """Measure what dnstwist makes of thirteen domains, where it is installed; it is no dependency of ours."""
    if find_spec("dnstwist") is None:
        print("dnstwist is not installed, so its permutations were not measured")
        return
    total = found = 0
    for domain in DOMAINS:
        fuzzer = import_module("dnstwist").Fuzzer(domain)
        fuzzer.generate()
        made = [row["domain"] for row in fuzzer.domains if row["fuzzer"] != "*original"]
        hits = verdicts(f"https://{each}/" for each in made)[0]["dangerous"]
        total, found = total + len(made), found + hits
        print(f"dnstwist of {domain:16} {len(made):5} {hits / len(made):.1%}")
    print(f"dnstwist, all {total}: {found / total:.1%}")


def main(data: Path) -> None:
    began = time.perf_counter()
    prepare()
    print(f"first answer after {(time.perf_counter() - began) * 1000:.0f} ms")
    if data.is_dir():
        links(data)
        text_messages(data)
    if OWN.exists():
        told("domains, genuine, from memory", (CORPUS / "genuine_domains.txt").read_text(encoding="utf-8").split())
        own_messages(OWN)
        own_messages(CORPUS / "held_out.tsv")
        own_messages(CORPUS / "world.tsv")
        told("hosts as swindlers choose them, our own", (CORPUS / "scam_hosts.txt").read_text(encoding="utf-8").split())
    permutations()
    notices()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2] / "shared" / "data")

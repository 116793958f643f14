"""octoDNS's share of the work: a record a person in one zone, from YAML to YAML that holds none of them or all."""

import shutil
import subprocess
import sys

from .measuring import Case, bare_environment, fail, run, say

ZONE = "bench.example.com."


def cases_of(people, folder):
    sync = installed(folder)
    env = bare_environment(folder)
    cases = []
    for plan, live in (("all new", 0), ("no change", people)):
        place = folder / plan.replace(" ", "-")
        for side, records in (("wanted", people), ("live", live)):
            (place / side).mkdir(parents=True)
            with open(place / side / f"{ZONE}yaml", "w", encoding="utf-8") as file:
                file.writelines(record(number) for number in range(records))
                if records == 0:
                    file.write("{}\n")
        (place / "config.yaml").write_text(CONFIG.format(place=place), encoding="utf-8")
        case = Case("octoDNS", plan, [sync, "--config-file", place / "config.yaml"], place, env)
        # It ends with 0 whatever it plans.
        told = subprocess.run(case.command, cwd=place, env=env, capture_output=True, text=True).stderr
        if (f"Creates={people - live}," if live == 0 else "No changes were planned") not in told:
            fail(f"octoDNS does not plan {plan}:\n{told[-2000:]}")
        cases.append(case)
    return cases


def record(number):
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return f"r{number:07d}:\n  ttl: 300\n  type: A\n  value: {address}\n"


CONFIG = f"""
manager: {{{{ max_workers: 2 }}}}
providers:
  wanted:
    {{{{ class: octodns.provider.yaml.YamlProvider, directory: "{{place}}/wanted", default_ttl: 3600, enforce_order: true }}}}
  live:
    {{{{ class: octodns.provider.yaml.YamlProvider, directory: "{{place}}/live", default_ttl: 3600, enforce_order: false }}}}
zones:
  {ZONE}: {{{{ sources: [wanted], targets: [live] }}}}
"""


def installed(folder):
    """The one on PATH, else one installed for this run alone."""
    if found := shutil.which("octodns-sync"):
        return found
    say("octoDNS: installing it for this run")
    folder.mkdir(parents=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, capture_output=True)
        subprocess.run([folder / "venv/bin/pip", "install", "--quiet", "octodns"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        fail(f"there is no `octodns-sync` on PATH, and it can't be installed ({problem}): `pip install octodns`, or --only without octodns")
    return folder / "venv/bin/octodns-sync"


def version(sync):
    return run([sync, "--version"]).split()[-1]

"""reconcile's share of the work: worlds made at random, served by a sandbox in another process or saved as snapshots."""

import contextlib
import json
import re
import subprocess

from .measuring import Case, bare_environment, fail, run, say

SERVICES = ("ENTRATA_API_KEY", "BRIVO_API_KEY", "BRIVO_CLIENT_ID", "BRIVO_CLIENT_SECRET", "BRIVO_USERNAME", "BRIVO_PASSWORD")
# The sandbox keeps Entrata's limits unless told not to; Brivo's it does not have. Here nobody waits for either.
NO_LIMITS = "quirks: { entrata: { limits: { getLeases: none, getProperties: none, getPropertyUnits: none } } }\n"
CALLS_A_SECOND = 1_000_000


class Reconcile:
    """The program, and the worlds that it makes for itself."""

    def __init__(self, program):
        self.program = program

    def env(self, folder):
        return bare_environment(folder) | dict.fromkeys(SERVICES, "sandbox")

    def version(self):
        return run([self.program, "--version"]).split()[-1]

    def estate(self, people, folder):
        """A world of so many people without anybody in Brivo, and its manifest."""
        say(f"reconcile: making a world of {people} people")
        folder.mkdir(parents=True)
        empty, manifest = folder / "empty.yaml", folder / "reconcile.yaml"
        generated = run([self.program, "sandbox", "--generate", f"residents={people}"])
        empty.write_text(generated + NO_LIMITS, encoding="utf-8")
        comment = re.search(r"^# A manifest for it:\n#\n((?:#.*\n)*)", generated, re.MULTILINE)
        lines = comment[1].replace("brivo: {", f"brivo: {{ calls_per_second: {CALLS_A_SECOND},")
        manifest.write_text(re.sub(r"^#   ", "", lines, flags=re.MULTILINE), encoding="utf-8")
        return empty, manifest

    def furnish(self, empty, manifest, *source):
        """The same world with everybody in its Brivo whom an apply would put there."""
        folder = empty.parent
        full, plan = folder / "full.yaml", folder / "plan.json"
        run([self.program, "--diff", "-q", *source, "--out", plan, manifest], cwd=folder, env=self.env(folder))
        world = empty.read_text(encoding="utf-8").removesuffix(NO_LIMITS).replace("\n  users: []\n", "\n  users:\n")
        with open(full, "w", encoding="utf-8") as file:
            file.write(world)
            for change in changes(plan):
                file.write(f"  - {json.dumps(user(change))}\n")
            file.write(NO_LIMITS)
        plan.unlink()
        return full

    def cases(self, people, folder, open_sandboxes):
        """Plans over HTTP."""
        empty, manifest = self.estate(people, folder)
        full = self.furnish(empty, manifest, "--sandbox", empty)
        env = self.env(folder)
        as_of = re.search(r'^as_of: "(.*)"$', empty.read_text(encoding="utf-8"), re.MULTILINE)[1]
        cases = []
        for plan, world, cache in (
            ("all new", empty, None),
            ("no change, everything read", full, None),
            ("no change, warm cache", full, folder / "cache"),
        ):
            served = open_sandboxes.enter_context(serve(self.program, world))
            there = folder / f"{len(cases)}.yaml"
            there.write_text(manifest_at(manifest.read_text(encoding="utf-8"), served), encoding="utf-8")
            diff = [self.program, "--diff", "-q", "--as-of", as_of, *(["--cache", cache] if cache else []), there]
            if cache:
                run(diff, cwd=folder, env=env)
            found = json.loads(run([*diff, "--format", "json"], cwd=folder, env=env))
            check(plan, found["summary"])
            ends = 2 if plan == "all new" else 0
            cases.append(Case("reconcile", plan, [*diff, "--detailed-exitcode"], folder, env, ends, found["calls"]["brivo"]))
        return cases

    def growth(self, people, folder):
        """A plan of all-new and one without change, from what was saved of worlds of this size."""
        empty, manifest = self.estate(people, folder)
        new = self.save(empty, manifest, folder / "all-new")
        full = self.furnish(empty, manifest, "--snapshot", new)
        empty.unlink()
        there = self.save(full, manifest, folder / "no-change")
        full.unlink()
        diff = [self.program, "--diff", "-q", "--detailed-exitcode"]
        return [
            Case("reconcile", plan, [*diff, "--snapshot", saved, manifest], folder, self.env(folder), ends)
            for plan, saved, ends in (("all new", new, 2), ("no change", there, 0))
        ]

    def save(self, world, manifest, saved):
        say(f"reconcile: saving {saved.name}")
        folder = world.parent
        run([self.program, "snapshot", "-q", "--sandbox", world, "--out", saved, manifest], cwd=folder, env=self.env(folder))
        return saved

    def start(self, folder, quickstart):
        env = self.env(folder)
        return [
            Case("reconcile", "--help", [self.program, "--help"], folder, env),
            Case("reconcile", "validate", [self.program, "validate", quickstart], folder, env),
        ]


@contextlib.contextmanager
def serve(program, world):
    """A sandbox in a process of its own."""
    process = subprocess.Popen([program, "sandbox", world], stdout=subprocess.PIPE, text=True)
    try:
        ready = process.stdout.readline()
        yield json.loads(ready) if ready else fail("the sandbox did not start")
    finally:
        process.terminate()
        process.wait()


def manifest_at(manifest, served):
    manifest = re.sub(r'^entrata: .*$', f'entrata: {{ url: "{served["entrata_url"]}" }}', manifest, flags=re.MULTILINE)
    addresses = f'brivo: {{ api_url: "{served["brivo_api_url"]}", auth_url: "{served["brivo_auth_url"]}",'
    return manifest.replace("brivo: {", addresses)


def changes(path):
    """The changes of a saved plan one after the other: all at once would be many times the file."""
    decoder, kept, in_list = json.JSONDecoder(), "", False
    with open(path, encoding="utf-8") as file:
        while piece := file.read(1 << 20):
            kept += piece
            if not in_list:
                head = re.search(r'"changes":\s*\[', kept)
                if not head:
                    continue
                kept, in_list = kept[head.end():], True
            at = 0
            while True:
                at = next((place for place in range(at, len(kept)) if kept[place] not in " \n,"), len(kept))
                if at == len(kept):
                    break
                if kept[at] == "]":
                    return
                try:
                    change, at = decoder.raw_decode(kept, at)
                except json.JSONDecodeError:
                    break
                yield change
            kept = kept[at:]


def user(change):
    """The user whom an apply of this change would make, as a world writes it."""
    after = change["after"]
    found = {
        "external_id": change["external_id"], "first": after["first_name"], "middle": after["middle_name"],
        "last": after["last_name"], "emails": after["emails"], "phones": after["phones"],
        "from": after["effective_from"], "to": after["effective_to"], "groups": [group["name"] for group in after["groups"]],
    }
    return {key: value for key, value in found.items() if value is not None}


def check(plan, summary):
    """Whether the work is the one that the table speaks of."""
    counts = {kind: summary[kind] for kind in ("create", "update", "revoke", "delete")}
    made = counts.pop("create")
    if any(counts.values()) or (made == 0) == (plan == "all new") or (plan != "all new" and not summary["unchanged"]):
        fail(f"the plan of {plan} is not what it should be: {summary}")

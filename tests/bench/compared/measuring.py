"""Commands: run, or measured."""

import os
import statistics
import subprocess
import sys
import tempfile

# Runs a command and tells what it took. A process counts the memory of whoever started it as its own until it has become another program,
# so this is a small one that has nothing else to hold.
STOPWATCH = """
import os, sys, time
nothing = os.open(os.devnull, os.O_RDWR)
begun = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1)])
_, status, used = os.wait4(child, 0)
took = time.perf_counter() - begun
print(os.waitstatus_to_exitcode(status), took, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"compare: {text}")


def run(command, **options):
    """Runs a command that must succeed, and returns what it printed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        fail(f"`{' '.join(map(str, command))}` ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Case:
    """A command that is measured, as it stands in the table; `ends` is the exit that shows that its work was the one meant."""

    def __init__(self, program, plan, command, cwd, env, ends=0, calls=""):
        self.program, self.plan, self.cwd, self.env = program, plan, cwd, env
        self.command = [str(word) for word in command]
        self.ends, self.calls = ends, calls
        self.tries = []

    def measure(self):
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            watch = [sys.executable, "-I", "-S", "-c", STOPWATCH, *self.command]
            watched = subprocess.run(watch, cwd=self.cwd, env=self.env, stdout=subprocess.PIPE, stderr=said, text=True)
            status, *figures = watched.stdout.split() or ["no start"]
            if status != str(self.ends):
                said.seek(0)
                fail(f"`{' '.join(self.command)}` ended with {status}, not with {self.ends}:\n{said.read()[-2000:]}")
        wall, busy, peak = figures
        self.tries.append((float(wall), float(busy), int(peak)))
        return self

    @property
    def wall(self):
        """Seconds by the clock on the wall, median."""
        return statistics.median(wall for wall, _, _ in self.tries)

    @property
    def busy(self):
        """Seconds of a core, median."""
        return statistics.median(busy for _, busy, _ in self.tries)

    @property
    def peak(self):
        """Bytes of memory, the most of all tries."""
        return max(peak for _, _, peak in self.tries)


def bare_environment(folder):
    """Nothing of the user's own settings."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "NO_COLOR": "1"}

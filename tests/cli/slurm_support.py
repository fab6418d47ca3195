"""A Slurm of one machine: munged, slurmctld, slurmd in a folder of their own, on free ports, as who runs the tests."""

import getpass
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

INSTALL = "scripts/setup.sh --slurm installs it"
SECONDS_AT_MOST = 600  # only ends what hangs
SEARCHED = f"{os.environ['PATH']}:/usr/sbin:/sbin"
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL"}

# The node claims to be larger than this machine may be, so that jobs are given what the scripts ask for.
# cred_expire is how long a job that was put back in the queue waits.
CONFIGURATION = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=10
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
KillWait=2
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs=64 RealMemory=256000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def need(program):
    found = shutil.which(program, path=SEARCHED)
    if not found:
        pytest.skip(f"{program} is not installed; {INSTALL}")
    return found


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Slurm:
    def __init__(self):
        programs = [need(name) for name in ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "scancel", "sinfo")]
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # sockets have short names, and munged wants own folders
        self.daemons = []
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": SEARCHED}
        for name in [name for name in self.environment if re.match("(SLURM_(?!CONF)|SBATCH_|SPECBRIDGE_SBATCH)", name)]:
            del self.environment[name]
        for name, mode in (("munge", 0o711), ("state", 0o700), ("spool", 0o755)):
            (self.folder / name).mkdir(mode)
        self.folder.chmod(0o755)
        self.start_munge(programs[0])
        controller_port, node_port = free_ports(2)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname().split(".")[0], controller_port=controller_port, node_port=node_port,
            user=getpass.getuser(), folder=self.folder))
        self.start(programs[1], "-D")
        self.start(programs[2], "-D")

    def start(self, program, *options):
        with open(self.folder / f"{Path(program).name}.log", "wb") as log:
            self.daemons.append(subprocess.Popen([program, *map(str, options)], env=self.environment, stdout=log,
                                                 stderr=log, cwd=self.folder))

    def start_munge(self, program):
        place = self.folder / "munge"
        (place / "key").write_bytes(os.urandom(128))
        (place / "key").chmod(0o400)
        self.start(program, "--foreground", *(f"--{option}={place / name}" for option, name in (
            ("socket", "socket"), ("key-file", "key"), ("pid-file", "pid"), ("seed-file", "seed"),
            ("log-file", "log"))))

    def await_node(self):
        """@returns why the node does not take jobs, if so"""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(daemon.poll() is not None for daemon in self.daemons):
                break
            if self.call("sinfo", "-h", "-o", "%t").stdout.strip() == "idle":
                return None
            time.sleep(0.2)
        last = [log.read_text(errors="replace").splitlines()[-1:] for log in sorted(self.folder.glob("*.log"))]
        return " / ".join(line for lines in last for line in lines)

    def call(self, *command, **more):
        return subprocess.run([*map(str, command)], env={**self.environment, **more}, capture_output=True, text=True,
                              timeout=SECONDS_AT_MOST)

    def succeed(self, *command, **more):
        done = self.call(*command, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tasks(self, job):
        """What Slurm knows of the tasks of a job: fields by the number of the task, 0 where it is no array."""
        found = {}
        for line in self.succeed("scontrol", "show", "job", "-o", job).splitlines():
            fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
            numbers = fields.get("ArrayTaskId", "0")
            first, _, last = numbers.partition("-")
            for number in range(int(first), int(last or first) + 1) if first.isdigit() else []:
                found[number] = fields
        return found

    def states(self, *jobs):
        """[states by number of the task] of each job."""
        return [{number: fields["JobState"] for number, fields in self.tasks(job).items()} for job in jobs]

    def wait(self, *jobs):
        """How the tasks of all jobs ended."""
        wait_until(lambda: all(states and set(states.values()) <= ENDED for states in self.states(*jobs)))
        return self.states(*jobs)

    def stop(self):
        try:
            if len(self.daemons) == 3 and all(daemon.poll() is None for daemon in self.daemons):
                self.call("scancel", "--user", getpass.getuser())
                deadline = time.monotonic() + 30
                while self.call("squeue", "-h").stdout.strip() and time.monotonic() < deadline:
                    time.sleep(0.2)
        finally:
            for daemon in reversed(self.daemons):
                daemon.terminate()
            for daemon in self.daemons:
                try:
                    daemon.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    daemon.kill()
                    daemon.wait()
            shutil.rmtree(self.folder, ignore_errors=True)


def wait_until(holds):
    """For what takes seconds, and costs something to ask."""
    deadline = time.monotonic() + SECONDS_AT_MOST
    while not holds():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.3)


def start_slurm():
    slurm = Slurm()
    reason = slurm.await_node()
    if reason is not None:
        slurm.stop()
        pytest.skip(f"Slurm does not start here: {reason}")
    return slurm

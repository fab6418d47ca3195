"""A wheel of a program: it fits any Python 3 of the platform that scripts/package.sh found the program to need."""

import os

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel


class ProgramDistribution(Distribution):
    """Holds machine code, though setuptools compiles none."""

    def has_ext_modules(self) -> bool:
        return True


class ProgramWheel(bdist_wheel):
    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", os.environ["SPECBRIDGE_PLATFORM"]


setup(distclass=ProgramDistribution, cmdclass={"bdist_wheel": ProgramWheel})

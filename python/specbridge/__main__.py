"""python3 -m specbridge: the program."""

from specbridge._program import main

main()

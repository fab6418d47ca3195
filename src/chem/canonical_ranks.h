#pragma once

// RDKit's ranking of atoms; its header does not guard itself against being included twice.
#include <GraphMol/new_canon.h>

#include "chem/drawing.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>

#include "chem/parsing.h"
#include "specbridge/error.h"

namespace specbridge {

std::string draw_svg(const Molecule& molecule, int width, int height) {
  auto parsed = parse_smiles(molecule.smiles());
  if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
    throw ArtifactError(rejection->message);
  }
  constexpr int kOnePanel = -1;
  constexpr bool kLettersAsText = true;  // RDKit's "no FreeType": smaller, and to be searched for
  RDKit::MolDraw2DSVG drawer(width, height, kOnePanel, kOnePanel, kLettersAsText);
  drawer.drawOptions().clearBackground = false;
  drawer.drawMolecule(*std::get<MolPtr>(parsed));
  drawer.finishDrawing();
  const std::string text = drawer.getDrawingText();
  const auto start = text.find("<svg");
  return start == std::string::npos ? text : text.substr(start);
}

}  // namespace specbridge

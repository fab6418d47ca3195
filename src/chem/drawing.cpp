#include "chem/drawing.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>

#include "chem/parsing.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

const RDKit::DrawColour kMarked(0.60, 0.78, 0.95);

}  // namespace

std::string draw_svg(const Molecule& molecule, int width, int height) {
  return draw_svg(molecule, width, height, {});
}

std::string draw_svg(const Molecule& molecule, int width, int height,
                     const std::vector<int>& marked) {
  auto parsed = parse_smiles(molecule.smiles());
  if (const auto* rejection = std::get_if<Rejection>(&parsed)) {
    throw ArtifactError(rejection->message);
  }
  constexpr int kOnePanel = -1;
  constexpr bool kLettersAsText = true;  // RDKit's "no FreeType": smaller, and to be searched for
  RDKit::MolDraw2DSVG drawer(width, height, kOnePanel, kOnePanel, kLettersAsText);
  drawer.drawOptions().clearBackground = false;
  drawer.drawOptions().highlightColour = kMarked;
  drawer.drawMolecule(*std::get<MolPtr>(parsed), marked.empty() ? nullptr : &marked);
  drawer.finishDrawing();
  const std::string text = drawer.getDrawingText();
  const auto start = text.find("<svg");
  return start == std::string::npos ? text : text.substr(start);
}

}  // namespace specbridge

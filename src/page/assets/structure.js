"use strict";
// Draws a structure from what the program laid out: atoms [x, y, ...] in hundredths, y upwards; labels [[atom, symbol,
// hydrogens, charge, isotope, unpaired electrons]]; bonds [atom, atom, order, ...].

const kBond = 150;  // the length of one

// Places of atoms; each but the first is given as the way from the one before it.
function placesOf(ways) {
  const places = ways.slice(0, 2);
  for (let i = 2; i < ways.length; i++) places.push(places[i - 2] + ways[i]);
  return places;
}

// Atoms with their neighbours.
function atomsOf(structure) {
  const atoms = [];
  for (let i = 0; i < structure.atoms.length; i += 2) {
    atoms.push({x: structure.atoms[i], y: -structure.atoms[i + 1], near: [], label: null});
  }
  for (const label of structure.labels) atoms[label[0]].label = label;
  for (let i = 0; i < structure.bonds.length; i += 3) {
    const [a, b] = structure.bonds.slice(i, i + 2);
    atoms[a].near.push(atoms[b]);
    atoms[b].near.push(atoms[a]);
  }
  return atoms;
}

// The ends of a bond, drawn back from labels.
function endsOf(a, b) {
  const dx = b.x - a.x, dy = b.y - a.y, length = Math.hypot(dx, dy) || 1;
  const gap = (atom) => atom.label ? 38 / length : 0;
  return [a.x + dx * gap(a), a.y + dy * gap(a), b.x - dx * gap(b), b.y - dy * gap(b)];
}

// On which side of a bond its other neighbours lie: 1, -1, or 0 where neither is meant.
function sideOf(a, b) {
  if (a.near.length === 1 || b.near.length === 1) {
    const inner = a.near.length === 1 ? b : a;
    if (inner.near.length !== 2) return 0;
  }
  let sum = 0;
  for (const other of [...a.near, ...b.near]) {
    if (other === a || other === b) continue;
    sum += Math.sign((b.x - a.x) * (other.y - a.y) - (b.y - a.y) * (other.x - a.x));
  }
  return Math.sign(sum) || 1;
}

function bondLines(a, b, order) {
  const [x1, y1, x2, y2] = endsOf(a, b), length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const nx = -(y2 - y1) / length, ny = (x2 - x1) / length;
  const line = (offset, cut) => {
    const cx = (x2 - x1) * cut, cy = (y2 - y1) * cut;
    const [dx, dy] = [nx * offset, ny * offset];
    return svgElement("line", {class: "bond", x1: (x1 + dx + cx).toFixed(1), y1: (y1 + dy + cy).toFixed(1),
                               x2: (x2 + dx - cx).toFixed(1), y2: (y2 + dy - cy).toFixed(1)});
  };
  if (order === 3) return [line(0, 0), line(24, 0), line(-24, 0)];
  if (order !== 2) return [line(0, 0)];
  const side = sideOf(a, b);
  return side === 0 ? [line(13, 0), line(-13, 0)] : [line(0, 0), line(26 * side, 0.12)];
}

function labelTexts(atom) {
  const [, symbol, hydrogens, charge, isotope, radicals] = atom.label;
  const toRight = atom.near.reduce((sum, other) => sum + other.x - atom.x, 0);
  const left = atom.near.length > 0 && toRight > kBond * 0.35, y = atom.y + 24;
  const text = (x, anchor, words, small, rise) =>
    svgElement("text", {class: small ? "label small" : "label", x, y: y + (rise || 0), "text-anchor": anchor}, words);
  const half = symbol.length > 1 ? 40 : 26;
  const texts = [text(atom.x, "middle", symbol)];
  let right = atom.x + half;
  if (hydrogens > 0) {
    const number = hydrogens > 1 ? String(hydrogens) : "";
    if (left) {
      const room = 26 * number.length;
      if (number) texts.push(text(atom.x - half, "end", number, true, 18));
      texts.push(text(atom.x - half - room, "end", "H"));
    } else {
      texts.push(text(right, "start", "H"));
      right += 50;
      if (number) texts.push(text(right, "start", number, true, 18));
      right += 26 * number.length;
    }
  }
  const sign = charge === 0 ? "" : (Math.abs(charge) > 1 ? Math.abs(charge) : "") + (charge > 0 ? "+" : "−");
  if (sign || radicals) texts.push(text(right, "start", sign + "•".repeat(radicals), true, -32));
  if (isotope) texts.push(text(atom.x - half, "end", String(isotope), true, -32));
  return texts;
}

// @param marked positions of atoms that are marked, with the bonds between them
// @param words what the drawing shows, for who cannot see it
function drawStructure(structure, marked, words, style) {
  const atoms = atomsOf(structure), of = new Set(marked);
  const xs = atoms.map((atom) => atom.x), ys = atoms.map((atom) => atom.y), room = 110;
  const low = [Math.min(...xs) - room, Math.min(...ys) - room];
  const wide = Math.max(...xs) + room - low[0], high = Math.max(...ys) + room - low[1];
  // Small molecules are not blown up.
  const w = Math.max(wide, 1000), h = Math.max(high, 700);
  const svg = svgElement("svg", {class: "structure " + (style || ""), role: "img", "aria-label": words,
    viewBox: `${low[0] - (w - wide) / 2} ${low[1] - (h - high) / 2} ${w} ${h}`});
  const under = svgElement("g"), bonds = svgElement("g"), labels = svgElement("g");
  for (let i = 0; i < structure.bonds.length; i += 3) {
    const [a, b, order] = structure.bonds.slice(i, i + 3);
    bonds.append(...bondLines(atoms[a], atoms[b], order));
    if (of.has(a) && of.has(b)) {
      under.append(svgElement("line", {class: "mark", x1: atoms[a].x, y1: atoms[a].y, x2: atoms[b].x, y2: atoms[b].y}));
    }
  }
  for (const {x, y} of marked.map((place) => atoms[place])) {
    under.append(svgElement("circle", {class: "mark", cx: x, cy: y, r: 44}));
  }
  for (const atom of atoms) if (atom.label) labels.append(...labelTexts(atom));
  svg.append(under, bonds, labels);
  return svg;
}

"use strict";
// What the page of a search reads: its data, and what words and identifiers in them mean.

// Where the page finds its data: they stand in it, what is of one query in compressed blocks.
function embeddedSource() {
  const data = JSON.parse(byId("data").textContent);
  const blocks = document.querySelectorAll("script.block"), read = new Map();
  const detail = async (place) => {
    const block = Math.floor(place / data.in_block);
    if (!read.has(block)) read.set(block, unpack(blocks[block].textContent));
    return detailOf(await read.get(block), place % data.in_block);
  };
  return {run: data.run, queries: data.queries, detail};
}

// A query of a block, which has its queries part by part: peaks [[m/z, share of the largest, use]], answers {cells,
// message, structure, explained [peaks, of peaks, intensity], ions [[place of the peak, formula, atoms, cut bonds, ppm,
// contribution]], beside: null or the library spectrum {name, peaks [[m/z, share, in the query]], inIt: which peaks of
// the query it has}}; of what the other has, 1 is at the same m/z, 2 shifted as the precursors are.
function detailOf(block, at) {
  const part = (name) => block[name][at];
  const rows = (names) => part(names[0]).map((_, i) => names.map((name) => part(name)[i]));
  const answers = rows(["cells", "message", "explained", "atoms", "labels", "bonds", "place", "ion", "fragment", "cut",
    "ppm", "adds"]).map(([cells, message, explained, atoms, labels, bonds, ...ions]) => ({cells, message, explained,
      structure: atoms.length > 0 ? {labels, bonds, atoms: placesOf(atoms)} : null,
      ions: explained && ions[0].map((_, i) => ions.map((column) => column[i]))}));
  const besides = rows(["beside", "beside_mz", "beside_intensity", "beside_in_query", "in_beside"]);
  besides.forEach(([name, mz, share, inQuery, inIt], i) => {
    answers[i].beside = name === "" ? null : {name, peaks: mz.map((_, j) => [mz[j], share[j], inQuery[j]]), inIt};
  });
  return {peaks: rows(["mz", "intensity", "use"]), answers};
}

// Pages of other collections, by what their identifiers look like.
const collections = [
  [/^CHEBI:(\d+)$/i, "ChEBI", (m) => `https://www.ebi.ac.uk/chebi/searchId.do?chebiId=CHEBI:${m[1]}`],
  [/^(HMDB\d{5,})$/i, "HMDB", (m) => `https://hmdb.ca/metabolites/${m[1]}`],
  [/^(DTXSID\d+)$/i, "CompTox", (m) => `https://comptox.epa.gov/dashboard/chemical/details/${m[1]}`],
  [/^(LM[A-Z]{2}\d{6,})$/, "LIPID MAPS", (m) => `https://www.lipidmaps.org/databases/lmsd/${m[1]}`],
  [/^(CHEMBL\d+)$/i, "ChEMBL", (m) => `https://www.ebi.ac.uk/chembl/explore/compound/${m[1]}`],
  [/^(C\d{5})$/, "KEGG", (m) => `https://www.genome.jp/entry/${m[1]}`],
  [/^(CNP\d{7}(?:\.\d+)?)$/, "COCONUT", (m) => `https://coconut.naturalproducts.net/compounds/${m[1]}`],
  [/^(MSBNK-[\w-]+)$/, "MassBank", (m) => `https://massbank.eu/MassBank/RecordDisplay?id=${m[1]}`],
  [/^CID[:_ ]?(\d+)$/i, "PubChem", (m) => `https://pubchem.ncbi.nlm.nih.gov/compound/${m[1]}`],
];

function linksOf(id, key) {
  const links = [];
  for (const [pattern, name, address] of collections) {
    const match = pattern.exec(id);
    if (match) links.push([name, address(match)]);
  }
  if (key) links.push(["search PubChem", `https://pubchem.ncbi.nlm.nih.gov/#query=${encodeURIComponent(key)}`]);
  return links.map(([name, address]) => {
    const link = element("a", name);
    Object.assign(link, {href: address, rel: "noreferrer", target: "_blank"});
    return link;
  });
}

// Digits of m/z that are written: none where they are whole, or are compared with whole ones.
const mzDigits = (mzs, beside) => [mzs, (beside?.peaks || []).map(([mz]) => mz)].some((one) => one.length > 0 &&
  one.every(Number.isInteger)) ? 0 : 4;

const fileName = (path) => path.split("/").pop();

// What statuses mean, for who does not know the words of the table.
const statusWords = {ok: "answered", merged: "answered with its feature", empty_window: "no candidate",
  no_precursor: "no precursor m/z", no_peaks: "no peaks", unknown_adduct: "unknown adduct", no_formula: "no formula",
  no_structure: "no structure", no_pool: "no pool", empty_pool: "empty pool", bad_structure: "bad structure",
  bad_record: "bad record", not_ms2: "not MS2"};

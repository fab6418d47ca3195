"use strict";
// Draws the page from the report that stands in it. Text from files is set as text, never as HTML.
const report = JSON.parse(document.getElementById("report").textContent);
const examples = JSON.parse(document.getElementById("examples").textContent);
const evaluation = JSON.parse(document.getElementById("evaluation").textContent);

// Colours of the style, as they are now: light or dark.
let colors = {};
function readColors() {
  const style = getComputedStyle(document.documentElement), of = (name) => style.getPropertyValue(name).trim();
  colors = {main: of("--main"), other: of("--other"), third: of("--third"), soft: of("--fourth"), ink: of("--ink"),
            grid: of("--grid")};
  Chart.defaults.color = colors.ink;
  Chart.defaults.borderColor = colors.grid;
}

const range = (interval, scale, digits) =>
  known(interval) ? "[" + (scale * interval[0]).toFixed(digits) + ", " + (scale * interval[1]).toFixed(digits) + "]" : "";

const cutoffs = Object.keys(report.recall).map(Number).sort((a, b) => a - b);
const controls = Object.entries(report.controls);

// How figures are written: factor and digits of intervals, text of values.
const asShare = {scale: 100, digits: 1, show: percent}, asFraction = {scale: 1, digits: 3, show: plain};
const asDistance = {scale: 1, digits: 2, show: (value) => known(value) ? value.toFixed(2) : ""};

function figureRow(name, value, interval, macro, macroInterval, {scale, digits, show}) {
  const of = (levels, level) => range(levels && levels[level], scale, digits);
  return [name, {text: show(value), style: "strong"}, of(interval, "95"), of(interval, "99.9"), show(macro),
          of(macroInterval, "95")];
}

function showFigures() {
  const head = ["", "model", "95 %", "99.9 %", "over molecules", "95 %"];
  const intervals = report.intervals, macro = intervals.macro;
  const rows = cutoffs.map((k) => figureRow("Recall@" + k, report.recall[k], intervals.recall[k], report.macro.recall[k],
    macro.recall[k], asShare));
  rows.push(figureRow("MRR", report.mrr, intervals.mrr, report.macro.mrr, macro.mrr, asFraction));
  const extra = new Array(head.length - 2).fill("");
  rows.push(["Median rank", {text: known(report.median_rank) ? String(report.median_rank) : "a miss", style: "strong"},
             ...extra]);
  if (known(report.tanimoto_at_1.mean)) {
    rows.push(figureRow("Tanimoto@1", report.tanimoto_at_1.mean, intervals.tanimoto_at_1, report.macro.tanimoto_at_1,
      macro.tanimoto_at_1, asFraction));
  }
  if (known(report.tanimoto_at_1.mean_on_misses)) {
    rows.push(["Tanimoto@1 on misses", {text: plain(report.tanimoto_at_1.mean_on_misses), style: "strong"}, ...extra]);
  }
  if (report.mces_at_1 && known(report.mces_at_1.mean)) {
    rows.push(figureRow("MCES@1", report.mces_at_1.mean, intervals.mces_at_1, report.macro.mces_at_1,
      macro.mces_at_1, asDistance));
    rows.push(figureRow("MCES@1 on misses", report.mces_at_1.mean_on_misses, intervals.mces_at_1_on_misses,
      report.macro.mces_at_1_on_misses, macro.mces_at_1_on_misses, asDistance));
  }
  fillTable(byId("figures"), "Figures with their intervals", head, rows);
}

// What a control is, for who does not know its short name.
const controlWords = {zeroed: "peaks with intensity 0", flat: "all peaks equally intense", precursor: "no peaks but the precursor",
  swapped: "another molecule's spectrum", isomer: "an isomer's spectrum, where one was measured",
  mean: "no spectrum: nearness to the mean molecule",
  nearest_training: "no spectrum: nearness to the nearest training molecule",
  untold: "the spectrum; a decoder is not told that the truth is a candidate",
  prior: "no spectrum: fitted nearness to the training", prior_and_model: "fitted nearness and the model"};

// The same candidates ranked without what the model is to read; a figure is worth what it is above these.
function showControls() {
  const row = (name, words, run, style) => [name, {text: words, style: "text"},
    ...cutoffs.map((k) => ({text: percent(run.recall[k]), style})), {text: plain(run.mrr), style}];
  fillTable(byId("controls"), "The model beside its controls", ["", {text: "What it is ranked by", style: "text"}, ...cutoffs.map((k) => "Recall@" + k), "MRR"], [
    row("the model", "", report, "strong"), row("random order", "exact expectation", report.random),
    ...controls.map(([name, run]) => row(name.replaceAll("_", " "), controlWords[name] || "", run))]);
}

// Whether the stated probability that a first answer is right can be believed.
function showCertainty() {
  const certainty = report.certainty;
  if (!certainty) return;
  byId("certainty").hidden = false;
  const parts = [["all truths among the candidates", certainty.all_present, colors.soft],
    [`${Math.round(100 * certainty.some_absent.absent)} % of truths absent`, certainty.some_absent, colors.main]];
  const wrong = ({answers, wrong, max_q: limit, wrong_share_95: interval}) => answers === 0 ? `none has q ≤ ${limit}` :
    `${count(wrong)} of ${count(answers)} ${range(interval, 100, 1)} %`;
  fillTable(byId("certainty-table"), "The probability of first answers", ["", ...parts.map(([name]) => name)], [
    ["First answers that are right", ...parts.map(([, part]) => percent(part.right))],
    ["Expected error of the probability (ECE)", ...parts.map(([, part]) => plain(part.expected_error))],
    ["Risk over coverage (AURC), by probability", ...parts.map(([, part]) => plain(part.aurc))],
    ["the same by the margin alone", ...parts.map(([, part]) => plain(part.aurc_by_margin))],
    ["Wrong among the accepted, q ≤ " + certainty.all_present.accepted.max_q,
     ...parts.map(([, part]) => wrong(part.accepted))],
    ["Absent truths told from present ones (AUROC)", "", plain(certainty.auroc_absent)],
    ["the same by the margin alone", "", plain(certainty.auroc_absent_by_margin)],
    ["Queries that have no candidate but their truth", "", count(certainty.truth_alone)]]);
  addChart(byId("certainty-chart"), "Share of right answers", lineChart([
    line("as stated", [{x: 0, y: 0}, {x: 1, y: 1}], colors.soft, {borderDash: [5, 4]}),
    ...parts.map(([name, part, color]) => line(name, part.reliability.filter((bin) => bin.answers > 0)
      .map((bin) => ({x: bin.stated, y: bin.right})), color, {pointRadius: 3, pointStyle: "circle"})),
  ], Object.assign(share("stated probability"), {type: "linear"}), share("right")), "Of answers in ten bins of probability.");
}

function showText() {
  const pools = report.pools;
  byId("summary").textContent = `${spectra(report.queries)} of ${counted(report.macro.molecules, "molecule")}, ` +
    `${count(report.evaluated)} ranked; pools of ${pools.mean.toFixed(1)} structures on average (median ${pools.median}, ` +
    `largest ${count(pools.max)}).`;
  const rules = report.rules, ties = report.ties;
  byId("rules").textContent = `Structures are told by ${rules.identity}; ties: ${rules.ties} (` +
    `${counted(ties.queries, "query has", "queries have")} any; Recall@${cutoffs[0]} ` +
    `${percent(ties.worst.recall[cutoffs[0]])} with all of them against the truth, ` +
    `${percent(ties.best.recall[cutoffs[0]])} with all for it). Intervals: ${report.intervals.method} over ` +
    `${report.intervals.resampled}, ${counted(report.intervals.resamples, "draw")}, seed ${report.intervals.seed}.`;
  const missed = Object.entries(report.missed).map(([reason, n]) => `${spectra(n)} without rank: ${reason}`);
  const notes = [...missed, ...report.notes];
  byId("notes").hidden = notes.length === 0;
  for (const note of notes) byId("note-list").append(element("li", note));
  fillTable(byId("inputs"), "Files that were read", ["", "file", "SHA-256"], report.inputs.map((input) =>
    [input.role, {text: input.path, style: "text"}, {text: input.sha256.slice(0, 16) + "…", style: "text"}]));
  showSubject();
}

// Names of files of a role, without their folders.
const named = (role) => report.inputs.filter((input) => input.role === role)
  .map(({path}) => path.replace(/\/manifest\.json$/, "").split("/").filter(Boolean).pop()).join(", ");

// What was evaluated, at the head of the page.
function showSubject() {
  const rows = [];
  const add = (name, text) => {
    if (text) rows.push([name, {text, style: "text"}]);
  };
  for (const [role, name] of [["model", "Model"], ["hits", "Table of hits"], ["spectra", "Spectra"], ["truth", "Truths"],
    ["candidates", "Candidates"], ["library", "Library"], ["against", "Compared with"]]) add(name, named(role));
  add("Command", evaluation.command_line);
  add("Program", report.program);
  add("Date of this file", document.lastModified);
  fillTable(byId("subject"), "What was evaluated", [], rows);
}

function showComparison() {
  const against = report.against;
  if (!against) return;
  byId("comparison").hidden = false;
  const difference = against.difference;
  const row = (name, ours, theirs, delta, interval, p, show, scale, digits) => [name, show(ours), show(theirs),
    {text: known(delta) ? (delta > 0 ? "+" : "") + (scale * delta).toFixed(digits) : "", style: "strong"},
    range(interval && interval["95"], scale, digits), range(interval && interval["99.9"], scale, digits),
    known(p) ? p.toFixed(4) : ""];
  const rows = cutoffs.map((k) => row("Recall@" + k, report.recall[k], against.recall[k], difference.recall[k],
    difference.intervals.recall[k], difference.p_value.recall[k], percent, 100, 1));
  rows.push(row("MRR", report.mrr, against.mrr, difference.mrr, difference.intervals.mrr, difference.p_value.mrr, plain, 1, 3));
  const ours = named("hits") || named("model") || "this table", theirs = named("against") || "the other";
  fillTable(byId("against"), `${ours} against ${theirs}, over the same spectra`,
    ["", ours, theirs, "difference", "95 %", "99.9 %", "p"], rows);
}

function addChart(parent, title, config, note) {
  const box = element("div", null, "chart"), frame = element("div", null, "frame"), canvas = element("canvas");
  box.append(element("h3", title), frame);
  if (note) box.append(element("p", note, "fine"));
  frame.append(canvas);
  parent.append(box);
  draw(canvas, config, `Chart: ${title}. ${note || ""}`);
}

// Charts are drawn last: only on the whole page do their frames have the width that they keep.
let waiting = [], drawn = [];

function draw(canvas, config, words) {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", words);
  config.options = Object.assign({animation: false, responsive: true, resizeDelay: 100, maintainAspectRatio: false, devicePixelRatio: 2},
                                 config.options);
  waiting.push(() => drawn.push(new Chart(canvas, config)));
}

const axis = (text, more) => Object.assign({title: {display: true, text}, grid: {color: colors.grid}}, more);
const share = (text) => axis(text, {min: 0, max: 1, ticks: {callback: (value) => Math.round(100 * value) + " %"}});
const powers = (text) => axis(text, {type: "logarithmic", ticks: {autoSkip: false, maxRotation: 0,
  callback: (value) => [1, 2, 5].includes(Number(String(value)[0])) ? value : null}});
const line = (label, data, color, more) =>
  Object.assign({label, data, borderColor: color, backgroundColor: color, borderWidth: 2, pointRadius: 0, pointStyle: "line"}, more);

function lineChart(datasets, x, y) {
  return {type: "line", data: {datasets}, options: {scales: {x, y},
    plugins: {legend: {display: datasets.length > 1, labels: {usePointStyle: true, boxHeight: 5}}}}};
}

function barChart(labels, datasets, x, y) {
  return {type: "bar", data: {labels, datasets},
          options: {scales: {x: axis(x, {grid: {display: false}}), y: axis(y)},
                    plugins: {legend: {display: datasets.length > 1}}}};
}

const bars = (label, data, color) =>
  ({label, data, backgroundColor: color, barPercentage: 1, categoryPercentage: 0.92});

// A bar chart of histograms over the same bins, from the first bin with a count to the last.
function histogramChart(parts, x, y) {
  const counts = parts[0].histogram.counts.map((_, i) => parts.reduce((sum, part) => sum + part.histogram.counts[i], 0));
  const first = counts.findIndex((n) => n > 0), last = counts.length - [...counts].reverse().findIndex((n) => n > 0);
  const {low, high} = parts[0].histogram, width = (high - low) / counts.length;
  const labels = counts.map((_, i) => (low + i * width).toFixed(width >= 1 ? 0 : 2)).slice(first, last);
  const heights = (histogram, scale) => histogram.counts.slice(first, last).map((n) => n * scale);
  const scaleOf = (part) => part.share ? 1 / Math.max(1, part.histogram.counts.reduce((sum, n) => sum + n, 0)) : 1;
  const config = barChart(labels, parts.map((part) => bars(part.label, heights(part.histogram, scaleOf(part)), part.color)),
                          x, y);
  config.options.scales.x.ticks = {maxTicksLimit: 12, maxRotation: 0};
  return config;
}

function showCharts() {
  const charts = byId("charts"), found = report.analyses;
  const curve = found.recall_curve;
  addChart(charts, "Recall@K", lineChart([
    line("model", curve.filter((p) => known(p.recall)).map((p) => ({x: p.k, y: p.recall})), colors.main),
    line("random order", curve.map((p) => ({x: p.k, y: p.random})), colors.soft, {borderDash: [5, 4]}),
    ...controls.map(([name, run], i) => line(name.replaceAll("_", " "), cutoffs.filter((k) => known(run.recall[k]))
      .map((k) => ({x: k, y: run.recall[k]})), [colors.other, colors.third, colors.ink, colors.soft][i % 4],
      {borderWidth: 1, borderDash: [[2, 2], [6, 2], [1, 4]][Math.floor(i / 4) % 3], pointRadius: 3,
       pointStyle: ["triangle", "rect", "crossRot", "circle", "star", "rectRot"][i % 6]})),
  ], powers("K"), share("truths among the first K")), controls.length > 0 ?
    `Controls at K = ${cutoffs.join(", ")}: what the same candidates give without what the model is to read.` : null);
  const ranks = found.rank_histogram, missed = report.queries - report.evaluated;
  const labels = ranks.map((bin) => bin.first === bin.last ? String(bin.first) : bin.first + "–" + bin.last);
  addChart(charts, "Rank of the truth", barChart(missed > 0 ? [...labels, "none"] : labels,
    [bars("spectra", [...ranks.map((bin) => bin.queries), missed], colors.main)], "rank", "spectra"));
  if (found.separation) {
    addChart(charts, "Scores of truths and decoys", histogramChart([
      {label: "truths", histogram: found.separation.truths, color: colors.main, share: true},
      {label: "decoys", histogram: found.separation.decoys, color: colors.other, share: true},
    ], "cosine", "share"), "Each histogram adds up to 1.");
  }
  if (found.pool_size_sweep.length > 1) {
    const palette = [colors.main, colors.other, colors.third, colors.soft];
    addChart(charts, "Pools of another size", lineChart(cutoffs.map((k, i) => line("Recall@" + k,
      found.pool_size_sweep.filter((p) => known(p.recall[k])).map((p) => ({x: p.pool_size, y: p.recall[k]})),
      palette[i % palette.length], {pointRadius: 2.5, pointStyle: "circle"})),
      powers("structures in the pool"), share("recall")),
      "Expectation over random decoys of each pool, in closed form; smaller pools are taken whole.");
  }
  if (found.hardness) {
    addChart(charts, "How close the nearest decoy is", histogramChart(
      [{label: "spectra", histogram: found.hardness.histogram, color: colors.main}], "Tanimoto similarity to the truth",
      "spectra"),
      `Mean ${found.hardness.mean.toFixed(2)}, median ${found.hardness.median.toFixed(2)} over ` +
      `${spectra(found.hardness.queries)}.`);
  }
  if (found.mces) {
    const {mode, threshold, queries, misses, beyond_threshold: beyond, capped} = report.mces_at_1;
    addChart(charts, "MCES of the first answer to the truth", histogramChart(
      [{label: "spectra", histogram: found.mces.histogram, color: colors.main}], "MCES distance", "spectra"),
      (mode === "exact" ? "Exact distances" : `Exact up to ${threshold}, beyond it (${count(beyond)}) a lower bound`) +
      `; ${spectra(queries)}, of them ${counted(misses, "miss", "misses")}; ` +
      `${counted(capped, "search", "searches")} given up.`);
  }
}

const properties = {adduct: "Adduct", instrument: "Instrument", collision_energy: "Collision energy",
  precursor_mz: "Precursor m/z", pool_size: "Structures in the pool", hardness: "Similarity of the nearest decoy",
  nearest_training: "Similarity of the nearest training molecule"};

function showBreakdowns() {
  const parent = byId("breakdown-tables");
  for (const [property, title] of Object.entries(properties)) {
    const strata = report.analyses.by[property];
    if (!strata) continue;
    const box = element("div", null, "chart scroll"), table = element("table");
    box.append(table);
    fillTable(table, title, ["", "spectra", ...cutoffs.map((k) => "Recall@" + k), "MRR"], strata.map((stratum) =>
      [{text: stratum.label, style: "text"}, count(stratum.queries), ...cutoffs.map((k) => percent(stratum.recall[k])),
       plain(stratum.mrr)]));
    parent.append(box);
  }
  byId("breakdowns").hidden = parent.children.length === 0;
}

function drawing(svg, caption) {
  const figure = element("figure"), box = element("div", null, "drawing");
  if (svg) box.innerHTML = svg;  // drawn by the program itself
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", "Structure, " + caption);
  figure.append(box, element("figcaption", caption));
  return figure;
}

function showQueries(id, queries) {
  byId(id).hidden = queries.length === 0;
  const parent = byId(id).querySelector(".queries");
  for (const query of queries) {
    const card = element("div", null, "query"), pair = element("div", null, "pair");
    card.append(element("h3", query.query_id), element("p", `rank ${count(query.rank)} of ${count(query.pool_size)}` +
      (query.ties > 0 ? ` (${count(query.ties)} ties)` : "") + (query.adduct ? `, ${query.adduct}` : "") +
      (known(query.precursor_mz) ? `, m/z ${query.precursor_mz.toFixed(4)}` : "") +
      (query.rank > 1 && known(query.tanimoto) ? `, Tanimoto of the first ${query.tanimoto.toFixed(2)}` : "") +
      (query.rank > 1 && known(query.mces) ? `, MCES ${query.mces}` : ""), "fine"));
    const first = query.rank === 1;
    pair.append(drawing(query.truth_svg, (first ? "truth, found: " : "truth: ") + query.truth_smiles));
    if (!first) pair.append(drawing(query.best_svg, "first: " + query.best_smiles));
    const frame = element("div", null, "frame"), canvas = element("canvas");
    frame.append(canvas);
    if (first) pair.append(frame);
    card.append(pair);
    if (!first) card.append(frame);
    parent.append(card);
    draw(canvas, {type: "bar", data: {datasets: [{data: query.peaks.map(([x, y]) => ({x, y})), barThickness: 1.5,
      backgroundColor: colors.main}]}, options: {plugins: {legend: {display: false}},
      scales: {x: axis("m/z", {type: "linear", grid: {display: false}, ticks: {maxTicksLimit: 8}, title: {display: false}}),
               y: axis("", {min: 0, max: 100, display: false})}}},
         `Spectrum of ${query.query_id}: ${counted(query.peaks.length, "peak")}`);
  }
}

// All queries, those whose truth is furthest down first where that is asked for.
async function showAll() {
  let rows;
  try {
    rows = await unpack(byId("ranks").textContent);
  } catch {
    byId("all-note").textContent = "This browser cannot unpack the list; ranks.tsv beside the page holds it.";
    return;
  }
  const entries = rows.map(([id, rank, pool, ties, status, truth, best, tanimoto]) =>
    ({id, rank, pool, ties, status, truth, best, tanimoto}));
  const list = new PagedTable(byId("all"), byId("all-pager"), [
    {title: "Spectrum", of: (q) => q.id, show: (q) => q.id, style: "text"},
    {title: "Rank", of: (q) => q.rank, show: (q) => known(q.rank) ? count(q.rank) : q.status},
    {title: "Of", of: (q) => q.pool, show: (q) => count(q.pool)},
    {title: "Ties", of: (q) => q.ties, show: (q) => count(q.ties), style: "wide"},
    {title: "Tanimoto", of: (q) => q.tanimoto, show: (q) => plain(q.tanimoto), style: "wide"},
    {title: "Truth", of: (q) => q.truth || null, show: (q) => q.truth, style: "text wide"},
    {title: "First answer", of: (q) => q.best || null, show: (q) => q.best, style: "text wide"},
  ], {rowsOfPage: 20, caption: "All spectra"});
  const filter = () => {
    const words = byId("all-words").value.toLowerCase().split(/\s+/).filter(Boolean);
    list.show(entries.filter((q) => words.every((word) => `${q.id}\n${q.truth}\n${q.best}\n${q.status}`.toLowerCase()
      .includes(word))));
  };
  byId("all-words").addEventListener("input", filter);
  filter();
}

// Charts take the colours of the theme when they are made, so all are made again when it changes.
function showAllCharts() {
  readColors();
  for (const chart of drawn) chart.destroy();
  [waiting, drawn] = [[], []];
  for (const id of ["certainty-chart", "charts"]) byId(id).replaceChildren();
  for (const box of document.querySelectorAll(".queries")) box.replaceChildren();
  showCertainty();
  showCharts();
  showQueries("best", examples.best);
  showQueries("worst", examples.worst);
  for (const make of waiting) make();
}

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
followTheme(byId("theme"), showAllCharts);
showText();
showFigures();
showControls();
showComparison();
showBreakdowns();
showAll();
showAllCharts();

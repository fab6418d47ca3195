"use strict";
// The page of a search: the list of its queries, and of the chosen one the spectrum and the answers.

class HitsView {
  constructor({run, queries, detail}) {
    Object.assign(this, {run, queries, detail, chosen: null});
    this.columns = new Map(run.columns.map((name, place) => [name, place]));
    this.evidence = run.columns.filter((name) => name.startsWith("evidence."));
    this.kept = run.columns.filter((name) => name.startsWith("keep."));
    queries.forEach((query, place) => Object.assign(query, {place, status: this.text(query.cells, "status"),
      adduct: this.text(query.cells, "adduct") || query.adduct,
      words: [query.id, ...query.cells].join("\n").toLowerCase()}));
    this.plot = new SpectrumPlot(byId("spectrum"), (place) => this.choosePeak(place));
    this.showHead();
    this.makeList();
    this.showRun();
    byId("before").addEventListener("click", () => this.step(-1));
    byId("after").addEventListener("click", () => this.step(1));
    addEventListener("hashchange", () => {
      if (HitsView.current === this) this.follow();
    });
    this.follow();
  }

  text(cells, column) {
    const place = this.columns.get(column);
    return place === undefined ? "" : cells[place];
  }

  number(cells, column) {
    const text = this.text(cells, column);
    return text === "" ? null : Number(text);
  }

  nameOf(cells) {
    return this.text(cells, "name") || this.text(cells, "formula") || this.text(cells, "smiles");
  }

  showHead() {
    const answered = this.queries.filter((query) => this.text(query.cells, "rank") !== "").length;
    const absent = this.run.record?.absent ?? this.run.absent;
    byId("summary").textContent = `${spectra(this.queries.length)}, ${count(answered)} answered; ` +
      (this.columns.has("probability") ? "each first answer has the probability that it is right, " +
       (known(absent) ? `${Math.round(100 * absent)} % of the truths being absent` : "some of the truths being absent") :
       this.rankedBy() === "library" ? "ranked by the similarity of library spectra" :
       "no probability: the model is not calibrated, or the answers are not ranked by its fused score");
    byId("warning").hidden = !this.run.warning;
    byId("warning").textContent = this.run.warning || "";
  }

  rankedBy() {
    return this.run.record?.ranked_by || this.run.ranked_by;
  }

  // The list of all queries.
  makeList() {
    const cell = (column, digits) => ({of: (query) => this.number(query.cells, column), style: "number",
      show: ({cells}) => this.text(cells, column) && rounded(this.number(cells, column), digits)});
    const columns = [
      {title: "Spectrum", of: (query) => query.id, show: (query) => this.linkTo(query), style: "text"},
      {title: "m/z", of: (query) => query.mz, show: (query) => query.mz?.toFixed(4)},
      {title: "Adduct", of: (query) => query.adduct, show: (query) => query.adduct, style: "keep wide"},
      {title: "Time (min)", of: (query) => query.time, style: "wide",
       show: (query) => known(query.time) ? (query.time / 60).toFixed(2) : ""},
      {title: "First answer", of: (query) => this.nameOf(query.cells) || null,
       show: (query) => element("div", this.nameOf(query.cells), "clamped"), style: "text"},
      {title: "Probability", needs: "probability", ...cell("probability", 2)},
      {title: "q-value", needs: "q_value", ...cell("q_value", 3), style: "wide"},
      {title: "In the list", needs: "probability_present", ...cell("probability_present", 2), style: "wide"},
      {title: "Score", ...cell("score", 3)},
      {title: "Candidates", ...cell("candidates", 0), style: "wide"},
      {title: "Status", of: (query) => query.status, show: (query) => statusWords[query.status] || query.status,
       style: "keep wide"},
    ].filter(({title, needs}) => (!needs || this.columns.has(needs)) &&
      (title !== "Time (min)" || this.queries.some((query) => known(query.time))));
    this.list = new PagedTable(byId("queries"), byId("pager"), columns, {rowsOfPage: 10, caption: "Spectra",
      rearranged: () => this.showNeighbours(), decorate: (row, query) => {
        if (query !== this.chosen) return;
        row.classList.add("chosen");
        row.setAttribute("aria-current", "true");
      }});
    this.makeFilters();
    this.list.show(this.queries);
    byId("queries").addEventListener("keydown", (event) => this.moveInList(event));
  }

  linkTo(query) {
    const link = element("a", query.id);
    link.href = "#q" + query.index;
    return link;
  }

  // Arrows go from one spectrum of the list to the next, and on to the next page.
  moveInList(event) {
    const row = event.target.closest("tbody tr"), up = event.key === "ArrowUp", {list} = this;
    if (!row || (!up && event.key !== "ArrowDown") || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = list.page * list.rowsOfPage + row.sectionRowIndex + (up ? -1 : 1);
    if (!list.shown[place]) return;
    list.reveal(list.shown[place]);
    list.body.rows[place % list.rowsOfPage].querySelector("a").focus();
    event.preventDefault();
  }

  makeFilters() {
    const choices = (id, values, name) => {
      const select = byId(id), all = element("option", "all");
      all.value = "";
      select.replaceChildren(all, ...[...new Set(values)].sort().map((value) => {
        const option = element("option", name ? name(value) : value || "none");
        option.value = value || "none";
        return option;
      }));
      select.addEventListener("change", () => this.filter());
    };
    choices("status", this.queries.map((query) => query.status), (value) => statusWords[value] || value);
    choices("adduct", this.queries.map((query) => query.adduct));
    const files = new Set(this.queries.map((query) => query.file)), names = new Set([...files].map(fileName));
    // Names alone, if they tell files apart.
    choices("file", files, names.size === files.size ? fileName : (path) => path);
    byId("file-choice").hidden = files.size < 2;
    byId("probability-choice").hidden = !this.columns.has("probability");
    for (const id of ["words", "least"]) byId(id).addEventListener("input", () => this.filter());
    byId("clear").addEventListener("click", () => {
      for (const id of ["words", "least", "status", "adduct", "file"]) byId(id).value = "";
      this.filter();
    });
  }

  filter() {
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean), least = byId("least").value;
    const is = (id, value) => byId(id).value === "" || byId(id).value === (value || "none");
    this.list.show(this.queries.filter((query) => is("status", query.status) && is("adduct", query.adduct) &&
      is("file", query.file) && words.every((word) => query.words.includes(word)) &&
      (least === "" || (this.number(query.cells, "probability") ?? -1) >= Number(least))));
  }

  // The query that the address names; where it names none, the one that is shown, else the first.
  follow() {
    const match = /^#q(\d+)$/.exec(location.hash);
    const named = match && this.queries.find(({index}) => index === Number(match[1]));
    const query = named || this.chosen || this.queries[0];
    if (query && query !== this.chosen) this.choose(query, Boolean(named));
  }

  step(by) {
    const query = this.list.shown[this.list.shown.indexOf(this.chosen) + by];
    if (query) location.hash = "#q" + query.index;
  }

  async choose(query, move) {
    this.chosen = query;
    if (this.list.shown.includes(query)) this.list.reveal(query);
    byId("chosen").hidden = false;
    byId("chosen").setAttribute("aria-busy", "true");
    byId("chosen-title").textContent = query.id;
    if (move) byId("chosen-title").focus({preventScroll: false});
    this.showFacts(query);
    let detail;
    try {
      detail = await this.detail(query.place);
    } catch (error) {
      this.tell(typeof DecompressionStream === "undefined" ?
        "This browser cannot unpack the page; one of 2023 or later can." : `The page is damaged: ${error.message}`);
      detail = {peaks: [], answers: []};
    }
    if (this.chosen !== query) return;
    try {
      this.showDetail(query, detail);
    } catch (error) {
      this.tell(`This spectrum cannot be shown: ${error.message}`);
    }
    byId("chosen").removeAttribute("aria-busy");
    performance.mark("answers shown");
  }

  // The spectra that a query was answered together with, itself among them.
  fellowsOf(query) {
    const text = this.text(query.cells, "spectra"), indices = text ? text.split(";").map(Number) : [];
    const fellows = this.queries.filter(({index}) => indices.includes(index));
    return fellows.flatMap((fellow, i) => [i === 0 ? " · answered together: " : ", ",
      fellow === query ? fellow.id : this.linkTo(fellow)]);
  }

  tell(problem) {
    byId("problem").hidden = !problem;
    byId("problem").textContent = problem || "";
  }

  // Whether there is a spectrum before and after the chosen one in the list as it is now.
  showNeighbours() {
    const at = this.list.shown.indexOf(this.chosen);
    byId("before").disabled = at <= 0;
    byId("after").disabled = at < 0 || at === this.list.shown.length - 1;
  }

  showFacts(query) {
    const cells = query.cells, candidates = this.number(cells, "candidates");
    this.showNeighbours();
    const facts = [...(query.electron ? [] : [query.adduct || "no adduct"]),
      known(query.mz) ? `precursor m/z ${query.mz.toFixed(4)}` : query.electron ? "electron ionisation" :
        "no precursor m/z"];
    if (known(query.time)) facts.push(`retention time ${(query.time / 60).toFixed(2)} min`);
    if (known(candidates)) facts.push(counted(candidates, "candidate"));
    if (query.file) facts.push(fileName(query.file));
    byId("facts").replaceChildren(facts.join(" · "), ...this.fellowsOf(query));
    const answered = this.text(cells, "rank") !== "";
    this.tell(answered ? this.text(cells, "message") :
      `${statusWords[query.status] || query.status}: ${this.text(cells, "message") || "no answer"}`);
  }

  showDetail(query, detail) {
    Object.assign(this, {shownDetail: detail, answer: detail.answers[0] || null});
    byId("spectrum").classList.toggle("electron", Boolean(query.electron));
    this.plot.show({peaks: detail.peaks, precursor: query.mz, ions: this.ionsOf(this.answer),
      beside: this.answer?.beside, words: this.spectrumWords()});
    byId("answers-title").hidden = detail.answers.length === 0;
    byId("answers").replaceChildren(...detail.answers.map((answer) => this.card(answer)));
    this.chooseAnswer(this.answer);
  }

  ionsOf(answer) {
    return new Map((answer?.ions || []).map((ion) => [ion[0], ion]));
  }

  spectrumWords() {
    const {peaks} = this.shownDetail, explained = this.answer?.explained, beside = this.answer?.beside;
    return `Spectrum of ${counted(peaks.length, "peak")}` + (explained ?
      `; the chosen answer explains ${explained[0]} of ${explained[1]}; the table below names them` : "") +
      (beside ? `; below it, upside down, ${this.besideWords(beside)}` : "");
  }

  besideWords({name, peaks}) {
    return `the library spectrum ${name}: ${peaks.filter(([, , inQuery]) => inQuery > 0).length} of ` +
      `${counted(peaks.length, "peak")} are in both`;
  }

  chooseAnswer(answer) {
    this.answer = answer;
    for (const card of byId("answers").children) {
      const chosen = card.answer === answer;
      card.classList.toggle("chosen", chosen);
      card.querySelector("button").setAttribute("aria-pressed", String(chosen));
    }
    byId("explanation").hidden = !answer?.ions;
    byId("spectrum-caption").textContent = !answer ? "" : [this.explainedWords(answer),
      ...(answer.beside ? [`Below: ${this.besideWords(answer.beside)}.`] : [])].filter(Boolean).join(" ");
    byId("shared-legend").hidden = !answer?.beside;
    this.plot.explain(this.ionsOf(answer), answer?.beside, this.spectrumWords());
    if (answer?.ions) this.showPeaks(answer);
  }

  // Fragments are never looked for in spectra of electron ionisation, which needs no words.
  explainedWords(answer) {
    if (!answer.explained) return this.chosen.electron ? "" : `Not explained: ${answer.message}.`;
    return `Answer ${this.text(answer.cells, "rank")} explains ${answer.explained[0]} of ` +
      `${counted(answer.explained[1], "peak")} (${percent(answer.explained[2])} of their intensity).`;
  }

  // The explained peaks, those that contribute most first; one that is chosen is marked in the structure.
  showPeaks(answer) {
    const ions = [...answer.ions].sort((a, b) => b[5] - a[5]), {peaks} = this.shownDetail;
    const number = (value, digits, style) => ({text: rounded(value, digits), style: style || "number"});
    const words = this.run.score === "fixed" ? "the fixed score (the model has no fragment score)" :
      "the fragment score";
    const caption = ions.length > 0 ? `Choose a peak to see its fragment. Adds: to ${words}` :
      "No peak has the mass of a fragment of this answer";
    fillTable(byId("peaks"), caption, ["m/z", {text: "Intensity (%)", style: "wide"},
      {text: "Ion", style: "keep"}, "Error (ppm)", {text: "Bonds cut", style: "keep"}, "Adds"], ions.map((ion) =>
      ["", number(100 * peaks[ion[0]][1], 1, "wide"), {text: ion[1], style: "keep"}, number(ion[4], 1),
       {text: ion[3] || "none", style: "keep"}, number(ion[5], 3)]));
    ions.forEach((ion, i) => {
      const row = byId("peaks").tBodies[0].rows[i], button = element("button", this.mzOf(ion[0]));
      button.type = "button";
      button.addEventListener("click", () => this.choosePeak(ion[0]));
      row.cells[0].append(button);
      row.place = ion[0];
    });
    this.choosePeak(ions.length > 0 && ions[0][5] > 0 ? ions[0][0] : null);
  }

  mzOf(place) {
    return this.shownDetail.peaks[place][0].toFixed(this.plot.digits);
  }

  choosePeak(place) {
    this.plot.choose(place);
    const ion = this.ionsOf(this.answer).get(place), {structure} = this.answer;
    for (const row of byId("peaks").tBodies[0]?.rows || []) {
      row.classList.toggle("chosen", row.place === place);
      if (row.place === place) showInBox(row);
      row.querySelector("button").setAttribute("aria-pressed", String(row.place === place));
    }
    const words = !ion ? "no fragment marked" :
      `m/z ${this.mzOf(place)}, ${ion[1]}: ${counted(ion[2].length, "atom")} marked`;
    byId("fragment").replaceChildren();
    if (structure) {
      const name = this.nameOf(this.answer.cells);
      byId("fragment").append(drawStructure(structure, ion ? ion[2] : [], `${name}, ${words}`, "large"));
    }
    byId("fragment").append(element("figcaption", words));
  }

  card(answer) {
    const {cells} = answer, item = element("li", null, "answer"), head = element("h3");
    item.answer = answer;
    head.append(element("span", `${this.text(cells, "rank")}. ${this.nameOf(cells)}`));
    item.append(head);
    if (answer.structure) item.append(drawStructure(answer.structure, [], `Structure of ${this.nameOf(cells)}`));
    const probability = this.number(cells, "probability"), q = this.number(cells, "q_value");
    const sure = [...(known(probability) ? [`right with probability ${probability.toFixed(2)}`] : []),
      ...(known(q) ? [`q-value ${q.toFixed(3)}`] : [])];
    if (sure.length > 0) item.append(element("p", sure.join(", ")));
    item.append(this.bars(cells), element("p", this.factsOf(answer), "fine"),
      element("p", this.text(cells, "smiles"), "fine"));
    const links = element("p", null, "fine");
    for (const link of linksOf(this.text(cells, "library_id"), this.text(cells, "inchikey14"))) links.append(link, " ");
    const button = element("button", "Show its peaks", "screen");
    button.type = "button";
    button.setAttribute("aria-label", `Show its peaks: those that answer ${this.text(cells, "rank")} explains`);
    button.addEventListener("click", () => this.chooseAnswer(answer));
    item.append(links, button);
    return item;
  }

  factsOf({cells, explained}) {
    const error = this.number(cells, "mass_error_ppm"), facts = [];
    const tell = (column, name) => {
      if (this.text(cells, column)) facts.push(name + this.text(cells, column));
    };
    for (const column of ["formula", "inchikey14", "library_id"]) tell(column, "");
    tell("library_spectrum", "library spectrum ");
    tell("match_factor", "match factor ");
    tell("reverse_match_factor", "reverse ");
    if (known(error)) facts.push(`${rounded(error, 1)} ppm`);
    if (explained) facts.push(`explains ${explained[0]} of ${counted(explained[1], "peak")}`);
    for (const column of this.kept) tell(column, column.slice(5) + ": ");
    tell("message", "");
    return facts.join(" · ");
  }

  // The score and each kind of evidence, as a share of the largest among the answers shown.
  bars(cells) {
    const box = element("div", null, "bars");
    for (const column of ["score", ...this.evidence]) {
      const value = this.number(cells, column), bar = element("span", null, "bar"), fill = element("span");
      const all = this.shownDetail.answers.map((answer) => this.number(answer.cells, column)).filter(known);
      const low = Math.min(0, ...all), high = Math.max(0, ...all), room = high - low || 1;
      if (known(value)) {
        fill.style.left = 100 * (Math.min(0, value) - low) / room + "%";
        fill.style.width = 100 * Math.abs(value) / room + "%";
        if (value < 0) fill.className = "against";
        bar.append(fill);
      }
      bar.setAttribute("aria-hidden", "true");
      box.append(element("span", column === "score" ? "score" : column.slice(9)), bar,
                 element("span", known(value) ? rounded(value, 3) : "missing", "number"));
    }
    return box;
  }

  showRun() {
    const {run} = this, record = run.record || {}, rows = [];
    const add = (name, value) => {
      if (value) rows.push([name, {text: String(value), style: "text"}]);
    };
    add("Program", run.program);
    add("Command", record.command_line);
    add("Table of hits", run.hits);
    for (const file of record.files || []) add("Spectra", `${file.path} (${spectra(file.queries)})`);
    add("Library", record.library && `${record.library.path} (${record.library.fingerprint.slice(0, 12)})`);
    add("Candidates", Object.entries(record.candidates || {}).map(([key, value]) => `${key}: ${value}`).join(", "));
    if (run.library) {
      add("Library", `${run.library}, ${counted(run.molecules, "molecule")} (${run.library_fingerprint.slice(0, 12)})`);
    }
    if (run.spectral_library) {
      add("Library of spectra", `${run.spectral_library}, ${spectra(run.spectra)} ` +
        `(${run.spectral_library_fingerprint.slice(0, 12)})`);
    }
    add("Model", run.model_fingerprint && `${run.model || ""} (${run.model_fingerprint.slice(0, 12)})`);
    add("Ranked by", this.rankedBy());
    if (byId("data")) add("Date of this file", document.lastModified);
    fillTable(byId("run"), "The run that these answers are of", [], rows);
    byId("rules").textContent = `At most ${run.top} answers a spectrum are shown. Structures are drawn without ` +
      "stereo, in which answers are not told apart. A bar is a share of the largest value among the answers shown. A " +
      "fragment is a piece of the molecule that remains when one to three bonds are cut; that it has the mass of a " +
      "peak does not prove that it is that peak.";
  }
}

// A page that holds its data shows them at once.
if (byId("data")) {
  followTheme(byId("theme"));
  window.view = HitsView.current = new HitsView(embeddedSource());
}

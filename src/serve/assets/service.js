"use strict";
// The page of a service: asks for a search and shows what comes back as the page of a search does.

class Service {
  constructor() {
    this.file = null;
    this.busy = false;
    byId("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.search();
    });
    byId("table").addEventListener("click", () => this.download());
    byId("file-input").addEventListener("change", (event) => this.take(event.target.files[0]));
    byId("spectra").addEventListener("input", () => this.take(null));
    this.acceptDrops(byId("spectra"));
    this.showLibrary();
  }

  acceptDrops(area) {
    const over = (event) => {
      event.preventDefault();
      area.classList.add("over");
    };
    area.addEventListener("dragenter", over);
    area.addEventListener("dragover", over);
    area.addEventListener("dragleave", () => area.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("over");
      if (event.dataTransfer.files.length > 0) this.take(event.dataTransfer.files[0]);
    });
  }

  // A file takes the place of what was pasted, and the other way round.
  take(file) {
    this.file = file || null;
    if (file) {
      byId("spectra").value = "";
      byId("spectra").placeholder = `${file.name}, ${count(file.size)} bytes`;
      this.tell(`${file.name} is ready`);
    } else {
      byId("spectra").placeholder = "";
      byId("file-input").value = "";
    }
  }

  tell(text, alarm) {
    byId("state").textContent = text;
    byId("state").classList.toggle("alarm", Boolean(alarm));
  }

  headers() {
    const token = byId("token").value;
    return token ? {Authorization: `Bearer ${token}`} : {};
  }

  async get(path) {
    const response = await fetch(path, {headers: this.headers()});
    return {status: response.status, json: await response.json()};
  }

  async showLibrary() {
    const {status, json} = await this.get("api/library");
    byId("token-choice").hidden = status !== 401 && byId("token").value === "";
    if (status === 401) {
      byId("library").textContent = "This service asks for a token.";
      byId("token").addEventListener("change", () => this.showLibrary(), {once: true});
      return;
    }
    const searched = [...(json.library ? [`${json.library}: ${counted(json.molecules, "molecule")}`] : []),
      ...(json.spectral_library ? [`${json.spectral_library}: ${spectra(json.spectra)}`] : [])];
    const ranking = {fused: "cosine and fragments", library: "similarity of spectra"}[json.ranked_by];
    byId("library").textContent = `${searched.join(" and ")}, ranked by ${ranking || json.ranked_by}; at most ${spectra(json.most_spectra)} or ` +
      `${Math.round(json.most_bytes / 1048576)} MB at a time; ${json.program}`;
    byId("library-warning").hidden = !json.warning;
    byId("library-warning").textContent = json.warning;
  }

  address(more) {
    const options = new URLSearchParams(more);
    for (const name of ["tolerance", "adducts", "formula", "k"]) {
      const value = byId(name).value.trim();
      if (value && !(name === "tolerance" && byId("formula").value.trim()) &&
        !(name === "adducts" && byId("formula").value.trim())) options.set(name, value);
    }
    options.set("shown", Math.min(100, Number(byId("k").value) || 10));
    // Of the name of the file what can stand in messages.
    const name = (this.file ? this.file.name : "pasted").replace(/[^\w.-]+/g, "_").replace(/^\.+/, "").slice(-100);
    if (name) options.set("name", name);
    return `api/search?${options}`;
  }

  // Asks; the answer, or nothing after saying what is wrong.
  async ask(more) {
    const body = this.file || byId("spectra").value;
    if (this.busy) return null;
    if (!this.file && body.trim() === "") {
      this.tell("There is no spectrum yet: paste one, drop a file or choose one.", true);
      byId("spectra").focus();
      return null;
    }
    const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.busy = true;
    byId("go").disabled = byId("table").disabled = true;
    const watch = this.watch(id);
    try {
      const response = await fetch(this.address({...more, id}), {method: "POST", body, headers: this.headers()});
      if (response.ok) return response;
      const {error} = await response.json();
      this.tell(error, true);
    } catch (error) {
      this.tell(`The service cannot be reached: ${error.message}`, true);
    } finally {
      clearInterval(watch);
      this.busy = false;
      byId("go").disabled = byId("table").disabled = false;
      byId("progress").hidden = true;
    }
    return null;
  }

  // Asks how far the search is, again and again.
  watch(id) {
    const bar = byId("progress"), begin = Date.now();
    bar.hidden = false;
    bar.removeAttribute("value");
    this.tell("searching …");
    return setInterval(async () => {
      const {status, json} = await this.get(`api/progress?id=${id}`).catch(() => ({status: 0}));
      if (!this.busy || status !== 200) return;
      if (json.total > 0) bar.value = json.done / json.total;
      this.tell(`${json.stage}: ${count(json.done)}${json.total ? " of " + count(json.total) : ""}, ` +
        `${Math.round((Date.now() - begin) / 1000)} s`);
    }, 400);
  }

  async search() {
    const response = await this.ask({format: "json"});
    if (!response) return;
    const data = await response.json();
    history.replaceState(null, "", location.pathname);
    byId("results").replaceChildren(byId("sections").content.cloneNode(true));
    window.view = HitsView.current = new HitsView({run: data.run, queries: data.queries,
                                                   detail: async (place) => detailOf(data.details, place)});
    this.tell(`${spectra(data.queries.length)} searched`);
    byId("results").focus({preventScroll: true});
  }

  async download() {
    const response = await this.ask({format: "tsv"});
    if (!response) return;
    const link = element("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = "hits.tsv";
    link.click();
    URL.revokeObjectURL(link.href);
    this.tell("hits.tsv is downloaded");
  }
}

followTheme(byId("theme"));
window.service = new Service();

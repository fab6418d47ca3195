"use strict";
// What all pages have in common. Text from files is set as text, never as HTML.
const byId = (id) => document.getElementById(id);
const known = (value) => value !== null && value !== undefined;
const percent = (value) => known(value) ? (100 * value).toFixed(1) + " %" : "unknown";
const plain = (value) => known(value) ? value.toFixed(3) : "";
// Never "-0.0".
const rounded = (value, digits) => value.toFixed(digits).replace(/^-(?=[0.]+$)/, "");
const count = (value) => value.toLocaleString("en");
const counted = (value, one, many) => `${count(value)} ${value === 1 ? one : many || one + "s"}`;
const spectra = (value) => counted(value, "spectrum", "spectra");

function element(name, text, style) {
  const made = document.createElement(name);
  if (known(text)) made.textContent = text;
  if (style) made.className = style;
  return made;
}

function svgElement(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  if (known(text)) made.textContent = text;
  return made;
}

// A table that is larger than its place can be scrolled with keys as well: its box takes part in the order of Tab.
const scrolled = new ResizeObserver((entries) => {
  for (const box of new Set(entries.map(({target}) => target.closest(".scroll")).filter(known))) {
    const larger = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    const attributes = {tabindex: 0, role: "region", "aria-label": box.querySelector("caption").textContent};
    for (const [name, value] of Object.entries(attributes)) {
      if (larger) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }
});

function watchScrolling(table) {
  const box = table.closest(".scroll");
  if (!box) return;
  scrolled.observe(box);
  scrolled.observe(table);
}

// Turns the box of a table to one of its rows; the page itself stays where it is.
function showInBox(row) {
  const box = row.closest(".scroll"), place = row.getBoundingClientRect(), room = box.getBoundingClientRect();
  const head = row.closest("table").tHead.getBoundingClientRect().height;
  if (place.top < room.top + head) box.scrollTop -= room.top + head - place.top;
  else if (place.bottom > room.bottom) box.scrollTop += place.bottom - room.bottom;
}

// What the program packed: JSON as gzip and base64. Throws where the browser cannot unpack it, or it is damaged.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// A table with a caption for who cannot see where it stands. Cells, those of the head as well, are text or
// {text, style}; the first of a row is its heading. Without a head, rows are names with what they mean.
function fillTable(table, caption, head, rows) {
  table.replaceChildren();
  table.createCaption().textContent = caption;
  const top = head.length > 0 ? table.createTHead().insertRow() : null;
  for (const title of head) {
    const {text, style} = typeof title === "object" ? title : {text: title};
    const cell = element(text === "" ? "td" : "th", text, style);
    if (text !== "") cell.scope = "col";
    top.append(cell);
  }
  watchScrolling(table);
  const body = table.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    cells.forEach((cell, place) => {
      const made = typeof cell === "object" ? element(place === 0 ? "th" : "td", cell.text, cell.style) :
        element(place === 0 ? "th" : "td", cell);
      if (place === 0) made.scope = "row";
      row.append(made);
    });
  }
}

// Light or dark: as the system has it, until the button says otherwise; light on paper. `changed` is called after each
// change.
function followTheme(button, changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("specbridge-theme");
  } catch { /* a page may be forbidden to remember anything */ }
  const show = (name) => {
    const dark = (name || chosen || (system.matches ? "dark" : "light")) === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Switch to light colours" : "Switch to dark colours");
  };
  const again = (name) => {
    const before = document.documentElement.dataset.theme;
    show(name);
    if (changed && before !== document.documentElement.dataset.theme) changed();
  };
  system.addEventListener("change", () => again());
  addEventListener("beforeprint", () => again("light"));
  addEventListener("afterprint", () => again());
  button.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("specbridge-theme", chosen);
    } catch { /* as above */ }
    again();
  });
  show();
}

const alphabet = new Intl.Collator("en", {numeric: true});

// A list that is shown some rows at a time: sorted by its columns, filtered, turned page by page. A column:
// {title, of: (entry) => number or text or null, show: (entry) => text or node, style}. `rearranged` is called when
// other entries are shown or in another order.
class PagedTable {
  constructor(table, pager, columns, options) {
    Object.assign(this, {table, pager, columns, rowsOfPage: 50, page: 0, sorted: null, down: false, entries: [],
                         shown: [], caption: "", decorate: () => {}, rearranged: () => {}}, options);
    this.table.replaceChildren();
    this.captionElement = this.table.createCaption();
    const top = this.table.createTHead().insertRow();
    this.heads = columns.map((column) => {
      const cell = element("th", null, column.style), button = element("button", column.title);
      button.type = "button";
      button.addEventListener("click", () => this.sortBy(column));
      cell.scope = "col";
      cell.append(button);
      top.append(cell);
      return cell;
    });
    this.body = this.table.createTBody();
    this.makePager();
    watchScrolling(table);
  }

  makePager() {
    const button = (text, step) => {
      const made = element("button", text);
      made.type = "button";
      made.addEventListener("click", () => this.turn(this.page + step));
      return made;
    };
    this.before = button("Previous page", -1);
    this.after = button("Next page", 1);
    this.where = element("span");
    this.where.setAttribute("role", "status");
    this.pager.replaceChildren(this.before, this.where, this.after);
  }

  // Once in the order in which a column is looked at, once the other way round, then as the entries came.
  sortBy(column) {
    // Numbers are looked at from the top, text from A.
    const down = typeof this.entries.map(column.of).find(known) === "number";
    if (this.sorted !== column) [this.sorted, this.down] = [column, down];
    else if (this.down === down) this.down = !down;
    else this.sorted = null;
    this.show(this.entries);
  }

  arrange() {
    if (this.sorted) {
      const {of} = this.sorted, sign = this.down ? -1 : 1;
      const order = (a, b) => typeof a === "number" && typeof b === "number" ? a - b :
        alphabet.compare(String(a), String(b));
      this.shown.sort((a, b) => {
        const x = of(a), y = of(b);
        if (!known(x) || !known(y)) return known(x) ? -1 : known(y) ? 1 : 0;  // unknown ones stand at the end
        return sign * order(x, y);
      });
    }
    this.heads.forEach((cell, i) => {
      if (this.columns[i] === this.sorted) cell.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    this.captionElement.textContent = this.caption + (this.sorted ?
      `, sorted by ${this.sorted.title}, ${this.down ? "descending" : "ascending"}` :
      " in the order of the input; a heading sorts by its column");
  }

  show(entries) {
    this.entries = entries;
    this.shown = [...entries];
    this.arrange();
    this.turn(0);
    this.rearranged();
  }

  turn(page) {
    const pages = Math.max(1, Math.ceil(this.shown.length / this.rowsOfPage));
    this.page = Math.min(Math.max(0, page), pages - 1);
    const first = this.page * this.rowsOfPage, some = this.shown.slice(first, first + this.rowsOfPage);
    this.body.replaceChildren(...some.map((entry) => this.row(entry)));
    this.where.textContent = this.shown.length === 0 ? "none" :
      `${count(first + 1)} to ${count(first + some.length)} of ${count(this.shown.length)}`;
    this.before.disabled = this.page === 0;
    this.after.disabled = this.page === pages - 1;
  }

  row(entry) {
    const row = element("tr");
    this.columns.forEach((column, place) => {
      const cell = element(place === 0 ? "th" : "td", null, column.style), value = column.show(entry);
      if (place === 0) cell.scope = "row";
      cell.append(known(value) ? value : "");
      row.append(cell);
    });
    this.decorate(row, entry);
    return row;
  }

  // Turns to the page of an entry, if it is among those that are shown.
  reveal(entry) {
    const place = this.shown.indexOf(entry);
    if (place >= 0) this.turn(Math.floor(place / this.rowsOfPage));
  }
}

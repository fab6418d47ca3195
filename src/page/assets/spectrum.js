"use strict";
// Draws a spectrum: peaks [[m/z, share of the largest, use]], those that the chosen answer explains in colour and
// labelled; below it, upside down, the library spectrum that the answer rests on, if there is one. It can be zoomed by
// dragging over it, by its buttons, by the wheel with Ctrl, and by keys.

const kPlotLeft = 44, kPlotRight = 12, kPlotTop = 46, kPlotBottom = 34;
const kPlotStem = 220, kMirrorStem = 170;  // how high the largest peaks are, above and below
const kPlotLabels = 400;  // peaks that are tried for a label: more than ever find room

class SpectrumPlot {
  // @param picked called with the place of an explained peak that was pointed at
  constructor(figure, picked) {
    Object.assign(this, {figure, picked, peaks: [], ions: new Map(), beside: null, precursor: null, chosen: null,
      words: ""});
    this.svg = svgElement("svg", {class: "spectrum", role: "img", tabindex: "0"});
    this.buttons = element("div", null, "controls screen");
    const button = (text, label, act) => {
      const made = element("button", text);
      made.type = "button";
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      this.buttons.append(made);
    };
    button("+", "Zoom in", () => this.zoom(0.5));
    button("−", "Zoom out", () => this.zoom(2));
    button("←", "To lower m/z", () => this.move(-0.25));
    button("→", "To higher m/z", () => this.move(0.25));
    button("Whole spectrum", "Show the whole spectrum", () => this.reset());
    figure.prepend(this.svg, this.buttons);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(figure);
  }

  show(what) {
    this.take(what);
    this.reset();
  }

  // Works out what does not hang on the range that is shown.
  take({peaks, ions, beside, precursor, words}) {
    Object.assign(this, {peaks, ions, beside, precursor, words, chosen: null});
    const own = peaks.filter(([, , use]) => use !== "no_peak").map(([mz]) => mz);
    this.digits = mzDigits(own, beside);
    const mzs = [...own, ...(beside?.peaks || []).map(([mz]) => mz)];
    if (known(precursor)) mzs.push(precursor);
    const low = mzs.reduce((a, b) => Math.min(a, b), mzs[0] ?? 0);
    const high = mzs.reduce((a, b) => Math.max(a, b), mzs[0] ?? 1);
    const margin = Math.max(2, 0.03 * (high - low));
    // Shares are of the largest peak up to the precursor; behind it there may be larger ones.
    this.most = peaks.reduce((most, [, intensity]) => Math.max(most, intensity), 1);
    this.whole = [Math.max(0, low - margin), high + margin];
  }

  // Other fragments of the same peaks, and another spectrum below.
  explain(ions, beside, words) {
    const {range, whole} = this, zoomed = range[0] !== whole[0] || range[1] !== whole[1];
    this.take({...this, ions, beside, words});
    if (zoomed) this.set(...range);
    else this.reset();
  }

  // The line that peaks stand on.
  get base() {
    return kPlotTop + kPlotStem;
  }

  get high() {
    return this.base + (this.beside ? kMirrorStem : 0) + kPlotBottom;
  }

  choose(place) {
    this.chosen = place;
    this.draw();
  }

  reset() {
    this.range = [...this.whole];
    this.draw();
  }

  zoom(factor, middle) {
    const [low, high] = this.range, at = known(middle) ? middle : (low + high) / 2;
    this.set(at - (at - low) * factor, at + (high - at) * factor);
  }

  move(share) {
    const [low, high] = this.range, step = (high - low) * share;
    const held = Math.min(Math.max(step, this.whole[0] - low), this.whole[1] - high);
    this.set(low + held, high + held);
  }

  set(low, high) {
    if (high - low < 0.05) return;
    this.range = [Math.max(low, this.whole[0]), Math.min(high, this.whole[1])];
    this.draw();
  }

  wide() {
    return Math.max(260, this.figure.clientWidth || 600);
  }

  x(mz) {
    const [low, high] = this.range;
    return kPlotLeft + (mz - low) / (high - low) * (this.wide() - kPlotLeft - kPlotRight);
  }

  mzAt(event) {
    const box = this.svg.getBoundingClientRect(), x = event.clientX - box.left, [low, high] = this.range;
    return low + (x - kPlotLeft) / (this.wide() - kPlotLeft - kPlotRight) * (high - low);
  }

  listen() {
    this.svg.addEventListener("keydown", (event) => {
      const acts = {"+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2),
                    "0": () => this.reset(), ArrowLeft: () => this.move(-0.25), ArrowRight: () => this.move(0.25)};
      if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      acts[event.key]();
      event.preventDefault();
    });
    this.svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      this.zoom(event.deltaY < 0 ? 0.8 : 1.25, this.mzAt(event));
      event.preventDefault();
    }, {passive: false});
    this.svg.addEventListener("dblclick", () => this.reset());
    this.svg.addEventListener("click", (event) => this.pickNear(event));
    this.svg.addEventListener("pointerdown", (event) => {
      this.dragged = false;
      if (event.button === 0 && event.pointerType !== "touch") this.start = this.mzAt(event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!known(this.start)) return;
      const [a, b] = [this.x(this.start), this.x(this.mzAt(event))];
      this.selection.setAttribute("x", Math.min(a, b));
      this.selection.setAttribute("width", Math.abs(a - b));
    });
    addEventListener("pointerup", (event) => {
      if (!known(this.start)) return;
      const [low, high] = [this.start, this.mzAt(event)].sort((a, b) => a - b);
      this.start = null;
      this.dragged = this.x(high) - this.x(low) > 6;
      if (this.dragged) this.set(low, high);
      this.selection.setAttribute("width", 0);
    });
  }

  // Picks the explained peak that is nearest to where was clicked: its line alone is too thin to be hit.
  pickNear(event) {
    if (this.dragged) return;
    const x = this.x(this.mzAt(event)), away = (peak) => Math.abs(this.x(peak.mz) - x);
    const near = this.visible().filter((peak) => this.ions.has(peak.place) && away(peak) < 8);
    if (near.length > 0) this.picked(near.reduce((best, peak) => away(peak) < away(best) ? peak : best).place);
  }

  draw() {
    if (!this.range) return;
    const wide = this.wide();
    this.svg.setAttribute("viewBox", `0 0 ${wide} ${this.high}`);
    this.svg.setAttribute("height", this.high);
    this.svg.setAttribute("aria-label", this.words);
    this.selection = svgElement("rect", {class: "selection", y: kPlotTop, height: this.high - kPlotTop - kPlotBottom,
                                         width: 0});
    this.svg.replaceChildren(...this.axes(wide), ...this.sticks(), ...this.mirrored(), ...this.labels(wide),
      this.selection);
  }

  axes(wide) {
    const bottom = this.high - kPlotBottom, [low, high] = this.range, parts = [];
    const line = (x1, y1, x2, y2, style) => svgElement("line", {x1, y1, x2, y2, class: style});
    parts.push(line(kPlotLeft, this.base, wide - kPlotRight, this.base, "axis"),
               line(kPlotLeft, bottom, kPlotLeft, kPlotTop, "axis"));
    if (this.beside) parts.push(line(kPlotLeft, bottom, wide - kPlotRight, bottom, "axis"));
    const most = Math.max(3, (wide - kPlotLeft) / 70), ten = 10 ** Math.floor(Math.log10((high - low) / most));
    const step = [ten, 2 * ten, 5 * ten, 10 * ten].find((one) => (high - low) / one <= most);
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    for (let mz = Math.ceil(low / step) * step; mz <= high; mz += step) {
      const x = this.x(mz).toFixed(1);
      parts.push(line(x, bottom, x, bottom + 4, "axis"),
                 svgElement("text", {x, y: bottom + 16, "text-anchor": "middle"}, mz.toFixed(digits)));
    }
    for (const share of [0, this.most / 2, this.most]) {
      parts.push(svgElement("text", {x: kPlotLeft - 6, y: this.y(share) + 4, "text-anchor": "end"},
        Math.round(100 * share) + " %"));
    }
    if (this.beside) {
      parts.push(svgElement("text", {x: kPlotLeft - 6, y: bottom + 4, "text-anchor": "end"}, "100 %"),
                 svgElement("text", {x: kPlotLeft + 4, y: bottom - 6}, this.nameBelow(wide)));
    }
    parts.push(svgElement("text", {x: (kPlotLeft + wide) / 2, y: this.high - 4, "text-anchor": "middle"}, "m/z"));
    if (known(this.precursor) && this.precursor >= low && this.precursor <= high) {
      const x = this.x(this.precursor).toFixed(1);
      parts.push(line(x, this.base, x, kPlotTop - 6, "precursor"));
    }
    return parts;
  }

  // What the library spectrum is called, as far as there is room.
  nameBelow(wide) {
    const room = Math.max(8, Math.floor((wide - kPlotLeft - kPlotRight) / 7)), name = "library: " + this.beside.name;
    return name.length > room ? name.slice(0, room - 1) + "…" : name;
  }

  y(intensity) {
    return this.base - Math.max(0, intensity) / this.most * kPlotStem;
  }

  // Peaks that can be seen now, the faint ones first, so that what is explained lies above them.
  visible() {
    const [low, high] = this.range;
    const layer = ({place, use}) => place === this.chosen ? 4 : this.ions.has(place) ? 3 :
      this.beside?.inIt[place] > 0 ? 2 : use === "read" ? 1 : 0;
    return this.peaks.map(([mz, intensity, use], place) => ({mz, intensity, use, place}))
      .filter(({mz, use}) => use !== "no_peak" && mz >= low && mz <= high)
      .sort((a, b) => layer(a) - layer(b));
  }

  sticks() {
    return this.visible().map(({mz, intensity, use, place}) => {
      const style = place === this.chosen ? "picked" : this.ions.has(place) ? "explained" :
        this.beside?.inIt[place] > 0 ? "shared" : use === "read" ? "unexplained" : "unread";
      const x = this.x(mz).toFixed(1);
      const stick = svgElement("line", {x1: x, x2: x, y1: this.base, y2: this.y(intensity).toFixed(1), class: style});
      if (this.ions.has(place)) {
        stick.append(svgElement("title", {}, `m/z ${mz.toFixed(this.digits)}: ${this.ions.get(place)[1]}`));
      }
      return stick;
    });
  }

  // The peaks of the library spectrum, downwards.
  mirrored() {
    const [low, high] = this.range, peaks = (this.beside?.peaks || []).filter(([mz]) => mz >= low && mz <= high);
    return peaks.sort((a, b) => Math.sign(a[2]) - Math.sign(b[2])).map(([mz, intensity, inQuery]) => {
      const x = this.x(mz).toFixed(1), end = this.base + Math.min(1, Math.max(0, intensity)) * kMirrorStem;
      const stick = svgElement("line", {x1: x, x2: x, y1: this.base, y2: end.toFixed(1),
                                        class: "mirrored " + (inQuery > 0 ? "shared" : "unexplained")});
      stick.append(svgElement("title", {}, `m/z ${mz.toFixed(mzDigits([mz]))} of the library spectrum` +
        ["", ": in both", ": in both, shifted as the precursors are"][inQuery]));
      return stick;
    });
  }

  // m/z above the largest peaks and the formula of those that are explained, as far as there is room.
  labels(wide) {
    const taken = [], texts = [], sticks = this.visible().map((peak) => [this.x(peak.mz), this.y(peak.intensity)]);
    const crossed = (box, own) => sticks.some(([x, top]) => Math.abs(x - own) > 0.5 && x > box.left && x < box.right &&
      top < box.bottom);
    const rank = (peak) => (peak.place === this.chosen ? 2 : 0) + (this.ions.has(peak.place) ? 1 : 0) + peak.intensity;
    for (const peak of this.visible().sort((a, b) => rank(b) - rank(a)).slice(0, kPlotLabels)) {
      const ion = this.ions.get(peak.place), words = [peak.mz.toFixed(this.digits), ...(ion ? [ion[1]] : [])];
      const half = 3.3 * Math.max(...words.map((text) => text.length)), high = 13 * words.length;
      const x = Math.min(Math.max(this.x(peak.mz), kPlotLeft + half + 2), wide - half - 2);
      const top = this.y(peak.intensity) - high - 3;
      const box = {left: x - half, right: x + half, top, bottom: top + high};
      const meets = (other) => box.left < other.right && box.right > other.left && box.top < other.bottom &&
        box.bottom > other.top;
      if (top < 0 || crossed(box, this.x(peak.mz)) || taken.some(meets)) continue;
      taken.push(box);
      words.forEach((text, i) => texts.push(svgElement("text", {x: x.toFixed(1), y: (top + 10 + 12 * i).toFixed(1),
        "text-anchor": "middle", class: i > 0 ? "formula" : ""}, text)));
    }
    return texts;
  }
}

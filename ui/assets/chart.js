// One chart: drawn once, then changed in place by Plotly.react, so that zoom, hidden series and hover stay.
// Colours come as CSS variables and are resolved here, again whenever the reader changes between light and dark.

const scripts = new Map();

function loaded(source) {
  if (window.Plotly) return Promise.resolve();
  if (!scripts.has(source)) {
    scripts.set(source, new Promise((resolve, reject) => {
      const early = document.getElementById("plotly-early"); // the page may have asked for it already
      const script = early ?? document.createElement("script");
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => { scripts.delete(source); script.remove(); reject(new Error(source)); });
      if (early) return;
      script.src = new URL(source, document.baseURI).href;
      document.head.appendChild(script);
    }));
  }
  return scripts.get(source);
}

// Charts are drawn one after another in the order of the page; the browser paints between two, and those further down
// wait until it has nothing better to do.
let turn = Promise.resolve();

function paintedOrIdle(box) {
  const inSight = box.getBoundingClientRect().top < window.innerHeight;
  return new Promise((resolve) => {
    if (inSight) requestAnimationFrame(() => setTimeout(resolve));
    else requestIdleCallback(resolve, { timeout: 1000 });
  });
}

function inTurn(box, work) {
  const mine = turn.then(work);
  turn = mine.catch(() => {}).then(() => paintedOrIdle(box));
  return mine;
}

function resolved(value, colourOf) {
  if (typeof value === "string") return value.startsWith("var(--") ? colourOf(value) : value;
  if (Array.isArray(value)) return value.map((each) => resolved(each, colourOf));
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, colourOf)]));
}

// Plotly's text has line breaks and entities; a template only parses it, nothing in it runs or is fetched.
function spoken(text) {
  const parsed = document.createElement("template");
  parsed.innerHTML = text.replace(/<[^>]*>/g, " ");
  return parsed.content.textContent;
}

// Of the points that share a hover, the one under the pointer, else the nearest.
function under(points, event, plot) {
  const at = plot.getBoundingClientRect();
  const [x, y] = [event.clientX - at.left, event.clientY - at.top];
  const beside = (low, high, value) => Math.max(low - value, 0, value - high);
  const away = ({ bbox }) => (bbox ? beside(bbox.x0, bbox.x1, x) + beside(bbox.y0, bbox.y1, y) : Infinity);
  return points.reduce((best, each) => (away(each) < away(best) ? each : best));
}

// Streamlit follows the browser's history, so that a link is one entry in it and Back leads to the page as it was.
// Were the page to switch by itself (st.switch_page), it would leave a second entry: this page with that one's query.
function follow(link) {
  history.pushState({}, "", new URL(link, document.baseURI));
  dispatchEvent(new PopStateEvent("popstate"));
}

class Chart {
  constructor(parent) {
    this.box = document.createElement("div");
    this.box.className = "chart palette";
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "group");
    this.plot = document.createElement("div");
    this.plot.setAttribute("role", "img");
    this.told = document.createElement("p");
    this.told.setAttribute("aria-live", "polite");
    this.told.className = "told";
    this.probe = document.createElement("span");
    this.probe.className = "probe";
    this.box.append(this.plot, this.told, this.probe);
    parent.appendChild(this.box);
    // The probe's colour runs through a transition of no length: its end tells that the theme has changed.
    this.probe.addEventListener("transitionend", () => this.draw());
    this.resized = new ResizeObserver(() => this.resize());
    this.resized.observe(this.box);
    this.box.addEventListener("keydown", (event) => this.walk(event));
    this.box.addEventListener("pointermove", (event) => { this.pointer = event; });
    this.box.addEventListener("pointerleave", () => { this.pointer = null; });
    this.at = null;
  }

  show(data) {
    const told = JSON.stringify(data);
    if (this.drawn === told) return;
    this.drawn = told;
    this.figure = JSON.parse(data.figure);
    this.box.style.minHeight = `${data.height_px}px`;
    this.height = data.height_px;
    this.plot.setAttribute("aria-label", data.alt);
    const leads = this.figure.data.some(({ customdata }) => customdata?.some(Boolean));
    this.box.setAttribute("aria-label", `${data.alt} ${leads ? "Arrow keys walk along the chart, Enter opens the requests." : "Arrow keys walk along the chart."}`);
    loaded(data.script).then(() => inTurn(this.box, () => this.draw()), () => this.fail());
  }

  colourOf(name) {
    this.probe.style.setProperty("background-color", name);
    return getComputedStyle(this.probe).backgroundColor;
  }

  async draw() {
    if (!this.figure || this.ended) return;
    const { data, layout } = resolved(this.figure, (name) => this.colourOf(name));
    const size = { width: this.box.clientWidth, height: this.height };
    await window.Plotly.react(this.plot, data, { ...layout, ...size }, { displayModeBar: false, responsive: false, doubleClick: "reset" });
    this.box.dataset.drawn = String(Number(this.box.dataset.drawn || 0) + 1);
    if (!this.listening) this.listen();
    if (this.pointer) this.hoverAgain();
  }

  fail() {
    this.drawn = null;
    this.told.textContent = "The chart's script did not load. Reload the page; the figures can be downloaded as CSV.";
    this.told.className = "failed";
  }

  listen() {
    this.listening = true;
    this.plot.on("plotly_click", ({ points, event }) => this.pick(under(points, event, this.plot)));
  }

  // React takes the hover away; the pointer has not moved, so it is put back where it is.
  hoverAgain() {
    const target = this.plot.querySelector(".nsewdrag");
    const { clientX, clientY } = this.pointer;
    if (target) target.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true }));
  }

  pick(point) {
    if (typeof point?.customdata === "string") follow(point.customdata);
  }

  resize() {
    if (this.listening && this.box.clientWidth) window.Plotly.relayout(this.plot, { width: this.box.clientWidth });
  }

  // By keyboard: left and right walk over the points one after another, Enter opens what the pointer would.
  walk(event) {
    if (!this.listening) return;
    const stops = this.stops();
    if (event.key === "Enter" && this.at !== null && stops[this.at]) {
      this.pick(stops[this.at]);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const step = event.key === "ArrowRight" ? 1 : -1;
      const from = this.at === null ? (step > 0 ? -1 : stops.length) : this.at;
      this.at = Math.max(0, Math.min(stops.length - 1, from + step));
      this.visit(stops[this.at]);
    } else if (event.key === "Escape") {
      this.at = null;
      window.Plotly.Fx.unhover(this.plot);
      this.told.textContent = "";
    } else {
      return;
    }
    event.preventDefault();
  }

  stops() {
    const traces = this.plot._fullData.map((trace, curveNumber) => ({ trace, curveNumber })).filter(({ trace }) => trace.visible === true && trace.hoverinfo !== "skip");
    const points = traces.flatMap(({ trace, curveNumber }) => Array.from(trace.x, (_, pointNumber) => ({
      curveNumber, pointNumber, name: trace.name, along: trace.orientation === "h" ? trace.y[pointNumber] : trace.x[pointNumber],
      text: [trace.hovertext, trace.text].map((each) => Array.isArray(each) ? each[pointNumber] : null).find(Boolean),
      customdata: trace.customdata?.[pointNumber], value: trace.orientation === "h" ? trace.x[pointNumber] : trace.y[pointNumber],
    })));
    return points.filter(({ value }) => value !== null && value !== 0 && value !== undefined);
  }

  visit(stop) {
    if (!stop) return;
    window.Plotly.Fx.hover(this.plot, [{ curveNumber: stop.curveNumber, pointNumber: stop.pointNumber }]);
    this.told.textContent = spoken(String(stop.text ?? `${stop.name ?? ""} ${stop.along}: ${stop.value}`));
  }

  end() {
    this.ended = true;
    this.resized.disconnect();
    if (this.listening) window.Plotly.purge(this.plot);
  }
}

const charts = new WeakMap();

export default function ({ data, parentElement }) {
  if (!charts.has(parentElement)) charts.set(parentElement, new Chart(parentElement));
  const chart = charts.get(parentElement);
  chart.show(data);
  return () => {
    charts.delete(parentElement);
    chart.end();
  };
}

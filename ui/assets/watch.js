// Streamlit asks these two whether its server is there, before the first connection and whenever one has ended. What
// it tells of their failures are a framework's words over the page; here they fail no more. They wait until the server
// is back, which a bar of ours says, and where it answers that nobody is signed in the page goes to the sign-in.
(() => {
  const ASKED = ["/_stcore/health", "/_stcore/host-config"];
  const AWAY = [502, 503, 504]; // what a proxy says of a server that is gone
  const AGAIN_MS = 1000;
  const PATIENCE_MS = 10000;
  const WORDS =
    "What you see and what you typed stays here, and the page goes on by itself once the server is back.";
  const fetched = window.fetch.bind(window);
  let bar = null;

  const signIn = () => {
    const here = location.pathname + location.search;
    location.replace("/sign-in" + (here === "/" ? "" : "?next=" + encodeURIComponent(here)));
    return new Promise(() => {}); // the page is being left
  };

  const answer = async (url) => {
    try {
      const got = await fetched(url, { signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store" });
      return AWAY.includes(got.status) ? null : got;
    } catch {
      return null;
    }
  };

  const asked = async (url) => {
    let got = await answer(url);
    while (got === null) {
      told();
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      got = await answer(url);
    }
    bar?.remove();
    bar = null;
    return got.status === 401 ? signIn() : got;
  };

  const told = () => {
    if (bar !== null || document.body === null) return;
    const app = document.querySelector(".stApp");
    const { color, backgroundColor } = getComputedStyle(app ?? document.body);
    bar = document.createElement("div");
    bar.id = "signalbox-away";
    bar.setAttribute("role", "alert");
    Object.assign(bar.style, {
      position: "fixed", insetInline: "0", top: "0", zIndex: "1000000", padding: "0.6rem 1rem", textAlign: "center",
      // the page's own two colours, changed over: readable in light and dark
      color: app ? backgroundColor : "Canvas", background: app ? color : "CanvasText",
      font: "14px/1.45 -apple-system, 'Segoe UI', Roboto, Ubuntu, 'Liberation Sans', Arial, sans-serif",
    });
    const since = new Date().toLocaleTimeString([], { timeStyle: "medium", hourCycle: "h23" });
    const what = document.createElement("strong");
    what.textContent = `The server has not answered since ${since}. `;
    bar.append(what, WORDS);
    document.body.append(bar);
  };

  window.fetch = (what, options) => {
    const url = new URL(what instanceof Request ? what.url : what, location.href);
    const ours = url.origin === location.origin && ASKED.some((path) => url.pathname.endsWith(path));
    return ours ? asked(url) : fetched(what, options);
  };

  addEventListener("pageshow", (event) => {
    if (event.persisted) asked(new URL(ASKED[1], location.href)); // Back, to a page that the browser had kept whole
  });
})();

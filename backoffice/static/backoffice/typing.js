"use strict";
// What is typed in a form is kept in this browser until it is sent, for its user alone, and is there again after "Back", a
// link, or a closed window. Passwords and files are never kept. The server draws the form with what was kept.
(() => {
  const NEVER = ["csrfmiddlewaretoken", "_by"];
  let form = document.querySelector("form[data-draft]");
  if (!form) return;
  const key = `gawai:draft:${form.dataset.draft}:${location.pathname}${location.search}`;
  let changed = "typed" in form.dataset;
  let leaving = false;
  let timer;

  const typed = () => {
    const secret = new Set([...form.querySelectorAll("[type=password]")].map((each) => each.name));
    const pairs = [];
    for (const [name, value] of new FormData(form)) {
      if (NEVER.includes(name) || secret.has(name)) continue;
      if (typeof value === "string") pairs.push([name, value]);
      else if (value.name) pairs.push([`${name}-lost`, value.name]);
    }
    return pairs;
  };
  const keep = () => {
    window.clearTimeout(timer);
    if (!changed || leaving) return;
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), pairs: typed() }));
    } catch { /* no room, or not allowed: the form works all the same */ }
  };
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key))?.pairs;
    } catch { return null; }
  };
  const watch = () => {
    for (const kind of ["input", "change"]) {
      form.addEventListener(kind, () => {
        changed = true;
        window.clearTimeout(timer);
        timer = window.setTimeout(keep, 200);
      });
    }
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      keep();
      leaving = true;
      // What was sent comes back from what is kept here, or not at all: never from the browser's own memory of the fields.
      form.autocomplete = "off";
      sessionStorage.setItem("gawai:sent", key);
    });
  };
  const restore = async (pairs) => {
    const body = new FormData();
    for (const [name, value] of pairs) body.append(name, value);
    for (const name of NEVER) body.set(name, form.elements[name].value);
    body.set("_draft", "1");
    const answer = await fetch(location.href, { method: "POST", body, redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const drawn = page.querySelector("form[data-draft]");
    if (!drawn || changed) return;
    form.replaceWith(drawn);
    form = drawn;
    changed = true;
    watch();
    document.dispatchEvent(new CustomEvent("gawai:drawn"));
    const told = document.getElementById("restored");
    told.hidden = false;
    told.querySelector("button").addEventListener("click", () => {
      leaving = true;
      localStorage.removeItem(key);
      location.replace(location.href);
    });
  };

  watch();
  if (changed) keep();
  else if (kept()) restore(kept()).catch(() => {});
  if (!form.querySelector("[autofocus]")) document.querySelector(".g-summary")?.focus();
  window.addEventListener("pagehide", keep);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (leaving && !kept()) location.reload();
    leaving = false;
    delete form.dataset.sent;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!changed || leaving) return;
    keep();
    event.preventDefault();
  });
})();

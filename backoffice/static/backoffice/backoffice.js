"use strict";
// A page that answered a form that was sent is asked for anew by "Back", without sending the form again.
if ("answer" in document.documentElement.dataset) history.replaceState(history.state, "", location.href);

// A form is sent once; the server refuses a second one anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.dataset.sent) {
    if (form.dataset.sent) event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  window.setTimeout(() => delete form.dataset.sent, 8000);
});

// What was typed in a form (typing.js) goes when its act is done, when its user signs out, before another's eyes, and after
// three days.
document.addEventListener("readystatechange", () => {
  const out = document.querySelector("form[data-user]");
  if (!out || document.readyState !== "interactive") return;
  const forget = (which) => Object.keys(localStorage).filter(which).forEach((key) => localStorage.removeItem(key));
  const draft = (key) => key.startsWith("gawai:draft:");
  const here = document.querySelector("form[data-draft]")
    && `gawai:draft:${out.dataset.user}:${location.pathname}${location.search}`;
  const sent = sessionStorage.getItem("gawai:sent");
  const old = (key) => Date.now() - JSON.parse(localStorage.getItem(key)).at > 3 * 86400000;
  forget((key) => draft(key) && (!key.startsWith(`gawai:draft:${out.dataset.user}:`) || old(key)));
  if (sent && sent !== here) localStorage.removeItem(sent);
  sessionStorage.removeItem("gawai:sent");
  out.addEventListener("submit", () => forget(draft));
});
// Rows of a list are chosen together; how many is said beside the acts.
const choosing = (all) => {
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.all}"][form="${all.form.id}"]`)];
  const told = all.form.querySelector("[data-chosen]");
  const asked = told.textContent;
  const count = () => {
    const n = boxes.filter((box) => box.checked).length;
    all.checked = n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
    told.textContent = n ? `${n} ✓` : asked;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); count(); });
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
};
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("input[data-all]").forEach(choosing));
// Light or dark as the device has it, unless its reader chose; told before anything is drawn.
const MEDIA = { light: "not all", dark: "all" };
const scheme = () => localStorage.getItem("scheme") || "";
const dress = () => {
  document.getElementById("dark").media = MEDIA[scheme()] || "(prefers-color-scheme: dark)";
  for (const each of document.querySelectorAll("[data-scheme]")) {
    each.setAttribute("aria-pressed", String(each.dataset.scheme === scheme()));
  }
};
dress();
document.addEventListener("DOMContentLoaded", dress);
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-scheme]");
  if (chosen) {
    localStorage.setItem("scheme", chosen.dataset.scheme);
    dress();
  }
  // What hangs open from the header closes when one goes elsewhere.
  for (const each of document.querySelectorAll(".g-drop[open]")) {
    if (!each.contains(event.target)) each.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  const asks = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
  const find = asks && document.querySelector(".g-find input");
  if (find) {
    event.preventDefault();
    find.closest("details").open = true;
    find.focus();
    find.select();
    return;
  }
  const open = event.key === "Escape" && document.querySelector(".g-drop[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
// A filter with thousands to choose from suggests what the server offers for the words in it.
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("input[data-offer]").forEach((box) => {
  const list = document.createElement("datalist");
  list.id = `offer-${box.name}`;
  box.after(list);
  box.setAttribute("list", list.id);
  let timer;
  box.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const answer = await fetch(`?${new URLSearchParams({ _offer: box.name, q: box.value })}`).catch(() => null);
      if (!answer?.ok) return;
      const { found } = await answer.json();
      list.replaceChildren(...found.map((each) => Object.assign(document.createElement("option"), { value: each })));
    }, 200);
  });
}));

// What is still being made is looked up anew in its place, until it is done.
const lookAnew = async () => {
  const shown = document.querySelector("[data-unfinished]");
  if (!shown) return;
  try {
    const answer = await fetch(location.href);
    const drawn = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-unfinished]");
    if (drawn) shown.replaceWith(drawn);
    else if (answer.ok) location.reload();
  } catch { /* not reached: asked again later */ }
  window.setTimeout(lookAnew, 4000);
};
document.addEventListener("DOMContentLoaded", () => window.setTimeout(lookAnew, 2000));

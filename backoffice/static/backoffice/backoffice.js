"use strict";
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
  const open = event.key === "Escape" && document.querySelector(".g-drop[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

"use strict";
// A code that is scanned ticks its device here; what is not on the page, or one too many, is judged by the server. Of a
// delivery to many a device that is ticked goes to the first request that waits for its type, and each request shows what goes to it.
const FIRST = "first";
const plain = (code) => code.toUpperCase().replace(/[\s.\-/]/g, "");
const all = (selector) => [...document.querySelectorAll(selector)];
const told = () => document.querySelector("[data-scanned]");
const scan = () => document.querySelector("input[name=code]");
const tick = (device) => device.querySelector("input[type=checkbox]");
const choice = (device) => device.querySelector("select[name$='-line']");
const called = (device) => device.querySelector("legend").textContent;
const conditionOf = (device) => device.querySelector("input[type=radio]:checked") || device.querySelector("input[type=radio]");
const show = (device) => {
  device.scrollIntoView({ block: "nearest" });
  conditionOf(device).focus();
};

// A scan that is right takes back what was said of the one before, and leaves what else is wrong.
const forgive = () => {
  const summary = document.querySelector(".g-summary");
  summary?.querySelector(`a[href="#${scan().id}"]`)?.closest("li").remove();
  if (summary && !summary.querySelector("li")) summary.querySelectorAll("ul, [data-fields]").forEach((each) => each.remove());
  if (summary && !summary.children.length) summary.remove();
  document.getElementById(`${scan().id}_error`)?.remove();
  scan().closest(".g-wrong")?.classList.remove("g-wrong");
  ["aria-invalid", "aria-describedby"].forEach((each) => scan().removeAttribute(each));
};
// How many more of its type are waited for by what is ticked.
const room = (device) => {
  const kind = `[data-kind="${device.dataset.kind}"]`;
  const waiting = all(`[data-left]${kind}`).filter((each) => each.closest("label")?.querySelector("input").checked ?? true);
  const taken = all(`.g-device${kind}`).filter((each) => tick(each).checked);
  return waiting.reduce((sum, each) => sum + Number(each.dataset.left), -taken.length);
};

const line = (key) => document.querySelector(`[data-line="${key}"]`);
const goes = (key) => line(key)?.closest("label").querySelector("input").checked;
const ticked = (key) => all(".g-device").filter((each) => tick(each).checked && choice(each)?.value === key);
const hasRoom = (key) => key !== FIRST && goes(key) && ticked(key).length < Number(line(key).dataset.left);
const place = (device) => {
  const chosen = choice(device);
  if (!chosen) return;
  if (!tick(device).checked || (chosen.value !== FIRST && !goes(chosen.value))) chosen.value = FIRST;
  if (tick(device).checked && chosen.value === FIRST) chosen.value = [...chosen.options].map((each) => each.value).find(hasRoom) || FIRST;
};
const count = () => {
  for (const each of all("[data-line]")) {
    const shown = ticked(each.dataset.line).map((device) => {
      const row = document.createElement("span");
      row.className = "g-served";
      row.textContent = `✓ ${called(device)}`;
      return row;
    });
    each.querySelector("[data-devices]").replaceChildren(...shown);
  }
};
const say = (device) => {
  const chosen = choice(device);
  const to = chosen && chosen.value !== FIRST ? ` → ${chosen.selectedOptions[0].textContent}` : "";
  told().textContent = `${told().dataset.scanned} ${called(device)}${to}.`;
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const device = event.target.closest(".g-device");
  if (event.target === scan()) {
    const wanted = plain(scan().value);
    const found = wanted && all(".g-device").find((each) => each.dataset.codes.split("|").some((one) => one && plain(one) === wanted));
    if (!found || (!tick(found).checked && room(found) < 1)) return;
    event.preventDefault();
    forgive();
    tick(found).checked = true;
    tick(found).dispatchEvent(new Event("change", { bubbles: true }));
    say(found);
    scan().value = "";
    show(found);
  } else if (device && event.target.type === "radio") {
    // Enter on a condition goes on to the next scan.
    event.preventDefault();
    event.target.checked = true;
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
    scan().focus();
  }
});
document.addEventListener("change", (event) => {
  const device = event.target.closest(".g-device");
  if (device && event.target === tick(device)) place(device);
  if (event.target.name === "row") all(".g-device").forEach(place);
  if (device || event.target.name === "row") count();
});

const atHand = document.querySelector("[data-at-hand]");
if (atHand) {
  say(atHand);
  show(atHand);
} else if (!document.querySelector(".g-summary, #refused[autofocus]")) scan().focus();

"use strict";
// A code that is scanned ticks its device here; what is not on the page is looked up by the server.
const plain = (code) => code.toUpperCase().replace(/[\s.\-/]/g, "");
const code = document.querySelector("input[name=code]");
const devices = [...document.querySelectorAll(".g-device")];
const told = document.querySelector("[data-scanned]");

const conditionOf = (device) => device.querySelector("input[type=radio]:checked") || device.querySelector("input[type=radio]");
const show = (device) => {
  device.scrollIntoView({ block: "nearest" });
  conditionOf(device).focus();
};

code.addEventListener("keydown", (event) => {
  const wanted = plain(code.value);
  if (event.key !== "Enter" || !wanted) return;
  const device = devices.find((each) => each.dataset.codes.split("|").some((one) => one && plain(one) === wanted));
  if (!device) return;
  event.preventDefault();
  device.querySelector("input[type=checkbox]").checked = true;
  told.textContent = `${told.dataset.scanned} ${device.querySelector("legend").textContent}`;
  code.value = "";
  show(device);
});

// Enter on a condition goes on to the next scan.
for (const device of devices) {
  device.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "radio") return;
    event.preventDefault();
    event.target.checked = true;
    code.focus();
  });
}

const atHand = document.querySelector("[data-at-hand]");
if (atHand) show(atHand);
else code.focus();

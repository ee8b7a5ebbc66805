// The button that opens the browser's own printing; without scripts the browser's menu does.
for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}

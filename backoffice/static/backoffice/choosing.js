"use strict";
// A searched choice: the box suggests rows that the server offers for the words in it.
(() => {
  let number = 0;
  const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);

  const enhance = (box) => {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    const name = box.dataset.choose;
    const text = box.querySelector(`[name="${name}-text"]`);
    const was = box.querySelector(`[name="${name}-was"]`);
    let key = box.querySelector(`[name="${name}"]`);
    const list = make("ul", { id: `choose-${number += 1}`, hidden: true });
    const told = make("p", { className: "g-unseen" });
    let options = [];
    let at = -1;
    let timer;
    let asked;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.closest(".g-field, td")?.querySelector("label")?.textContent.trim() || text.name);
    told.setAttribute("role", "status");
    for (const [attribute, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) text.setAttribute(attribute, value);
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    box.append(list, told);

    const close = () => {
      list.hidden = true;
      at = -1;
      text.setAttribute("aria-expanded", "false");
      text.removeAttribute("aria-activedescendant");
    };
    const point = (to) => {
      options[at]?.setAttribute("aria-selected", "false");
      at = (to + options.length) % options.length;
      options[at].setAttribute("aria-selected", "true");
      options[at].scrollIntoView({ block: "nearest" });
      text.setAttribute("aria-activedescendant", options[at].id);
    };
    const choose = (option) => {
      if (key.tagName === "SELECT") {
        const plain = make("input", { type: "hidden", name });
        key.replaceWith(plain);
        key = plain;
      }
      key.value = option.dataset.key;
      text.value = was.value = option.textContent;
      close();
      key.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const show = ({ found, told: words }) => {
      list.replaceChildren(...found.map((each, index) => {
        const option = make("li", { id: `${list.id}-${index}`, textContent: each.label });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.key = each.key;
        option.addEventListener("click", () => choose(option));
        return option;
      }));
      options = [...list.children];
      at = -1;
      list.hidden = !options.length;
      text.setAttribute("aria-expanded", String(!list.hidden));
      told.textContent = words;
      told.classList.toggle("g-unseen", Boolean(options.length));
    };
    const ask = async (words) => {
      asked?.abort();
      asked = new AbortController();
      const body = new FormData(text.form);
      for (const [field, value] of [...body]) if (typeof value !== "string") body.delete(field);
      body.set("_search", name);
      body.set("q", words);
      try {
        const answer = await fetch(location.href, { method: "POST", body, redirect: "error", signal: asked.signal });
        if (answer.ok && answer.headers.get("Content-Type") === "application/json") show(await answer.json());
      } catch { /* replaced by a later question, or no connection: the words themselves can be sent */ }
    };

    text.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => ask(text.value), 200);
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask(text.value === was.value ? "" : text.value);
        else point(event.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        choose(options[at]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    text.addEventListener("blur", close);
  };

  const all = () => document.querySelectorAll("[data-choose]").forEach(enhance);
  all();
  document.addEventListener("gawai:drawn", all);
})();

"use strict";
// Photos go to the server one by one as soon as they are chosen, each with how far it is, and the form then names those
// that were kept. What cannot go ahead stays chosen and comes with the form, as it does without this script. What is
// refused stands in the form, which is not taken until it is dropped or something else is chosen.
(() => {
  const CARRIED = ["csrfmiddlewaretoken", "_by"];
  const TRIES = 4;
  let line = Promise.resolve();
  let going = 0;

  const send = (form, name, file, progress) => new Promise((resolve) => {
    const body = new FormData();
    for (const each of CARRIED) body.set(each, form.elements[each].value);
    body.set("_keep", name);
    body.set(name, file);
    const call = new XMLHttpRequest();
    call.upload.addEventListener("progress", (event) => { progress.value = event.loaded / event.total; });
    call.addEventListener("loadend", () => resolve(call));
    call.responseType = "json";
    call.open("POST", location.href);
    call.send(body);
  });
  const sent = async (form, name, file, progress) => {
    for (let tries = 1; ; tries += 1) {
      const call = await send(form, name, file, progress);
      if (call.status !== 429 || tries === TRIES) return call;
      await new Promise((again) => { window.setTimeout(again, 1000 * Number(call.getResponseHeader("Retry-After"))); });
    }
  };

  const enhance = (box) => {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    const [input, list] = [box.querySelector("input[type=file]"), box.querySelector("[data-sent]")];
    const [name, form, most] = [box.dataset.photos, input.form, Number(input.dataset.most)];
    const [waits, refused] = box.querySelectorAll("template");
    let left = [];

    const stay = () => {
      const files = new DataTransfer();
      left.forEach((file) => files.items.add(file));
      input.files = files.files;
    };
    const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));
    const row = (file) => {
      const made = waits.content.firstElementChild.cloneNode(true);
      made.querySelector("span").textContent = file.name;
      made.querySelector("progress").setAttribute("aria-label", file.name);
      list.append(made);
      return made;
    };
    const refuse = (made, file, words) => {
      const told = refused.content.firstElementChild.cloneNode(true);
      const said = `${file.name}: ${words}`;
      told.querySelector("input").value = told.querySelector("span").textContent = said;
      made.replaceWith(told);
      changed();
    };
    const keep = (made, file, { token }) => {
      const [tick, picture] = [made.querySelector("input"), made.querySelector("img")];
      made.querySelector("progress").remove();
      tick.value = token;
      tick.hidden = tick.disabled = false;
      picture.src = URL.createObjectURL(file);
      picture.hidden = false;
      changed();
    };
    const later = (made, file) => {
      made.className = "g-muted";
      made.textContent = `${file.name}: ${box.dataset.later}`;
      left.push(file);
      stay();
    };
    const go = async (made, file) => {
      const call = await sent(form, name, file, made.querySelector("progress"));
      if (call.status === 200 && call.response?.token) keep(made, file, call.response);
      else if (call.status >= 400 && call.response?.detail) refuse(made, file, call.response.detail);
      else later(made, file);
    };
    const take = (files) => {
      for (const file of files) {
        const made = row(file);
        if (list.querySelectorAll("input:checked").length + left.length > most) refuse(made, file, box.dataset.many);
        else if (file.size > Number(input.dataset.bytes)) refuse(made, file, box.dataset.large);
        else {
          going += 1;
          line = line.then(() => go(made, file)).finally(() => { going -= 1; });
        }
      }
      stay();
    };

    const instead = (files) => {
      if (files.length) list.querySelectorAll(".g-refused").forEach((each) => each.remove());
      take(files);
    };
    input.addEventListener("change", () => instead([...input.files].filter((file) => !left.includes(file))));
    list.addEventListener("click", (event) => {
      if (!event.target.closest("[data-drop]")) return;
      event.target.closest("li").remove();
      changed();
      input.focus();
    });
    const camera = box.querySelector("[data-camera]");
    camera.hidden = !window.matchMedia("(pointer: coarse)").matches;
    camera.addEventListener("click", () => {
      const lens = Object.assign(document.createElement("input"), { type: "file", accept: "image/*" });
      lens.setAttribute("capture", "environment");
      lens.addEventListener("change", () => instead([...lens.files]));
      lens.click();
    });
    form.addEventListener("submit", (event) => {
      if (!going) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      box.querySelector("[data-told]").textContent = box.dataset.waiting;
      const { submitter } = event;
      line.then(() => {
        box.querySelector("[data-told]").textContent = "";
        form.requestSubmit(submitter);
      });
    }, { capture: true });
  };

  const all = () => document.querySelectorAll("[data-photos]").forEach(enhance);
  all();
  document.addEventListener("gawai:drawn", all);
})();

// The site's own script: keys, ticking many, dialogs, busy buttons, files, undo, the end of a session.
// Every page works without it. No eval, nothing inline, nothing from elsewhere.
(() => {
  "use strict";
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => Array.from(root.querySelectorAll(query));
  const say = (text) => { const box = $("#say"); if (box) box.textContent = text; };

  // ── ticking many: form[data-bulk] > .list with .tick cells, then .bulk ──
  let lastTick = null;
  const ticks = (form) => $$("td.tick input[type=checkbox]", form);
  const bulk = (form) => {
    const all = ticks(form);
    const on = all.filter((box) => box.checked);
    const bar = $(".bulk", form);
    const head = $("th.tick input", form);
    const every = $("input[name=all]", form);
    for (const box of all) box.closest("tr").setAttribute("aria-selected", box.checked ? "true" : "false");
    if (head) { head.checked = on.length > 0 && on.length === all.length; head.indeterminate = on.length > 0 && !head.checked; }
    if (!bar) return;
    bar.hidden = on.length === 0;
    const unit = bar.dataset.unit || "条";
    const count = $("[data-count]", bar);
    const whole = every && every.value === "1";
    if (count) count.textContent = whole ? `已选全部 ${bar.dataset.total} ${unit}` : `已选 ${on.length} ${unit}`;
    for (const one of $$("[data-some]", bar)) one.textContent = one.dataset.some.replace("#", whole ? bar.dataset.total : on.length);
  };
  const tick = (box, on, range) => {
    const form = box.closest("form");
    const all = ticks(form);
    if (range && lastTick && all.includes(lastTick)) {
      const [from, to] = [all.indexOf(lastTick), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = on;
    }
    box.checked = on;
    lastTick = box;
    const every = $("input[name=all]", form);
    if (every) every.value = "";
    bulk(form);
  };
  const clearTicks = (form) => {
    const on = ticks(form).filter((box) => box.checked);
    for (const box of on) box.checked = false;
    const every = $("input[name=all]", form);
    if (every) every.value = "";
    bulk(form);
    return on.length > 0;
  };
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches || !box.matches(".tick input[type=checkbox]")) return;
    const form = box.closest("form");
    if (!form) return;
    if (box.closest("th")) {
      for (const one of ticks(form)) one.checked = box.checked;
      const every = $("input[name=all]", form);
      if (every) every.value = "";
      bulk(form);
    } else tick(box, box.checked, false);
  });

  // ── dialogs ──
  const openDialog = (dialog) => {
    if (!dialog || dialog.open && dialog.dataset.shown) return;
    if (!dialog.showModal) { dialog.setAttribute("open", ""); return; }
    dialog.removeAttribute("open");
    dialog.dataset.modal = "";
    dialog.dataset.shown = "1";
    dialog.addEventListener("close", () => delete dialog.dataset.shown, { once: true });
    dialog.showModal();
    const first = $("[aria-invalid=true]", dialog) || $("[autofocus]", dialog) || $("[data-close]", dialog);
    if (first) first.focus();
  };

  // ── clicks ──
  document.addEventListener("click", (event) => {
    const at = (query) => event.target.closest && event.target.closest(query);
    let it = at(".tick input[type=checkbox]");
    if (it && event.shiftKey && it.closest("td")) return tick(it, it.checked, true);
    it = at("[data-dialog]");
    if (it) {
      const dialog = document.getElementById(it.dataset.dialog);
      if (dialog) { event.preventDefault(); openDialog(dialog); return; }
    }
    it = at("[data-close]");
    if (it) {
      const dialog = it.closest("dialog");
      if (dialog && dialog.open) { event.preventDefault(); dialog.close(); return; }
    }
    it = at("[data-all]");
    if (it) {
      const form = it.closest("form");
      for (const box of ticks(form)) box.checked = true;
      const every = $("input[name=all]", form);
      if (every) every.value = "1";
      bulk(form);
      return;
    }
    it = at("[data-clear]");
    if (it) { event.preventDefault(); clearTicks(it.closest("form")); return; }
    it = at("[data-print]");
    if (it) { event.preventDefault(); window.print(); return; }
    const found = $("#found");
    if (found && found.firstChild && !at(".find")) found.textContent = "";
  });

  // ── busy buttons: what is sent twice counts once ──
  const busy = (button) => {
    if (!button || button.dataset.words !== undefined) return;
    button.dataset.words = button.textContent;
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  };
  const rest = (button) => {
    if (!button || button.dataset.words === undefined) return;
    button.removeAttribute("aria-busy");
    if (button.dataset.busy) button.textContent = button.dataset.words;
    delete button.dataset.words;
  };
  const idle = () => {
    for (const form of $$("form[data-sent]")) delete form.dataset.sent;
    $$("button[data-words]").forEach(rest);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const mine = (node) => node && (node.hasAttribute("hx-post") || node.hasAttribute("hx-get"));
    if (mine(form) || mine(button)) return;
    if (event.defaultPrevented) return;
    const way = (button && button.getAttribute("formmethod")) || form.getAttribute("method");
    if (way !== "post") return;  // form.method may be a field of that name: how a check was made
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    markSent(form, button);
    busy(button || $("button[type=submit], button:not([type])", form));
    if (downloads(form, button)) setTimeout(idle, 3000);
  });
  window.addEventListener("pageshow", () => { idle(); $$("form[data-bulk]").forEach(bulk); });

  // ── htmx ──
  const trigger = (event) => {
    const config = event.detail.requestConfig;
    const button = config && config.triggeringEvent && config.triggeringEvent.submitter;
    return button || (event.detail.elt.matches("button") ? event.detail.elt : null);
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    const button = trigger(event);
    if (button && button.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    busy(button);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    rest(trigger(event));
    const status = event.detail.xhr ? event.detail.xhr.status : 0;
    if (event.detail.successful || status === 422 || status === 401) return;
    const box = $("#done");
    if (!box) return;
    const text = status === 0 ? "没有连上服务，您填的还在；过一会儿再按一次。" : status === 403 ? "您的角色不能做这件事。"
      : status === 404 ? "没有这一条，或不在您的范围内。" : "服务出了问题，已记下。您填的还在，过一会儿再按一次。";
    box.innerHTML = "<div class=\"notice notice--bad done-bar\"><b>没有做成</b><span></span></div>";
    $("span", box).textContent = text;
  });
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (!root || root === document.body) return;
    $$("form[data-bulk]").forEach(bulk);
    const dialog = root.matches("dialog") ? root : $("dialog[data-modal]", root);
    if (dialog && dialog.closest("#dialog")) openDialog(dialog);
    else { const wrong = $("[aria-invalid=true]", root); if (wrong) wrong.focus(); }
    const spoken = root.matches("[data-say]") ? root : $("[data-say]", root);
    if (spoken) say(spoken.dataset.say);
  });

  // ── files: dropped, listed, photos made small ──
  const size = (bytes) => bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  const listFiles = (input) => {
    const box = input.closest("[data-drop], .field, .shots, form");
    const list = box && $("[data-files]", box);
    if (!list) return;
    list.textContent = "";
    for (const file of input.files) {
      const line = document.createElement(list.matches("ul, ol") ? "li" : "span");
      line.textContent = `${file.name} ${size(file.size)}`;
      list.append(line);
    }
  };
  const LIMIT = 150 * 1024;
  const shrink = async (file) => {
    if (!file.type.startsWith("image/") || file.size <= LIMIT || !window.createImageBitmap) return file;
    const picture = await createImageBitmap(file);
    let side = 1600;
    for (let tries = 0; tries < 8; tries += 1, side *= 0.8) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.72));
      if (blob && blob.size <= LIMIT) return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    }
    return file;
  };
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("input[type=file]")) return;
    if (input.dataset.shrink !== undefined && input.files.length) {
      const kept = new DataTransfer();
      for (const file of Array.from(input.files)) kept.items.add(await shrink(file).catch(() => file));
      input.files = kept.files;
    }
    listFiles(input);
  });
  const holdsFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
  const zone = (event) => event.target.closest && event.target.closest("[data-drop]");
  for (const kind of ["dragenter", "dragover"]) document.addEventListener(kind, (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    $$("[data-drop]").forEach((box) => box.classList.toggle("is-over", box === zone(event)));
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) $$(".is-over").forEach((box) => box.classList.remove("is-over")); });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    $$(".is-over").forEach((box) => box.classList.remove("is-over"));
    const box = zone(event) || $("[data-drop]");
    const input = box && $("input[type=file]", box);
    if (!input) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // ── drafts: kept in this tab only, given back once ──
  const SENT = "sent";
  const downloads = (form, button) => form.dataset.download !== undefined || Boolean(button) && button.dataset.download !== undefined;
  const draftKey = (form) => `draft:${location.pathname}:${form.dataset.draft || form.id || $$("form").indexOf(form)}`;
  const secret = (field) => !field.name || ["password", "file", "hidden", "submit"].includes(field.type);
  const keepDraft = (form) => {
    const kept = Array.from(form.elements).filter((field) => !secret(field))
      .map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? [field.value, field.checked] : field.value]);
    try { sessionStorage.setItem(draftKey(form), JSON.stringify(kept)); } catch (full) { /* a full store keeps nothing */ }
  };
  const dropDraft = (form) => { try { sessionStorage.removeItem(draftKey(form)); } catch (none) { /* no store */ } };
  // What was sent is kept until it was answered: without a signal no answer comes, after the session's end the login page.
  const markSent = (form, button) => {
    if (!form.closest("main") || form.dataset.bulk !== undefined || downloads(form, button) || $("input[type=password]", form)) return dropDraft(form);
    keepDraft(form);
    try { sessionStorage.setItem(SENT, draftKey(form)); } catch (full) { /* a full store keeps nothing */ }
  };
  // An answer leads elsewhere, or stands at the form's address without the form. Gives what this page still holds of it.
  const settleSent = () => {
    let sent = null;
    try { sent = sessionStorage.getItem(SENT); sessionStorage.removeItem(SENT); } catch (none) { /* no store */ }
    if (!sent || $("input[type=password]")) return null;
    const [way] = performance.getEntriesByType("navigation");
    const stands = $$("main form[method=post]").some((form) => draftKey(form) === sent);
    if (way && way.redirectCount || !stands && sent.startsWith(`draft:${location.pathname}:`)) sessionStorage.removeItem(sent);
    return stands ? sent : null;
  };
  const giveBack = (form, sent) => {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(draftKey(form))); } catch (none) { return; }
    if (!kept) return;
    for (const [name, value] of kept) {
      const fields = Array.from(form.elements).filter((field) => field.name === name && !secret(field));
      if (Array.isArray(value)) { for (const field of fields) if (field.value === value[0]) field.checked = value[1]; }
      else if (fields.length === 1) fields[0].value = value;
    }
    if (form.dataset.draft === undefined && draftKey(form) !== sent) dropDraft(form);  // a refused form may be loaded anew
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.dataset.draft !== undefined) keepDraft(form);
  });

  // ── the end of a session: one notice before, and what was typed comes back after logging in ──
  const WARN = 120;
  let sessionTimer = null;
  const sessionNotice = (ended) => {
    const box = $("#session");
    if (!box) return;
    box.hidden = false;
    $("[data-ending]", box).hidden = ended;
    $("[data-ended]", box).hidden = !ended;
  };
  const watchSession = (left) => {
    clearTimeout(sessionTimer);
    const box = $("#session");
    if (!box) return;
    if (left > WARN) box.hidden = true;
    else sessionNotice(left <= 0);
    if (left <= 0) return;
    sessionTimer = setTimeout(async () => {
      let now = left > WARN ? WARN : 0;
      try {
        const answer = await fetch(box.dataset.left, { headers: { Accept: "application/json" } });
        now = answer.ok ? (await answer.json()).left : 0;
      } catch (offline) { /* believe the clock */ }
      watchSession(now > WARN && now <= WARN + 1 ? WARN : now);
    }, Math.max(0, left > WARN ? left - WARN : left) * 1000);
  };
  document.addEventListener("click", async (event) => {
    const at = (query) => event.target.closest && event.target.closest(query);
    if (at("a[data-stay]")) {
      event.preventDefault();
      const box = $("#session");
      const answer = await fetch(box.dataset.stay, { method: "POST", headers: { "X-CSRFToken": box.dataset.token } }).catch(() => null);
      if (answer && answer.ok) watchSession((await answer.json()).left);
      else sessionNotice(true);
    }
    if (at("[data-login]")) $$("main form[method=post]").forEach(keepDraft);
  });

  // ── keys, by place on the board, only while no field has focus ──
  const typing = (target) => target.matches && target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
  const press = (query) => { const it = $(query); if (it) it.click(); return Boolean(it); };
  const rowLink = (row) => $(".first a[href]", row) || $("a[href]", row) || $(".tick input", row);
  const step = (by) => {
    const rows = $$("main .list tbody tr, main .todo-list li").filter((row) => rowLink(row) && row.offsetParent !== null);
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by))];
    rowLink(next).focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const PLACES = { KeyW: "workbench", KeyY: "alerts", KeyJ: "cases", KeyH: "households", KeyB: "reports" };
  let going = 0;
  document.addEventListener("keydown", (event) => {
    const { code, target } = event;
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && code === "Enter") {
      const form = target.form || (target.closest && target.closest("form")) || $("main form[method=post]");
      if (form && form.requestSubmit) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (code === "Escape") {
      if ($("dialog[data-shown]")) return;
      const found = $("#found");
      if (found && found.firstChild) { found.textContent = ""; return; }
      if (typing(target)) { target.blur(); return; }
      if ($$("form[data-bulk]").some(clearTicks)) return;
      press("[data-key=Escape]");
      return;
    }
    if (typing(target) || $("dialog[data-shown]")) return;
    if (going && Date.now() - going < 1500 && PLACES[code]) {
      going = 0;
      event.preventDefault();
      press(`[data-place=${PLACES[code]}]`);
      return;
    }
    going = 0;
    const box = () => { const row = document.activeElement.closest && document.activeElement.closest("tr"); return row && $("td.tick input", row); };
    const act = {
      Slash: () => { if (event.shiftKey) return openDialog($("#keys")); const q = $("#q"); if (q && q.offsetParent) { q.focus(); q.select(); } else press(".find-link"); },
      KeyJ: () => step(1),
      KeyK: () => step(-1),
      KeyX: () => { const one = box(); if (one) tick(one, event.shiftKey || !one.checked, event.shiftKey); },
      KeyN: () => press(".pager a[rel=next]"),
      KeyP: () => press(".pager a[rel=prev]"),
      KeyE: () => press("[data-key=e]") || press(".next .button--main"),
      KeyU: () => press("[data-undo]"),
      KeyG: () => { going = Date.now(); },
    }[code];
    if (act) { event.preventDefault(); act(); return; }
    const digit = /^Digit([1-9])$/.exec(code);
    const choice = digit && $$("[data-choices] input[type=radio], .pick input[type=radio]")[digit[1] - 1];
    if (choice) {
      const hidden = choice.closest("details");
      if (hidden) hidden.open = true;
      choice.checked = true;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
      choice.focus();
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    // What answered a form is asked for anew on going back or loading again, never sent anew.
    history.replaceState(history.state, "", location.href);
    const sent = settleSent();
    $$("main form[method=post]").forEach((form) => giveBack(form, sent));
    $$("form[data-bulk]").forEach(bulk);
    const wrong = $("main [aria-invalid=true]");
    if (wrong) wrong.focus();
    const box = $("#session");
    if (box) watchSession(Number(box.dataset.seconds));
  });

  // ── report: on a narrow screen the source of a number lies below the paper ──
  document.addEventListener("htmx:afterSwap", (event) => {
    const source = $("#fig");
    if (source && event.detail.target.id === "desk" && matchMedia("(max-width: 75rem)").matches) source.scrollIntoView();
  });
})();

// What the pages can do beyond what HTML does by itself: the live feed, keys in the tree, a question before an act.
// All text from elsewhere is put in as text, never as markup.
"use strict";
(() => {
  const MOST = 100; // events that stay in the feed
  const KINDS = ["reloaded", "rejected", "saved", "restored", "migrated", "orphaned", "skipped", "alertraised",
    "alertrepeated", "alertresolved"];
  const LOOKS = { rejected: "medium", orphaned: "medium", skipped: "low", alertresolved: "good", reloaded: "good",
    saved: "good", restored: "good", migrated: "good", low: "low", medium: "medium", high: "bad", critical: "bad" };
  const root = document.documentElement;
  root.classList.add("scripted");

  const make = (name, text, kind) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const list = (value) => (Array.isArray(value) ? value : []);
  const address = (name) => "/documents/" + encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));

  // -- the feed ----------------------------------------------------------------------------------------------------

  const WORDS = {
    reloaded: (told) => {
      const places = list(told.changes).map((one) => one.address + (one.kind === "changed" ? "" : " " + one.kind));
      const shown = places.slice(0, 5).join(", ") + (places.length > 5 ? " and " + (places.length - 5) + " more" : "");
      return "served anew" + (shown ? ": " + shown : "");
    },
    rejected: (told) => "refused" + (told.message ? ": " + told.message : ""),
    saved: (told) => "saved" + by(told),
    restored: (told) => "back at an earlier revision" + by(told),
    migrated: (told) => "migrated" + by(told),
    orphaned: () => "its files are gone; what they held is served on",
    skipped: (told) => told.number + " events were skipped",
    alertraised: (told) => "alert: " + told.alert?.message,
    alertrepeated: (told) => "alert still open: " + told.alert?.message,
    alertresolved: (told) => "alert over: " + told.alert?.message,
    reset: () => "events were missed: load the page again to see how things are",
  };
  const by = (told) => {
    const one = list(told.revisions)[0];
    if (!one) return "";
    return ", revision " + one.number + " by " + one.author + (one.reason ? ": " + one.reason : "");
  };

  const entry = (told) => {
    const at = new Date(typeof told.at === "number" ? told.at * 1000 : Date.now());
    const line = make("li", undefined, "fresh");
    const time = make("time", at.toISOString().slice(11, 19));
    time.dateTime = at.toISOString();
    const what = make("div");
    const names = list(told.documents);
    for (const name of names.slice(0, 4)) {
      const link = make("a", name, "mono");
      link.href = address(name);
      what.append(link, " ");
    }
    if (names.length > 4) what.append("and " + (names.length - 4) + " more ");
    const kind = LOOKS[told.alert && told.event !== "alertresolved" ? told.alert.severity : told.event] || "low";
    what.append(make("span", (WORDS[told.event] || (() => told.event))(told), kind === "good" ? "" : kind));
    line.append(time, what);
    return line;
  };

  const follow = () => {
    const feed = document.querySelector("[data-feed]");
    const changed = document.querySelector("[data-changed]");
    if (!feed && !changed) return;
    const state = document.querySelector("[data-feed-state]");
    const say = (words) => { if (state && state.textContent !== words) state.textContent = words; };
    const stream = new EventSource("/api/v1/events");
    const hear = (message) => {
      let told;
      try { told = JSON.parse(message.data); } catch { return say("what came could not be read"); }
      if (!told || typeof told !== "object") return;
      told.event ||= message.type;
      if (changed && list(told.documents).includes(changed.dataset.changed)) changed.hidden = false;
      if (!feed) return;
      feed.prepend(entry(told));
      while (feed.children.length > MOST) feed.lastElementChild.remove();
    };
    for (const kind of [...KINDS, "reset", "message"]) stream.addEventListener(kind, hear);
    stream.addEventListener("open", () => say("live"));
    stream.addEventListener("error", () => say(stream.readyState === EventSource.CLOSED
      ? "not connected: load the page again" : "connecting again"));
    addEventListener("pagehide", () => stream.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  };

  // -- the tree: arrows walk and fold, as in a file manager; Tab, Enter and Space work without this -------------------

  const tree = (box) => {
    const lines = () => [...box.querySelectorAll("summary")].filter((one) => one.checkVisibility());
    box.addEventListener("keydown", (event) => {
      const here = event.target;
      if (!(here instanceof HTMLElement) || here.tagName !== "SUMMARY" || event.ctrlKey || event.metaKey || event.altKey) return;
      const fold = here.parentElement;
      const all = lines();
      const at = all.indexOf(here);
      let next;
      if (event.key === "ArrowDown") next = all[at + 1];
      else if (event.key === "ArrowUp") next = all[at - 1];
      else if (event.key === "Home") next = all[0];
      else if (event.key === "End") next = all.at(-1);
      else if (event.key === "ArrowRight") { if (fold.open) next = fold.querySelector(":scope > ul summary"); else fold.open = true; }
      else if (event.key === "ArrowLeft") {
        if (fold.open) fold.open = false; else next = fold.parentElement.closest("details")?.querySelector("summary");
      } else return;
      event.preventDefault();
      next?.focus();
    });
    for (const button of document.querySelectorAll("[data-fold]")) {
      button.addEventListener("click", () => {
        for (const one of box.querySelectorAll("details")) one.open = button.dataset.fold === "open";
      });
    }
  };
  const show = () => { // what an address with a # leads to is unfolded first
    const target = document.getElementById(location.hash.slice(1));
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target?.scrollIntoView({ block: "nearest" });
  };

  // -- a question before an act ------------------------------------------------------------------------------------------

  const ask = (button) => button.addEventListener("click", (event) => {
    if (button.dataset.sure) return;
    event.preventDefault();
    const box = make("dialog", undefined, "ask");
    const words = make("p", button.dataset.confirm);
    words.id = "ask";
    box.setAttribute("aria-labelledby", "ask");
    const buttons = make("div", undefined, "buttons");
    const yes = make("button", button.textContent, "primary");
    const no = make("button", "Cancel");
    yes.type = no.type = "button";
    yes.addEventListener("click", () => { button.dataset.sure = "yes"; box.close(); button.click(); });
    no.addEventListener("click", () => box.close());
    box.addEventListener("close", () => { box.remove(); button.focus(); });
    buttons.append(yes, no);
    box.append(words, buttons);
    document.body.append(box);
    box.showModal();
  });

  for (const box of document.querySelectorAll("[data-tree]")) tree(box);
  for (const button of document.querySelectorAll("[data-confirm]")) ask(button);
  show();
  addEventListener("hashchange", show);
  follow();
})();

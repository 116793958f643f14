"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (root, selector) => Array.from(root.querySelectorAll(selector));

  // Rows stand in the page as text, one a line, and become elements in blocks where somebody looks.
  const BLOCK = 40;
  // Up to so many rows are shown at once, so that the browser's own search finds them too.
  const AT_ONCE = 600;

  const rowsOf = (node) => {
    const source = node.querySelector("noscript");
    const lines = source ? source.textContent.split("\n") : [];
    return lines.filter(Boolean).map((html) => ({
      html,
      text: null,
      kinds: " " + (/ data-k="([^"]*)"/.exec(html) || ["", ""])[1] + " ",
    }));
  };
  const textOf = (row) => {
    if (row.text === null) row.text = row.html.replace(/<[^>]*>/g, " ").toLowerCase();
    return row.text;
  };
  // As the page's source writes it.
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const asWritten = (word) => word.replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

  const parts = all(document, ".part").map((node) => {
    const groups = new Map();
    for (const list of all(node, ".rows")) {
      const at = list.closest(".g");
      if (!groups.has(at)) {
        const title = at ? at.querySelector("h3").textContent.toLowerCase() : "";
        groups.set(at, { node: at, property: at ? at.dataset.p : "", title, lists: [] });
      }
      const rows = rowsOf(list);
      groups.get(at).lists.push({ node: list, fold: list.closest("details"), rows, shown: rows });
    }
    const count = node.querySelector(".of");
    return { node, count, all: count ? count.textContent : "", groups: Array.from(groups.values()) };
  }).filter((part) => part.groups.length);

  let opensFolds = null;
  const fill = (block) => {
    if (!block.rows) return;
    const made = document.createElement("template");
    made.innerHTML = block.rows.map((row) => row.html).join("");
    block.rows = null;
    if (opensFolds !== null) for (const fold of all(made.content, "details")) fold.open = opensFolds;
    block.style.minHeight = "";
    block.append(made.content);
  };
  const watch = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        watch.unobserve(target);
        fill(target);
      }
    }
  }, { rootMargin: "600px" });

  const show = (list, isAtOnce) => {
    for (const old of list.node.children) watch.unobserve(old);
    const blocks = [];
    for (let at = 0; at < list.shown.length; at += BLOCK) {
      const block = document.createElement("div");
      block.className = "block";
      block.rows = list.shown.slice(at, at + BLOCK);
      block.style.minHeight = block.rows.length * 48 + "px";
      blocks.push(block);
    }
    list.node.replaceChildren(...blocks);
    for (const block of blocks) if (isAtOnce) fill(block); else watch.observe(block);
  };

  const query = byId("q");
  const property = byId("property");
  const kind = byId("kind");
  const found = byId("found");
  const same = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);

  const apply = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean).map(asWritten);
    const wanted = kind.value && " " + kind.value + " ";
    const isFiltered = words.length > 0 || property.value !== "" || kind.value !== "";
    const changed = [];
    let total = 0;
    for (const part of parts) {
      let inPart = 0;
      for (const group of part.groups) {
        const isThere = !property.value || group.property === property.value;
        const rest = words.filter((word) => !group.title.includes(word));
        const fits = (row) => (!wanted || row.kinds.includes(wanted)) && rest.every((word) => textOf(row).includes(word));
        let inGroup = 0;
        for (const list of group.lists) {
          const shown = !isFiltered ? list.rows : isThere ? list.rows.filter(fits) : [];
          inGroup += shown.length;
          if (!list.isDrawn || !same(shown, list.shown)) {
            list.shown = shown;
            changed.push(list);
          }
          if (isFiltered && shown.length && list.fold) list.fold.open = true;
        }
        if (group.node) group.node.hidden = isFiltered && inGroup === 0;
        inPart += inGroup;
      }
      part.node.hidden = isFiltered && inPart === 0 && part.node.id !== "summary";
      if (part.count) part.count.textContent = isFiltered ? inPart + " of " + part.all : part.all;
      total += inPart;
    }
    for (const list of changed) {
      list.isDrawn = true;
      show(list, total <= AT_ONCE);
    }
    found.textContent = isFiltered ? total + " found" : "";
  };

  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  };
  query.addEventListener("input", soon);
  property.addEventListener("change", soon);
  kind.addEventListener("change", soon);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && event.target === query && query.value) {
      query.value = "";
      soon();
    }
  });

  const folds = byId("folds");
  folds.addEventListener("click", () => {
    opensFolds = opensFolds !== true;
    folds.setAttribute("aria-pressed", String(opensFolds));
    folds.textContent = opensFolds ? "Close all" : "Open all";
    for (const fold of all(document, "details")) fold.open = opensFolds;
  });

  // Paper shows everything that the filter lets through, with all folds open.
  let closed = [];
  addEventListener("beforeprint", () => {
    for (const block of all(document, ".block")) fill(block);
    closed = all(document, "details:not([open])");
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });

  const themes = ["auto", "light", "dark"];
  const theme = byId("theme");
  theme.value = "auto";
  theme.addEventListener("click", () => {
    const name = themes[(themes.indexOf(theme.value) + 1) % themes.length];
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = "Theme: " + name;
    theme.value = name;
  });

  apply();
  folds.hidden = !parts.some((part) => part.groups.some((group) => group.lists.some(
    (list) => list.fold || list.rows.some((row) => row.html.startsWith("<details")))));
  byId("filter").hidden = false;
})();

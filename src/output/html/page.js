"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (root, selector) => Array.from(root.querySelectorAll(selector));

  // The page is the data: what can be found is what can be read.
  const parts = all(document, ".part").map((part) => {
    const apart = all(part, ".r").filter((row) => !row.closest(".g"));
    const groups = all(part, ".g").map((node) => ({ node, rows: all(node, ".r") }));
    if (apart.length) groups.push({ node: null, rows: apart });
    return { part, groups, count: part.querySelector(".of") };
  }).filter((one) => one.groups.length);

  let index = null;
  const build = () => {
    index = parts.map(({ part, groups, count }) => ({
      part,
      count,
      groups: groups.map(({ node, rows }) => ({
        node,
        property: node ? node.dataset.p : "",
        title: node ? node.querySelector("h3").textContent.toLowerCase() : "",
        folds: node ? all(node, "details:not(.r)") : [],
        rows: rows.map((row) => ({
          row,
          text: row.textContent.toLowerCase(),
          kinds: " " + (row.dataset.k || "") + " ",
          shown: true,
        })),
      })),
    }));
  };

  const query = byId("q");
  const property = byId("property");
  const kind = byId("kind");
  const found = byId("found");

  const apply = () => {
    if (!index) build();
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wantedKind = kind.value && " " + kind.value + " ";
    const isFiltered = words.length > 0 || property.value !== "" || kind.value !== "";
    let total = 0;
    for (const { part, groups, count } of index) {
      let inPart = 0;
      for (const group of groups) {
        const isThere = !property.value || group.property === property.value;
        const rest = words.filter((word) => !group.title.includes(word));
        let inGroup = 0;
        for (const one of group.rows) {
          const shown = isThere && (!wantedKind || one.kinds.includes(wantedKind))
            && rest.every((word) => one.text.includes(word));
          if (shown) inGroup += 1;
          if (shown !== one.shown) {
            one.shown = shown;
            one.row.hidden = !shown;
          }
        }
        if (group.node) group.node.hidden = isFiltered && inGroup === 0;
        if (isFiltered && inGroup) for (const fold of group.folds) fold.open = true;
        inPart += inGroup;
      }
      part.hidden = isFiltered && inPart === 0 && part.id !== "summary";
      if (count) count.textContent = isFiltered ? inPart + " of " + count.dataset.all : count.dataset.all;
      total += inPart;
    }
    found.textContent = isFiltered ? total + " found" : "";
  };
  for (const { count } of parts) if (count) count.dataset.all = count.textContent;

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
    const open = folds.getAttribute("aria-pressed") !== "true";
    folds.setAttribute("aria-pressed", String(open));
    folds.textContent = open ? "Close all" : "Open all";
    for (const fold of all(document, "details")) fold.open = open;
  });
  if (!document.querySelector("details")) folds.hidden = true;
  // Browsers that can't open folds by style alone open them for paper, and close them after.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(document, "details:not([open])");
    for (const fold of closed) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });

  const themes = ["auto", "light", "dark"];
  const theme = byId("theme");
  const wear = (name) => {
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    theme.textContent = "Theme: " + name;
    theme.value = name;
  };
  theme.value = "auto";
  theme.addEventListener("click", () => wear(themes[(themes.indexOf(theme.value) + 1) % themes.length]));

  byId("filter").hidden = false;
  (window.requestIdleCallback || setTimeout)(() => index || build());
})();

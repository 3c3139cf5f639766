// For every page: "/" goes to the search box, a pasted error message stays readable, wide things scroll or stack.
"use strict";

(() => {
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  const box = () => document.getElementById("search-box") || document.querySelector(".sidebar-search");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const target = box();
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.select();
  });

  // A one-line box drops line breaks from what is pasted and joins the words beside them.
  document.addEventListener("paste", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.name !== "q") return;
    const text = event.clipboardData.getData("text").replace(/\s*[\r\n]+\s*/g, "  ");
    event.preventDefault();
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();

// What scrolls sideways can be reached and scrolled with the keyboard.
(() => {
  const SCROLLERS = "pre, .table-wrapper, div.math, figure.unrolled, .output_html";

  const update = () => {
    for (const element of document.querySelectorAll(SCROLLERS)) {
      if (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 1) {
        element.tabIndex = 0;
      }
    }
  };

  window.addEventListener("load", update);
  window.addEventListener("resize", update);
})();

// On a phone a row is a list: each cell stands below the other and says which column it is of (site.css shows it).
// A table of lists is a table to a screen reader only where its parts say so.
(() => {
  const ROLES = { thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };

  for (const table of document.querySelectorAll("article table.docutils")) {
    if (!table.tHead || table.tHead.rows.length !== 1) continue;
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    for (const row of table.tBodies[0]?.rows ?? []) {
      for (const cell of row.cells) cell.dataset.column = names[cell.cellIndex];
    }
    table.setAttribute("role", "table");
    for (const [name, role] of Object.entries(ROLES)) {
      for (const part of table.querySelectorAll(name)) part.setAttribute("role", role);
    }
    table.classList.add("stacks");
  }
})();

// Choose rows of a table. Without JavaScript the form stays hidden and every row is shown.
"use strict";

(() => {
  const text = (cell) => cell.textContent.trim();
  const started = (select) => [...select.options].find((option) => option.defaultSelected).value;

  // A choice that is not the page's own stands in the address, so that the rows shown can be linked.
  const remember = (selects) => {
    const address = new URL(location.href);
    for (const select of selects) {
      if (select.value === started(select)) address.searchParams.delete(select.name);
      else address.searchParams.set(select.name, select.value);
    }
    history.replaceState(history.state, "", address);
  };

  const recall = (selects) => {
    const asked = new URL(location.href).searchParams;
    for (const select of selects) {
      const known = [...select.options].some((option) => option.value === asked.get(select.name));
      if (known) select.value = asked.get(select.name);
    }
  };

  const start = (form) => {
    const selects = [...form.querySelectorAll("select")];
    const rows = [...form.parentElement.querySelectorAll("tbody tr")];
    const fits = (row) => selects.every((s) => s.value === "" || s.value === text(row.cells[s.dataset.column]));

    const show = () => {
      for (const row of rows) row.hidden = !fits(row);
      const shown = rows.filter((row) => !row.hidden).length;
      const none = shown === 0 ? ": none has all of these together" : "";
      form.querySelector("output").textContent = `${shown} of ${rows.length} rows${none}`;
      form.querySelector("button").disabled = shown === rows.length;
      window.dispatchEvent(new Event("resize")); // the width has changed: site.js looks at what scrolls
    };

    form.addEventListener("change", () => {
      show();
      remember(selects);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("button").addEventListener("click", () => {
      for (const select of selects) select.value = "";
      show();
      remember(selects);
      selects[0].focus(); // the button has nothing left to do
    });

    recall(selects);
    show();
    form.hidden = false;
  };

  for (const form of document.querySelectorAll("form.table-filter")) start(form);
})();

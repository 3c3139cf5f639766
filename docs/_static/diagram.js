// Walk through time in a diagram: pointing at a column lights the path of that timestep; the slider under the picture
// does the same and says the step's numbers. The picture is whole without this.
"use strict";

(() => {
  const keyOf = (group) => `${group.dataset.batch}/${group.dataset.t}`;

  const build = (figure) => {
    const svg = figure.querySelector("svg.unrolled-svg");
    const groups = [...svg.querySelectorAll("g.u-step")];
    const keys = [...new Set(groups.map(keyOf))].sort(byTime);
    if (keys.length < 2) return;

    const several = new Set(groups.map((group) => group.dataset.batch)).size > 1;
    const slider = Object.assign(document.createElement("input"), { type: "range", min: -1, max: keys.length - 1, value: -1 });
    const label = document.createElement("label");
    label.append("walk through time ", slider);
    const said = document.createElement("output");
    const panel = Object.assign(document.createElement("div"), { className: "unrolled-walk" });
    panel.append(label, said);
    figure.after(panel);

    const light = (key) => {
      svg.classList.toggle("walking", key !== undefined);
      for (const group of groups) group.classList.toggle("on", keyOf(group) === key);
    };

    const numbersOf = (key) =>
      groups
        .filter((group) => keyOf(group) === key)
        .flatMap((group) => [...group.querySelectorAll("rect > title")].map((title) => title.textContent))
        .reverse();

    slider.addEventListener("input", () => {
      const key = keys[slider.value];
      const [batch, t] = (key ?? "").split("/");
      const when = several ? `batch ${batch}, t = ${t}` : `t = ${t}`;
      light(key);
      said.textContent = key === undefined ? "" : numbersOf(key).join("\n");
      slider.setAttribute("aria-valuetext", key === undefined ? "no timestep" : when);
    });
    svg.addEventListener("pointerover", (event) => {
      const group = event.target.closest("g.u-step");
      if (group) light(keyOf(group));
    });
    svg.addEventListener("pointerleave", () => light(keys[slider.value]));
    slider.setAttribute("aria-valuetext", "no timestep");
  };

  const byTime = (a, b) => {
    const [x, y] = [a, b].map((key) => key.split("/").map(Number));
    return x[0] - y[0] || x[1] - y[1];
  };

  for (const figure of document.querySelectorAll("figure.unrolled")) build(figure);
})();

"use strict";
const list = [...document.querySelectorAll("article")];
const texts = list.map((article) => article.textContent.toLocaleLowerCase());
const box = document.getElementById("search");
const selects = ["edition", "rule", "relation"].map((name) => document.getElementById(name));
const counter = document.getElementById("matches");

function update() {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let matches = 0;
  list.forEach((article, number) => {
    const match =
      words.every((word) => texts[number].includes(word)) &&
      selects.every(
        ({ id, value }) => !value || JSON.parse(article.dataset[id]).includes(value),
      );
    article.hidden = !match;
    matches += match;
  });
  counter.textContent = `${matches} of ${list.length} articles`;
}

[box, ...selects].forEach((control) => control.addEventListener("input", update));
document.querySelectorAll("button[data-rule]").forEach((button) =>
  button.addEventListener("click", () => {
    document.getElementById("rule").value = button.dataset.rule;
    update();
    const first = list.find((article) => !article.hidden);
    if (first) first.querySelector("details").open = true;
    document.getElementById("articles").scrollIntoView();
  }),
);
update();

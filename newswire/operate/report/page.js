"use strict";
const list = [...document.querySelectorAll("article")];
const texts = list.map((article) => article.textContent.toLocaleLowerCase());
const box = document.getElementById("search");
const selects = ["edition", "rule", "relation"].map((name) => document.getElementById(name));
const counter = document.getElementById("matches");
const more = document.getElementById("more");
const STEP = 25;
let wanted = STEP;

function update() {
  const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let matches = 0;
  list.forEach((article, number) => {
    const match =
      words.every((word) => texts[number].includes(word)) &&
      selects.every(
        ({ id, value }) => !value || JSON.parse(article.dataset[id]).includes(value),
      );
    matches += match;
    article.hidden = !match || matches > wanted;
  });
  more.hidden = matches <= wanted;
  const seen = Math.min(matches, wanted);
  counter.textContent = `${seen} of ${matches} matches, ${list.length} articles`;
}

function restart() {
  wanted = STEP;
  update();
}

[box, ...selects].forEach((control) => control.addEventListener("input", restart));
more.addEventListener("click", () => {
  wanted += STEP;
  update();
});
document.querySelectorAll("button[data-rule]").forEach((button) =>
  button.addEventListener("click", () => {
    document.getElementById("rule").value = button.dataset.rule;
    restart();
    const first = list.find((article) => !article.hidden);
    if (first) first.querySelector("details").open = true;
    document.getElementById("articles").scrollIntoView();
  }),
);
update();

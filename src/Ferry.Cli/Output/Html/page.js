"use strict";
// Shows the path of the area that is pointed at or touched; the page says the rest without it.
const map = document.querySelector(".map"), tip = document.querySelector(".tip");
if (map && tip) {
  const idle = tip.textContent;
  const show = event => {
    const area = event.target.closest("[data-tip]");
    tip.textContent = area ? area.dataset.tip : idle;
  };
  map.addEventListener("pointerover", show);
  map.addEventListener("pointerdown", show);
  map.addEventListener("pointerleave", () => { tip.textContent = idle; });
}

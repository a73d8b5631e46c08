// Keys: j and k walk the rows, Enter opens one, g and a letter go to a page, / filters, ? lists them all.
(() => {
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const keys = document.getElementById("keys");
  const toggle = document.querySelector("[data-single-keys]");
  let going = 0;

  const isOn = () => localStorage.getItem("single-keys") !== "off";
  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

  const say = (text) => {
    const notice = document.querySelector("[data-notice]");
    notice.textContent = text;
    setTimeout(() => { notice.textContent = ""; }, 4000);
  };

  const walk = (step) => {
    const all = rows();
    const at = all.findIndex((row) => row.classList.contains("here"));
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
    if (!next) return;
    all[at]?.classList.remove("here");
    next.classList.add("here");
    next.querySelector("a")?.focus({ focusVisible: false });
    next.scrollIntoView({ block: "nearest" });
  };

  const go = (letter) => {
    const entry = document.querySelector(`.rail nav [data-key="${letter}"]`);
    if (entry?.href) location.assign(entry.href);
    else if (entry) say(`${entry.firstElementChild.nextSibling.textContent.trim()} is not yet available in this version.`);
  };

  const single = {
    j: () => walk(1),
    k: () => walk(-1),
    g: () => { going = Date.now(); },
    "/": () => document.querySelector("[data-filter]")?.focus(),
    "?": () => keys.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
    if (isTyping(event.target) || !isOn()) return;
    if (Date.now() - going < 1500 && /^[a-z]$/.test(event.key)) {
      going = 0;
      go(event.key);
      event.preventDefault();
    } else if (event.key in single) {
      single[event.key]();
      event.preventDefault();
    }
  });

  for (const button of document.querySelectorAll("[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
  }

  toggle.checked = isOn();
  toggle.addEventListener("change", () => localStorage.setItem("single-keys", toggle.checked ? "on" : "off"));
})();

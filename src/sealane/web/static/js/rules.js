// Words for the rule editor: offers signals and functions under the text, Tab takes one, Escape leaves them.
(() => {
  const form = document.querySelector("[data-words]");
  const text = form?.querySelector("textarea");
  if (!text || text.readOnly) return;
  const list = form.querySelector("#offers");
  const status = form.querySelector("[data-offered]");
  const hint = form.querySelector("[data-hint]");
  let words = null;
  let offered = [];
  let chosen = 0;

  hint.hidden = false;
  text.setAttribute("aria-controls", "offers");
  text.setAttribute("aria-autocomplete", "list");

  const load = async () => {
    if (words) return;
    words = [];
    const answer = await fetch(form.dataset.words);
    if (answer.ok) words = (await answer.json()).items;
  };

  const begun = () => /[A-Za-z_][A-Za-z0-9_]*$/.exec(text.value.slice(0, text.selectionStart))?.[0] ?? "";

  const close = () => {
    offered = [];
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    text.removeAttribute("aria-activedescendant");
  };

  const draw = () => {
    list.replaceChildren(...offered.map((each, index) => {
      const item = document.createElement("li");
      const word = document.createElement("code");
      const told = document.createElement("small");
      item.id = `offer-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(index === chosen));
      word.textContent = each.word;
      told.textContent = `${each.kind}: ${each.text}`;
      item.append(word, told);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
      return item;
    }));
    list.hidden = false;
    text.setAttribute("aria-activedescendant", `offer-${chosen}`);
    status.textContent = `${offered.length} words; Tab takes ${offered[chosen].word}`;
  };

  const offer = async (least) => {
    await load();
    const start = begun().toLowerCase();
    if (start.length < least) return close();
    const named = words.filter((each) => each.word !== begun());
    const first = named.filter((each) => each.word.toLowerCase().startsWith(start));
    const inside = named.filter((each) => !first.includes(each) && each.word.toLowerCase().includes(start));
    offered = [...first, ...inside].slice(0, 6);
    chosen = 0;
    return offered.length ? draw() : close();
  };

  const take = (index) => {
    const start = text.selectionStart - begun().length;
    text.setRangeText(offered[index].word, start, text.selectionStart, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };

  const move = (step) => {
    chosen = (chosen + step + offered.length) % offered.length;
    draw();
  };

  const held = { Tab: () => take(chosen), Escape: close, ArrowDown: () => move(1), ArrowUp: () => move(-1) };

  text.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === " ") {
      event.preventDefault();
      offer(0);
    } else if (offered.length && event.key in held && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      held[event.key]();
    }
  });
  text.addEventListener("input", (event) => { if (event.inputType) offer(3); });
  text.addEventListener("blur", close);
})();

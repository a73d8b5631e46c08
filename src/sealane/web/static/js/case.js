// Review by keys: a letter presses its button. A verdict needs a reason first, so its key arms the button and asks for
// one, and Enter sends it. Without this script every form works by its buttons.
(() => {
  const isOn = () => localStorage.getItem("single-keys") !== "off";
  const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
  const reason = document.querySelector("[data-reason]");
  let armed = null;

  const arm = (button) => {
    armed?.removeAttribute("data-armed");
    armed = button;
    armed?.setAttribute("data-armed", "");
  };

  const press = (target) => {
    const form = target.closest("[data-decide]");
    if (!form || reason.value.trim()) return target.click();
    arm(target);
    return reason.focus();
  };

  const reveal = () => {
    const sealed = document.querySelector("[data-sealed]");
    if (!sealed) return;
    sealed.open = true;
    sealed.querySelector("select").focus();
  };

  const others = {
    h: () => document.querySelectorAll("[data-hits]").forEach((each) => { each.open = !each.open; }),
    v: reveal,
    e: () => document.querySelector("[data-hand]")?.focus(),
  };

  let wentAt = 0;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target === reason && event.key === "Enter" && !event.shiftKey && armed) {
      event.preventDefault();
      reason.form.requestSubmit(armed);
      return;
    }
    if (event.key === "Escape") arm(null);
    if (isTyping(event.target) || !isOn()) return;
    // After g, a letter names a page: keys.js goes there.
    const isGoing = Date.now() - wentAt < 1500;
    wentAt = event.key === "g" ? Date.now() : 0;
    if (isGoing || !/^[a-z]$/.test(event.key)) return;
    const target = document.querySelector(`[data-press="${event.key}"]`);
    if (target) press(target);
    else if (event.key in others) others[event.key]();
    else return;
    event.preventDefault();
  });

  const undo = document.querySelector("[data-undo][data-seconds]");
  if (undo) {
    const endsAt = Date.now() + Number(undo.dataset.seconds) * 1000;
    const left = undo.querySelector("[data-left]");
    const timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
      left.textContent = String(seconds);
      if (seconds > 0) return;
      clearInterval(timer);
      undo.remove();
    }, 250);
  }

  document.querySelector("[data-refusal]")?.focus();
})();

// The live part of a page: asks again every five seconds, but not while nobody looks or the reader paused it.
(() => {
  const tags = new WeakMap();
  let paused = false;

  const live = () => document.querySelector("[data-live]");
  const label = () => {
    const button = document.querySelector("[data-pause]");
    if (!button) return;
    button.hidden = false;
    button.toggleAttribute("data-paused", paused);
  };

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.sourceElement !== live()) return;
    if (paused || document.hidden) {
      event.preventDefault();
      return;
    }
    const tag = tags.get(ctx.sourceElement);
    if (tag) ctx.request.headers["If-None-Match"] = tag;
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    const tag = ctx.response?.headers.get("ETag");
    if (tag) tags.set(ctx.sourceElement, tag);
  });

  document.addEventListener("htmx:after:swap", label);

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-pause]")) return;
    paused = !paused;
    label();
  });

  label();
})();

// Passkeys: a form marked data-passkey fetches a challenge, lets the browser answer it, and sends itself with the answer.
(() => {
  // A passkey belongs to a name: an address of numbers cannot have one.
  const isNumbers = /^[\d.]+$|^\[/.test(location.hostname);
  if (!window.PublicKeyCredential || !window.isSecureContext || isNumbers) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const opened = ({ publicKey }) => {
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const one of publicKey.excludeCredentials ?? []) one.id = bytes(one.id);
    return { publicKey };
  };

  const fields = ({ rawId, response }) => ({
    credential: rawId,
    client_data: response.clientDataJSON,
    attestation: response.attestationObject,
    authenticator_data: response.authenticatorData,
    signature: response.signature,
  });

  const answer = async (form) => {
    const asked = await fetch(form.dataset.challenge, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const document = await asked.json();
    if (!asked.ok) throw new Error(document.detail);
    const key = await navigator.credentials[form.dataset.passkey](opened(document));
    for (const [name, value] of Object.entries(fields(key)).filter(([, buffer]) => buffer)) {
      const field = Object.assign(form.ownerDocument.createElement("input"), { type: "hidden", name, value: text(value) });
      form.append(field);
    }
    form.submit();
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form).catch((error) => {
        const told = form.querySelector("[role=alert]");
        told.textContent = error.name === "NotAllowedError" ? "No passkey was used: it was cancelled, or took too long." : error.message;
        told.hidden = false;
      });
    });
  }
})();

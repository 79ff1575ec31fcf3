// Passkeys: asks the browser for what the page's options describe and sends the answer with the form around it.
// Without passkeys in the browser the place stays hidden.
"use strict";
(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = {
    create: (options) => {
      options.challenge = bytes(options.challenge);
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = listed(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    },
    get: (options) => {
      options.challenge = bytes(options.challenge);
      options.allowCredentials = listed(options.allowCredentials);
      return navigator.credentials.get({ publicKey: options });
    },
  };

  const told = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  for (const place of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    place.hidden = false;
    const form = place.closest("form");
    place.querySelector("button").addEventListener("click", async () => {
      const said = place.querySelector("[role=alert]");
      said.textContent = "";
      try {
        const credential = await asked[place.dataset.passkey](JSON.parse(place.dataset.options).publicKey);
        form.elements.passkey.value = told(credential);
        form.submit();
      } catch {
        said.textContent = place.dataset.refused;
      }
    });
  }
})();

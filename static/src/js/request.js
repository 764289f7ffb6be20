// A POST to our own server with the CSRF token that the page carries.
export function post(address, body, { keepalive = false } = {}) {
  return fetch(address, {
    method: "POST",
    credentials: "same-origin",
    redirect: "manual",
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
}

// Signed out: the server refuses, or sends the browser to the sign-in page.
export function signedOut(response) {
  return response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
}

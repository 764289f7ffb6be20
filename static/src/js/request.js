const HEADERS = "hx-headers";

// A POST to our own server with the CSRF token that the page carries.
export async function post(address, body, { keepalive = false } = {}) {
  const send = () =>
    fetch(address, {
      method: "POST",
      credentials: "same-origin",
      redirect: "manual",
      keepalive,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
      body: JSON.stringify(body),
    });
  const response = await send();
  return response.status === 403 && !keepalive && (await renew()) ? send() : response;
}

// Signing in again in another tab gives a new token. It is taken over only where it is the same person's.
async function renew() {
  const answer = await fetch(location.href);
  const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (body.dataset.who !== document.body.dataset.who) {
    return false;
  }
  document.body.setAttribute(HEADERS, body.getAttribute(HEADERS));
  for (const input of document.getElementsByName("csrfmiddlewaretoken")) {
    input.value = token();
  }
  return true;
}

function token() {
  return JSON.parse(document.body.getAttribute(HEADERS) || "{}")["X-CSRFToken"] || "";
}

// Signed out: the server refuses, or sends the browser to the sign-in page.
export function signedOut(response) {
  return response.type === "opaqueredirect" || response.status === 401 || response.status === 403;
}

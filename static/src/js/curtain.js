// "Hide screen": somebody came in. Escape or the button brings the page back, exactly as it was.
export function startCurtain() {
  const curtain = document.getElementById("app-curtain");
  const control = document.getElementById("app-hide");
  if (!curtain || !control) {
    return;
  }
  const title = document.title;
  control.addEventListener("click", () => {
    document.title = curtain.dataset.title;
    curtain.showModal();
  });
  curtain.querySelector("button").addEventListener("click", () => curtain.close());
  curtain.addEventListener("close", () => {
    document.title = title;
    control.focus();
  });
}

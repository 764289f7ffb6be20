// "Copy": puts a text on the clipboard. Without it the text can be marked with one press.
export function startCopy() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const text = document.getElementById(button.dataset.copy);
    const said = document.getElementById(`${button.dataset.copy}-said`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        said.textContent = "Copied";
      } catch {
        window.getSelection().selectAllChildren(text);
        said.textContent = "Marked: copy it with the keyboard or the menu";
      }
    });
  }
}

// Each citation gets a button that copies it; where the clipboard is refused, its text is selected instead.
for (const button of document.querySelectorAll(".citation button")) {
  const text = button.closest(".citation").querySelector(".text");
  const said = document.getElementById("said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = "";
    try {
      await navigator.clipboard.writeText(text.textContent);
      said.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      said.textContent = "Selected, ready to be copied with the keyboard";
    }
    button.dataset.said = said.textContent;
    setTimeout(() => delete button.dataset.said, 3000);
  });
}

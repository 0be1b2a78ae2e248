/* Keeps the preview and the tag as the form says; the server makes both. */
const form = document.getElementById("choices");
const preview = document.getElementById("preview");
const tag = document.getElementById("tag");
const copy = document.getElementById("copy");
const copied = document.getElementById("copied");
let waiting = 0;
let turn = 0;

async function show() {
  const mine = ++turn;
  const query = new URLSearchParams(new FormData(form)).toString();
  history.replaceState(null, "", `?${query}`);
  preview.src = `/embed?${query}`;
  const answer = await fetch(`/snippet.txt?${query}`);
  if (mine === turn && answer.ok) tag.textContent = (await answer.text()).trimEnd();
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 250);
  copied.textContent = "";
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void show();
});
form.querySelector("[type=submit]").hidden = true;
copy.hidden = false;
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(tag.textContent);
    copied.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(tag);
    copied.textContent = "Marked: copy it with your keyboard.";
  }
});

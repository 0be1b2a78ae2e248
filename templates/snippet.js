/* Keeps the preview and the tag as the form says; the server makes both. */
const form = document.getElementById("choices");
const preview = document.getElementById("preview");
const tag = document.getElementById("tag");
const frame = document.getElementById("frame");
const copy = document.getElementById("copy");
const copied = document.getElementById("copied");
let waiting = 0;
let turn = 0;

async function show() {
  const mine = ++turn;
  const query = new URLSearchParams(new FormData(form)).toString();
  history.replaceState(null, "", `?${query}`);
  preview.src = `/embed?${query}`;
  await Promise.all([write(tag, `/snippet.txt?${query}`, mine), write(frame, `/frame.txt?${query}`, mine)]);
}

async function write(code, address, mine) {
  const answer = await fetch(address);
  const text = answer.ok && (await answer.text()).trimEnd();
  if (mine === turn && text) code.textContent = text;
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

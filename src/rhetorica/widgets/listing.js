// A list of lines of which one can be chosen, by mouse or keyboard, and some can be ticked.
//
// What it shows comes from texts that anybody may have written: it is put in as text only.

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The whole line, in the order of its cells, for the search field.
const wordsOf = (row) => row.join(" ").toLowerCase();

function render({ model, el }) {
  el.classList.add("rhetorica-listing");
  const search = element("input", "rhetorica-listing-search");
  search.type = "search";
  search.placeholder = "Filter";
  const buttons = element("span", "rhetorica-listing-buttons");
  const body = element("div", "rhetorica-listing-body");
  body.tabIndex = 0;
  body.setAttribute("role", "listbox");
  body.style.maxHeight = `${model.get("height")}px`;
  const prefix = `rhetorica-${Math.random().toString(36).slice(2)}-`;
  let lines = [];

  const shown = () => lines.filter((line) => !line.hidden);
  const indexOf = (line) => lines.indexOf(line);

  function draw() {
    const ticks = model.get("tickable");
    const columns = model.get("columns");
    body.setAttribute("aria-label", model.get("label"));
    body.setAttribute("aria-multiselectable", String(ticks));
    search.setAttribute("aria-label", `Filter: ${model.get("label")}`);
    lines = model.get("rows").map((row, index) => {
      const line = element("div", "rhetorica-listing-line");
      line.id = `${prefix}${index}`;
      line.setAttribute("role", "option");
      if (ticks) line.append(element("span", "rhetorica-listing-tick"));
      let rest = line; // the hit and what follows it share a column: hits begin below each other
      row.forEach((text, place) => {
        if (columns[place] === "hit") {
          rest = element("span", "rhetorica-listing-rest");
          line.append(rest);
        }
        rest.append(element("span", `rhetorica-listing-cell ${columns[place] ?? ""}`, text));
      });
      return line;
    });
    body.replaceChildren(...lines);
    const few = lines.length <= model.get("filter_from");
    search.hidden = few;
    buttons.hidden = !ticks;
    if (few) search.value = "";
    filter();
  }

  function mark() {
    const selected = model.get("selected");
    const ticked = new Set(model.get("ticked"));
    const ticks = model.get("tickable");
    lines.forEach((line, index) => {
      line.classList.toggle("rhetorica-selected", index === selected);
      line.setAttribute("aria-selected", String(ticks ? ticked.has(index) : index === selected));
      if (ticks) line.firstChild.textContent = ticked.has(index) ? "☑" : "☐";
    });
    const current = lines[selected];
    if (current && !current.hidden) body.setAttribute("aria-activedescendant", current.id);
    else body.removeAttribute("aria-activedescendant");
  }

  function filter() {
    const wanted = search.value.toLowerCase();
    const rows = model.get("rows");
    lines.forEach((line, index) => {
      line.hidden = wanted !== "" && !wordsOf(rows[index]).includes(wanted);
    });
    mark();
  }

  function select(line) {
    if (!line) return;
    model.set("selected", indexOf(line));
    model.save_changes();
    line.scrollIntoView({ block: "nearest" });
  }

  function tick(indices) {
    model.set("ticked", [...indices].sort((a, b) => a - b));
    model.save_changes();
  }

  function toggle(line) {
    const ticked = new Set(model.get("ticked"));
    const index = indexOf(line);
    if (!ticked.delete(index)) ticked.add(index);
    tick(ticked);
  }

  function press(event) {
    const own = shown();
    const at = own.indexOf(lines[model.get("selected")]);
    const page = Math.max(Math.floor(body.clientHeight / (own[0]?.offsetHeight || 20)) - 1, 1);
    const goals = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: own.length - 1,
    };
    if (event.key in goals) {
      select(own[Math.min(Math.max(goals[event.key], 0), own.length - 1)]);
    } else if ((event.key === " " || event.key === "Enter") && at >= 0) {
      if (model.get("tickable")) toggle(own[at]);
      else select(own[at]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function press_mouse(event) {
    const line = event.target.closest(".rhetorica-listing-line");
    if (!line) return;
    select(line);
    if (model.get("tickable")) toggle(line);
  }

  // What the filter hides stays as it is.
  const others = () => {
    const seen = new Set(shown().map(indexOf));
    return model.get("ticked").filter((index) => !seen.has(index));
  };
  const all = () => [...others(), ...shown().map(indexOf)];
  for (const [name, which] of [["All", all], ["None", others]]) {
    const button = element("button", "rhetorica-listing-button", name);
    button.type = "button";
    button.setAttribute("aria-label", `${name}: ${model.get("label")}`);
    button.addEventListener("click", () => tick(which()));
    buttons.append(button);
  }
  search.addEventListener("input", filter);
  body.addEventListener("keydown", press);
  body.addEventListener("click", press_mouse);
  model.on("change:rows", draw);
  model.on("change:selected", mark);
  model.on("change:ticked", mark);
  const head = element("div", "rhetorica-listing-head");
  head.append(search, buttons);
  el.append(head, body);
  draw();
}

export default { render };

// A line to type into. What is typed is sent when Enter or the button is pressed, all of it at
// once: a field that sends every letter may send the last ones after the Enter.

function render({ model, el }) {
  el.classList.add("rhetorica-field");
  const input = document.createElement("input");
  input.type = "text";
  input.className = "rhetorica-field-input";
  input.placeholder = model.get("placeholder");
  input.setAttribute("aria-label", model.get("label"));
  input.value = model.get("value");

  const keep = () => {
    model.set("value", input.value);
    model.save_changes();
  };
  const submit = () => {
    model.set("value", input.value);
    model.set("submitted", model.get("submitted") + 1);
    model.save_changes();
  };
  input.addEventListener("change", keep);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) submit();
    event.stopPropagation();
  });
  model.on("change:value", () => {
    if (input.value !== model.get("value")) input.value = model.get("value");
  });
  el.append(input);
  if (model.get("button")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "rhetorica-field-button";
    button.textContent = model.get("button");
    button.addEventListener("click", submit);
    el.append(button);
  }
}

export default { render };

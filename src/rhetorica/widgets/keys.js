// JupyterLab takes Enter, the arrows and letters for its cells, also when a button or a list in a
// cell's output has the focus. Where this widget is, a key without Ctrl, Alt or Meta is left to
// what has the focus; with one of them it is JupyterLab's, so that Ctrl S saves.

const LEFT_ALONE = "data-lm-suppress-shortcuts"; // JupyterLab looks for it before it takes a key

function render({ el }) {
  el.style.display = "none";
  const decide = (event) => {
    const bench = el.closest(".rhetorica-workbench");
    if (!bench || !bench.contains(event.target)) return;
    bench.toggleAttribute(LEFT_ALONE, !(event.ctrlKey || event.altKey || event.metaKey));
  };
  // JupyterLab listens at the document: the window is asked before it.
  window.addEventListener("keydown", decide, true);
  return () => window.removeEventListener("keydown", decide, true);
}

export default { render };
